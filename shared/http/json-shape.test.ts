import fc from 'fast-check'
import { jsonShape, oddShape } from './json-shape'

const shapeOf = (text: string) => jsonShape(new TextEncoder().encode(text))

test.each<[string, number, number]>([
  ['', 0, 0],
  ['1', 0, 0],
  ['{}', 1, 0],
  ['{"a":1,"b":{"c":[1,{"d":"e:f"}]}}', 4, 4],
  ['{"a\\"b:{[":"\\\\","c":"}:{"}', 1, 2],
  ['"[[[["', 0, 0],
  ['[[[[', 4, 0],
  [']]]]', 0, 0],
  ['{"ü:":"日本:[{"}', 1, 1],
  ['{"a":"never ends', 1, 1],
])('%s: depth %i, %i names', (text, depth, names) => {
  expect(shapeOf(text)).toMatchObject({ depth, names })
})

test('is that of what JSON.parse makes of it', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
  const namesOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0
    const inner = Object.values(value).reduce<number>((sum, one) => sum + namesOf(one), 0)
    return inner + (Array.isArray(value) ? 0 : Object.keys(value).length)
  }
  const nodesOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? Object.values(value).reduce<number>((sum, one) => sum + nodesOf(one), 1) : 0
  const widestOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0
    const own = Array.isArray(value) ? 0 : Object.keys(value).length
    return Math.max(own, ...Object.values(value).map(widestOf))
  }
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      expect(shapeOf(JSON.stringify(value))).toEqual({
        depth: depthOf(value),
        names: namesOf(value),
        nodes: nodesOf(value),
        widest: widestOf(value),
      })
    }),
  )
})

test.each<[string, string | undefined]>([
  ['{"a":[{"b":1}]}', undefined],
  ['['.repeat(100) + ']'.repeat(100), 'objects and lists'],
  ['['.repeat(101), 'nests more than 100'],
  [JSON.stringify({ a: 1, b: 2, c: 3, d: 4 }), 'more than 3 names'],
  ['[[],[],[]]', 'more than 3 objects and lists'],
  [JSON.stringify(Object.fromEntries(Array.from({ length: 4001 }, (_, i) => [`k${i}`, i]))), 'an object of more than 4000 names'],
])('%.60s is odd by a limit of 3: %s', (text, clause) => {
  const told = oddShape(new TextEncoder().encode(text), 3)
  if (clause === undefined) expect(told).toBeUndefined()
  else expect(told).toContain(clause)
})
