import { fromChunks, mergedChunks, toChunks } from './chunks'

const emoji = '😀'

test.each([
  ['the empty text', '', 0],
  ['a short text', 'x', 1],
  ['exactly one chunk', 'x'.repeat(32_000), 1],
  ['one unit more than a chunk', 'x'.repeat(32_001), 2],
  ['exactly two chunks', 'x'.repeat(64_000), 2],
  ['text beyond ASCII', 'é\u2028\0'.repeat(12_000), 2],
  ['pairs that meet the border evenly', emoji.repeat(16_000), 1],
  ['pairs that would be split at the border', `x${emoji.repeat(16_000)}`, 2],
  ['a pair that ends with the text', `${'x'.repeat(31_999)}${emoji}`, 2],
])('%s comes back from its chunks', (_name, text, count) => {
  const chunks = toChunks(text)
  expect(fromChunks(chunks)).toBe(text)
  expect(Object.keys(chunks)).toEqual(Array.from({ length: count }, (_, index) => `j${index}`))
  for (const chunk of Object.values(chunks)) {
    expect(chunk.length).toBeLessThanOrEqual(32_000)
    expect(chunk).not.toMatch(/\p{Surrogate}/u)
  }
})

test('other properties of the row are no part of the text', () => {
  expect(fromChunks({ kind: 'user', j0: 'a', j1: 'b', j3: 'not reached', jx: 'c' })).toBe('ab')
})

test('a chunk that is not a string is refused', () => {
  expect(() => fromChunks({ j0: 1 })).toThrow('j0')
})

test('several texts lie in one row by name, and a merge with a shorter one leaves nothing of the longer', () => {
  const row = { ...toChunks('x'.repeat(70_000), 'a'), ...toChunks('y', 'b') }
  const merged = { ...row, ...mergedChunks(row, 'short', 'a') }
  expect([fromChunks(merged, 'a'), fromChunks(merged, 'b')]).toEqual(['short', 'y'])
  expect(fromChunks({ ...merged, ...mergedChunks(merged, 'z'.repeat(40_000), 'a') }, 'a')).toBe('z'.repeat(40_000))
})
