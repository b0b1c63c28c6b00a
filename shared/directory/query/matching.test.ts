import { parseAttributePath } from '../../scim/schema/attribute-path'
import type { JsonObject } from '../../scim/json'
import { withLearnt } from '../../scim/schema/learnt'
import { ENTERPRISE_URN, groupType, userType } from '../../scim/schema/schemas'
import {
  entriesAfter,
  entryKeys,
  entryValues,
  matchingEntries,
  matchingPrefixes,
  readEntries,
  type MatchingAttribute,
} from './matching'

const named = (path: string, more: Partial<MatchingAttribute> = {}): MatchingAttribute => ({
  type: 'User',
  path,
  since: '2026-01-01T00:00:00Z',
  ready: true,
  ...more,
})
const NUMBER = `${ENTERPRISE_URN}:employeeNumber`
const OWN = 'urn:ietf:params:scim:schemas:extension:contoso:2.0:User'
const learntType = withLearnt(userType, [{ type: 'User', urn: OWN, name: 'badge' }])

/** The values that the attributes are indexed by, without the attribute's code. */
const valuesOf = (path: string, attributes: JsonObject) =>
  matchingEntries(userType, attributes, [named(path)]).map((entry) => entry.split('!')[1])

test.each<[string, string, JsonObject, (string | undefined)[]]>([
  ['text of an extension', NUMBER, { [ENTERPRISE_URN]: { employeeNumber: '701984' } }, ['701984']],
  ['text without case', 'title', { title: 'Tour GUIDE' }, ['tour=0020guide']],
  ['text in any normal form', 'title', { title: 'Cafe\u0301' }, ['caf=00e9']],
  ['a number', `${OWN}:badge`, { [OWN]: { badge: 1e21 } }, ['1e=002b21']],
  ['a boolean', 'active', { active: false }, ['false']],
  ['a sub-attribute', 'name.familyName', { name: { familyName: 'Jensen' } }, ['jensen']],
  [
    'each value of several, once',
    'phoneNumbers.value',
    { phoneNumbers: [{ value: '1', type: 'work' }, { value: '2' }, { type: 'home' }, { value: '1', type: 'fax' }] },
    ['1', '2'],
  ],
  ['each scalar of several', `${OWN}:tags`, { [OWN]: { tags: ['b', 'a', 'B'] } }, ['a', 'b']],
  ['nothing, noted all the same', 'title', {}, [undefined]],
  ['nothing where an extension is no object', NUMBER, { [ENTERPRISE_URN]: 'text' }, [undefined]],
  ['nothing that is inherited', 'constructor.name', {}, [undefined]],
  ['nothing that is inherited by an extension', '__proto__:toString', {}, [undefined]],
  ['a long text by its hash', 'title', { title: 'x'.repeat(300) }, [expect.stringMatching(/^x{160}=h[0-9a-f]{64}$/) as string]],
])('%s is what a document is indexed by', (_, path, attributes, wanted) => {
  expect(valuesOf(path, attributes)).toEqual(wanted)
})

test('attributes of the other type do not count', () => {
  expect(matchingEntries(groupType, { displayName: 'x' }, [named('displayName')])).toEqual([])
})

const phones = (count: number) => ({ phoneNumbers: Array.from({ length: count }, (_, i) => ({ value: `+${i}` })) })

test('beyond 20 values a resource, attributes with several have one row that says to look at the document', () => {
  const matching = [named('phoneNumbers.value'), named('title')]
  expect(matchingEntries(userType, { ...phones(19), title: 'x' }, matching)).toHaveLength(20)
  const entries = matchingEntries(userType, { ...phones(20), title: 'x' }, matching)
  expect(entries.map((entry) => entry.split('!')[1]).sort()).toEqual(['=look', 'x'])
})

test('the row of a document keeps the entries as they are', () => {
  const entries = matchingEntries(userType, { ...phones(3), title: 'a b' }, [
    named('phoneNumbers.value'),
    named('title'),
    named('locale'),
  ])
  expect(entries).toHaveLength(5)
  expect(readEntries(entryValues(entries))).toEqual(entries)
  expect(readEntries(entryValues([]))).toEqual([])
  expect(readEntries({ x: '' })).toEqual([])
})

test('an attribute without a value has no row', () => {
  const entries = matchingEntries(userType, { title: 'x' }, [named('title'), named('locale')])
  expect(entries).toHaveLength(2)
  expect(entryKeys(entries, 'i'.repeat(32))).toEqual([expect.stringMatching(/^x!a[0-9a-f]{12}!x!i{32}$/)])
})

test('a writer leaves what it does not know of to be looked at, with or without a value before', () => {
  const both = [named('title'), named('locale'), named('nickName')]
  const held = matchingEntries(userType, { title: 'x', locale: 'de' }, both)
  const after = entriesAfter(userType, { title: 'y', nickName: 'z' }, { matching: [named('title')], held })
  expect(after.map((entry) => entry.split('!')[1]).sort()).toEqual(['=look', '=look', 'y'])
  expect(entriesAfter(userType, { title: 'y', nickName: 'z' }, { matching: both, held: after })).toEqual(
    matchingEntries(userType, { title: 'y', nickName: 'z' }, both),
  )
})

const prefixesOf = (path: string, literal: string | number | boolean, matching: readonly MatchingAttribute[]) => {
  const parsed = parseAttributePath(path, learntType)
  return parsed.kind === 'attribute' ? matchingPrefixes(learntType, parsed, literal, matching) : undefined
}

test.each<[string, string | number | boolean, string[]]>([
  ['title', 'GUIDE', ['guide', '=look']],
  ['active', true, ['true', '=look']],
  [`${OWN}:badge`, '7.0', ['7.0', '7', '=look']],
  [`${OWN}:badge`, 7, ['7', '=look']],
  ['phoneNumbers.value', '+49', ['=002b49', '=look']],
])('%s eq %p is looked up under %p', (path, literal, values) => {
  const found = prefixesOf(path, literal, [named(path)])
  expect(found?.map((prefix) => prefix.split('!')[2])).toEqual(values)
})

test('the row of a value lies under the prefix that it is looked up by', () => {
  const [key = ''] = entryKeys(matchingEntries(userType, { title: 'Tour Guide' }, [named('title')]), 'id')
  expect(prefixesOf('title', 'tour guide', [named('title')])?.map((prefix) => `${prefix}!id`)).toContain(key)
})

test.each<[string, string, readonly MatchingAttribute[]]>([
  ['is not ready', 'title', [named('title', { ready: false })]],
  ['is named for the other type', 'title', [named('title', { type: 'Group' })]],
  ['is not named', 'title', [named('locale')]],
  ['is made when the answer is', 'schemas', [named('schemas')]],
  ['is a time, of which one may be written in several ways', 'meta.created', [named('meta.created')]],
])('no index answers for an attribute that %s', (_, path, matching) => {
  expect(prefixesOf(path, 'x', matching)).toBeUndefined()
})
