import { readCursor, writeCursor } from './cursor'

const KEY = 'k'.repeat(64)
const LIST = '["User",null]'
const EXPIRES_AT_MS = Date.UTC(2026, 10, 22, 9)
const cursor = writeCursor(KEY, LIST, { after: '0f3b', expiresAtMs: EXPIRES_AT_MS })
const reading = (given: Partial<{ cursor: string; list: string; nowMs: number; key: string }>) => () =>
  readCursor(given.key ?? KEY, { cursor, list: LIST, nowMs: EXPIRES_AT_MS, ...given })
const refused = (scimType: string) => expect.objectContaining({ status: 400, scimType }) as Error

test('a cursor tells where to go on, in characters that need no escape in a URL', () => {
  expect(reading({})()).toEqual({ after: '0f3b', expiresAtMs: EXPIRES_AT_MS })
  expect(cursor).toMatch(/^[A-Za-z0-9._~-]+$/)
})

test('a cursor expires', () => {
  expect(reading({ nowMs: EXPIRES_AT_MS + 1 })).toThrow(refused('expiredCursor'))
})

test.each<[string, Parameters<typeof reading>[0]]>([
  ['another list', { list: '["Group",null]' }],
  ['another tenant', { key: 'x'.repeat(64) }],
  ['another place', { cursor: cursor.replace(/^0f3b/, '0f3c') }],
  ['a later end', { cursor: cursor.replace(/\.[^.]+\./, '.zzzzzzzzz.') }],
  ['a cut signature', { cursor: cursor.slice(0, -2) }],
  ['no signature', { cursor: cursor.split('.').slice(0, 2).join('.') }],
  ['one more part', { cursor: `${cursor}.` }],
  ['an empty one', { cursor: '' }],
  ['an expired one of another list', { list: 'x', nowMs: EXPIRES_AT_MS + 1 }],
])('a cursor for %s is refused', (_name, given) => {
  expect(reading(given)).toThrow(refused('invalidCursor'))
})
