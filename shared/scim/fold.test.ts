import { foldCase } from './fold'

test.each([
  ['Ana.Ruiz@Contoso.example', 'ANA.ruiz@contoso.EXAMPLE'],
  ['JOSÉ', 'jose\u0301'],
  ['straße', 'STRASSE'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
  ['οδυσσευσ', 'οδυσσευς'],
  ['ＡＮＡ', 'ａｎａ'],
  ['\u212b', 'å'],
  ['ẞ', 'ß'],
  ['ΐ', '\u03aa\u0301'],
  ['ΟΔΥΣ', 'οδυς'],
])('%s and %s are the same', (a, b) => {
  expect(foldCase(a)).toBe(foldCase(b))
})

test.each([
  ['ana', 'anna'],
  ['é', 'e'],
  ['ana ', 'ana'],
  ['ı', 'İ'],
])('%s and %s differ', (a, b) => {
  expect(foldCase(a)).not.toBe(foldCase(b))
})

test('folding twice changes nothing', () => {
  for (const text of ['Straße', 'ΟΔΥΣΣΕΥΣ', 'İstanbul', 'ǅ', 'ﬁ', 'JOSÉ']) expect(foldCase(foldCase(text))).toBe(foldCase(text))
})
