import type { JsonObject } from '../scim/json'
import { PATCH_URN, readPatchMessage, readQuery, readSearchMessage, SEARCH_URN } from './messages'

const query = (text: string) => readQuery(new URLSearchParams(text))
const refused = (scimType: string, says: string) =>
  expect.objectContaining({ status: 400, scimType, message: expect.stringContaining(says) as string }) as Error

test.each([
  ['', { startIndex: 1, count: 100, cursor: undefined, filter: undefined, attributes: [], excludedAttributes: [] }],
  ['startIndex=0&count=-1', { startIndex: 1, count: 0 }],
  ['startIndex=-5&count=0', { startIndex: 1, count: 0 }],
  ['startIndex=%2B6&count=5', { startIndex: 6, count: 5 }],
  ['count=5000', { count: 200 }],
  ['STARTINDEX=2&Count=3&FILTER=x', { startIndex: 2, count: 3, filter: 'x' }],
  ['count=1&count=2', { count: 2 }],
  ['attributes=userName,%20emails.value,,', { attributes: ['userName', 'emails.value'] }],
  ['excludedAttributes=members', { excludedAttributes: ['members'] }],
  ['cursor', { cursor: '' }],
  ['cursor=abc', { cursor: 'abc' }],
  ['aadOptscim062020&__proto__=1&constructor=2', { startIndex: 1, filter: undefined, sortBy: undefined, descending: false }],
  ['sortBy=name.familyName', { sortBy: 'name.familyName', descending: false }],
  ['SORTBY=title&sortorder=Descending', { sortBy: 'title', descending: true }],
  ['sortBy=&sortOrder=', { sortBy: undefined, descending: false }],
  ['startIndex=2147483647&count=2147483647', { startIndex: 2147483647, count: 200 }],
  [`startIndex=${'9'.repeat(400)}&count=-9999999999`, { startIndex: 2147483647, count: 0 }],
  ['startIndex=-9999999999&count=%2B0000000000007', { startIndex: 1, count: 7 }],
  ['cursor=abc&startIndex=1&count=5000', { cursor: 'abc', startIndex: 1, count: 200 }],
])('the query "%s"', (text, expected) => {
  expect(query(text)).toMatchObject(expected)
})

test.each([
  ['count=ten', 'invalidValue', 'count'],
  ['count=', 'invalidValue', 'count'],
  ['count=1e3', 'invalidValue', 'count'],
  ['count=-9999999999&cursor=', 'invalidCount', 'count'],
  ['startIndex=9999999999&cursor=', 'invalidValue', 'startIndex'],
  ['startIndex=1.5', 'invalidValue', 'startIndex'],
  ['startIndex=NaN&cursor', 'invalidValue', 'startIndex'],
  ['count=ten&cursor=', 'invalidCount', 'count'],
  ['count=0&cursor=', 'invalidCount', 'count'],
  ['count=-1&cursor=abc', 'invalidCount', 'count'],
  ['startIndex=2&cursor=', 'invalidValue', 'startIndex'],
  ['sortOrder=up', 'invalidValue', 'sortOrder'],
  [`cursor=${'x'.repeat(2049)}`, 'invalidCursor', 'cursor'],
])('the query "%s" is refused as %s and named', (text, scimType, parameter) => {
  expect(() => query(text)).toThrow(refused(scimType, `parameter ${parameter} `))
})

const search = (members: object, schemas: unknown = [SEARCH_URN]) =>
  readSearchMessage({ schemas, ...members } as JsonObject, false)

test.each<[object, object]>([
  [{}, { startIndex: 1, count: 100, filter: undefined, attributes: [], excludedAttributes: [], cursor: undefined }],
  [
    { attributes: ['userName', 'emails.value'], filter: 'title pr', startIndex: 2, count: 3 },
    { attributes: ['userName', 'emails.value'], filter: 'title pr', startIndex: 2, count: 3 },
  ],
  [{ excludedAttributes: 'members, displayName' }, { excludedAttributes: ['members', 'displayName'] }],
  [
    { SortBy: 'title', sortorder: 'Descending' },
    { sortBy: 'title', descending: true },
  ],
  [
    { count: '7', startIndex: 0 },
    { count: 7, startIndex: 1 },
  ],
  [{ count: -4 }, { count: 0 }],
  [
    { count: 1e300, startIndex: 1e21 },
    { count: 200, startIndex: 2147483647 },
  ],
  [{ sortOrder: 'descending' }, { sortBy: undefined, descending: false }], // there is nothing that it orders
  [
    { cursor: '', count: 10 },
    { cursor: '', count: 10 },
  ],
  [
    { attributes: null, filter: null, cursor: null },
    { attributes: [], filter: undefined, cursor: undefined },
  ],
  [JSON.parse('{"__proto__": {"count": 3}, "constructor": 1, "more": {}}') as object, { count: 100 }],
])('the search %j', (members, expected) => {
  expect(search(members)).toMatchObject(expected)
})

test.each<[object, string, string]>([
  [{ count: 'ten' }, 'invalidValue', 'count must be'],
  [{ count: 1.5 }, 'invalidValue', 'count must be'],
  [{ count: 0, cursor: '' }, 'invalidCount', 'count must be'],
  [{ cursor: 'x'.repeat(2049) }, 'invalidCursor', 'cursor is too long'],
  [{ cursor: { a: 1 } }, 'invalidCursor', 'cursor must be'],
  [{ attributes: [1] }, 'invalidValue', 'attributes must be'],
  [{ filter: true }, 'invalidValue', 'filter must be'],
  [{ sortOrder: 'up' }, 'invalidValue', 'sortOrder must be'],
  [{ schemas: [PATCH_URN] }, 'invalidSyntax', SEARCH_URN],
])('the search %j is refused as %s', (members, scimType, says) => {
  expect(() => search(members)).toThrow(refused(scimType, says))
})

const message = (...Operations: object[]) => ({ schemas: [PATCH_URN], Operations }) as Parameters<typeof readPatchMessage>[0]

test('an operation is read without case, and an absent value is told from null', () => {
  const operations = [
    { op: 'Add', path: 'title', value: 'x' },
    { op: 'REMOVE', path: 'title', value: null },
    { op: 'remove', path: 'title' },
  ]
  expect(readPatchMessage(message(...operations), false)).toStrictEqual([
    { op: 'add', path: 'title', value: 'x' },
    { op: 'remove', path: 'title', value: null },
    { op: 'remove', path: 'title' },
  ])
})

test('a null path is none, and members that nobody asked for are left out', () => {
  expect(readPatchMessage(message({ op: 'add', path: null, value: {}, from: 'x', __proto__: null }), false)).toStrictEqual([
    { op: 'add', value: {} },
  ])
})

test('the URN of the message is read without case', () => {
  expect(readPatchMessage({ schemas: [PATCH_URN.toUpperCase()], Operations: [] }, false)).toEqual([])
})

test('a value is handed on as it is, however deep', () => {
  let value: unknown[] = []
  for (let level = 0; level < 100_000; level += 1) value = [value]
  expect(readPatchMessage(message({ op: 'add', path: 'title', value }), false)[0]?.value).toBe(value)
})

test.each([
  ['no schemas', { Operations: [] }, 'schemas'],
  ['other schemas', { schemas: ['urn:x'], Operations: [] }, PATCH_URN],
  ['schemas that are a text', { schemas: PATCH_URN, Operations: [] }, 'schemas'],
  ['no Operations', { schemas: [PATCH_URN] }, 'Operations'],
  ['no op', message({ path: 'title' }), 'Operations.0.op'],
  ['an unknown op', message({ op: 'add', value: {} }, { op: 'move' }), 'Operations.1.op'],
  ['an op that is a number', message({ op: 1 }), 'Operations.0.op'],
  ['an empty path', message({ op: 'add', path: '', value: 'x' }), 'Operations.0.path'],
  ['1,001 operations', message(...Array.from({ length: 1001 }, () => ({ op: 'remove', path: 'title' }))), '1000'],
])('a PATCH with %s is invalidSyntax and says where', (_name, body, says) => {
  expect(() => readPatchMessage(body, true)).toThrow(refused('invalidSyntax', says))
})
