import { localRootKeys, rootKeys } from '../credentials/keys/root-keys'
import { tenantKeys } from '../credentials/keys/tenant-keys'
import { readCursor, writeCursor, type Position } from './cursor'

const keysOf = (slug: string, root = 'root') => tenantKeys(rootKeys(localRootKeys(root)), { slug, generation: 1 })
const KEYS = keysOf('contoso')
const LIST = '["User",null]'
const EXPIRES_AT_MS = Date.UTC(2026, 10, 22, 9)
const PLACE: Position = { key: 'garcía', id: '0f3b', backwards: false }
const written = (place: Position = PLACE) => writeCursor(KEYS, LIST, { ...place, expiresAtMs: EXPIRES_AT_MS })
const reading = async (given: Partial<{ cursor: string; list: string; nowMs: number; keys: typeof KEYS }>) =>
  readCursor(given.keys ?? KEYS, { cursor: await written(), list: LIST, nowMs: EXPIRES_AT_MS, ...given })
const refused = (scimType: string) => expect.objectContaining({ status: 400, scimType }) as Error

test.each<Position>([
  PLACE,
  { key: null, id: 'u!1', backwards: false },
  { key: 0, id: '1', backwards: true },
  { key: '', id: '', backwards: true },
])('a cursor tells where to go on: %j', async (place) => {
  expect(await reading({ cursor: await written(place) })).toEqual(place)
})

test('a cursor has characters alone that need no escape in a URL, and tells nobody whose name it holds', async () => {
  const cursor = await written()
  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(Buffer.from(cursor, 'base64url').includes('garc')).toBe(false)
  expect(await written()).not.toBe(cursor)
})

test('the longest sort key still makes a cursor that is accepted', async () => {
  expect((await written({ ...PLACE, key: '\u{20000}'.repeat(64), id: 'f'.repeat(32) })).length).toBeLessThan(1024)
  expect((await written({ ...PLACE, key: '漢'.repeat(128), id: 'f'.repeat(32) })).length).toBeLessThan(1024)
})

test('a cursor expires', async () => {
  await expect(reading({ nowMs: EXPIRES_AT_MS + 1 })).rejects.toEqual(refused('expiredCursor'))
})

test.each<[string, Parameters<typeof reading>[0] | ((cursor: string) => string)]>([
  ['another list', { list: '["Group",null]' }],
  ['another tenant', { keys: keysOf('fabrikam') }],
  ['another deployment', { keys: keysOf('contoso', 'other') }],
  ['another place', (cursor) => (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1)],
  ['a cut end', (cursor) => cursor.slice(0, -2)],
  ['one more character', (cursor) => `${cursor}A`],
  ['one that no decoder minds', (cursor) => `${cursor}=`],
  ['nothing sealed', (cursor) => cursor.slice(0, 37)],
  ['an empty one', { cursor: '' }],
  ['other characters', { cursor: '../..' }],
  ['an expired one of another list', { list: 'x', nowMs: EXPIRES_AT_MS + 1 }],
])('a cursor for %s is refused', async (_name, given) => {
  const wrong = typeof given === 'function' ? { cursor: given(await written()) } : given
  await expect(reading(wrong)).rejects.toEqual(refused('invalidCursor'))
})
