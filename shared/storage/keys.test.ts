import { emailKey, encodeValue, feedKey, groupNameKey, lastPart, userNameKey } from './keys'

test.each([
  ['ana.ruiz@contoso.example', 'ana.ruiz@contoso.example'],
  ['Ana', '=0041na'],
  ['a b', 'a=0020b'],
  ['a/b\\c#d?e', 'a=002fb=005cc=0023d=003fe'],
  ['o!x"y=z', 'o=0021x=0022y=003dz'],
  ['é', '=00e9'],
  ['😀', '=d83d=de00'],
  ['\u0000\t', '=0000=0009'],
  ['\ud800', '=d800'],
  ['', ''],
])('%j is encoded as %s', (value, encoded) => {
  expect(encodeValue(value)).toBe(encoded)
})

test('a long value is cut to 160 characters and told from others by its hash', () => {
  const a = encodeValue(`${'a'.repeat(300)}1`)
  const b = encodeValue(`${'a'.repeat(300)}2`)
  expect(a).toHaveLength(160 + 2 + 64)
  expect(a.slice(0, 160)).toBe(b.slice(0, 160))
  expect(a).not.toBe(b)
})

test('an encoded value never looks like a hashed one', () => {
  expect(encodeValue('=h')).toBe('=003dh')
})

test('every key stays within the 512 characters that Tables allow', () => {
  const long = '€'.repeat(5000)
  const id = '0'.repeat(32)
  for (const key of [userNameKey(long), groupNameKey(long, long), emailKey(long, id)]) expect(key.length).toBeLessThanOrEqual(512)
})

test('the separator sorts before everything that follows an id or a value, so a prefix is a range', () => {
  for (const character of '=.-0123456789@_abcdefghijklmnopqrstuvwxyz') expect(character > '"').toBe(true)
})

test('feed keys sort by number', () => {
  expect([feedKey(2), feedKey(10), feedKey(1)].sort()).toEqual([feedKey(1), feedKey(2), feedKey(10)])
})

test('the last part of a key is what stands behind its last separator', () => {
  expect(lastPart('m!g1!u1')).toBe('u1')
})
