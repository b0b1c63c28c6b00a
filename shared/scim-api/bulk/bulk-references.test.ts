import type { Json } from '../../scim/json'
import { dependenciesFirst, referencesIn, referredBulkId, resolveReference, withoutReferences } from './bulk-references'

const parse = (text: string) => JSON.parse(text) as Json

describe('references', () => {
  test.each<[string, string, string[]]>([
    ['members', '{"members":[{"value":"bulkId:a"},{"value":"2819"},"bulkId:b"]}', ['a', 'b']],
    ['a manager as text', '{"urn:x:User":{"manager":"bulkId:boss"}}', ['boss']],
    ['the value of a PATCH', '{"Operations":[{"op":"add","path":"members","value":[{"value":"bulkId:q"}]}]}', ['q']],
    [
      'names of object properties',
      '{"a":"bulkId:__proto__","__proto__":{"b":"bulkId:constructor"}}',
      ['__proto__', 'constructor'],
    ],
    ['no other text', '{"a":"bulkid:x","b":"see bulkId:x","bulkId:x":"c","d":null,"e":[1,true]}', []],
    ['none in what is no object', '["bulkId:x"]', []],
  ])('are found in %s', (_name, text, wanted) => {
    expect(
      referencesIn(parse(text))
        .map(({ bulkId }) => bulkId)
        .sort(),
    ).toEqual(wanted.sort())
  })

  test('are found however deep they lie', () => {
    const depth = 200_000
    const deep = parse(`{"a":${'['.repeat(depth)}"bulkId:x"${']'.repeat(depth)}}`)
    const [found] = referencesIn(deep)
    expect(found).toMatchObject({ bulkId: 'x', attribute: 'a' })
    expect(referencesIn(withoutReferences(deep, found === undefined ? [] : [found]))).toEqual([])
  })

  test('give way to the id in place, under any name', () => {
    const data = parse('{"m":["bulkId:a"],"__proto__":{"value":"bulkId:a"},"n":"N"}')
    const references = referencesIn(data)
    expect(JSON.stringify(withoutReferences(data, references))).toBe('{"n":"N"}')
    for (const reference of references) resolveReference(reference, '77')
    expect(JSON.stringify(data)).toBe('{"m":["77"],"__proto__":{"value":"77"},"n":"N"}')
  })

  test('stand in a path as well', () => {
    expect([referredBulkId('bulkId:a b'), referredBulkId('2819'), referredBulkId(undefined)]).toEqual([
      'a b',
      undefined,
      undefined,
    ])
  })
})

describe('dependencies come first', () => {
  test.each<[string, number[][], number[][]]>([
    ['without any, in their order', [[], [], []], [[0], [1], [2]]],
    ['what comes later moves up', [[2], [], []], [[2], [0], [1]]],
    ['a chain', [[1], [2], [3], []], [[3], [2], [1], [0]]],
    ['two in a circle', [[1], [0]], [[0, 1]]],
    ['one that refers to itself', [[0], []], [[0], [1]]],
    ['a circle between others', [[1], [2, 3], [1], []], [[3], [1, 2], [0]]],
    [
      'two circles, one after the other',
      [[1, 2], [0], [3], [2]],
      [
        [2, 3],
        [0, 1],
      ],
    ],
    ['circles that share one', [[1, 2], [0], [0]], [[0, 1, 2]]],
  ])('%s', (_name, dependencies, wanted) => {
    expect(dependenciesFirst(dependencies)).toEqual(wanted)
  })

  test('in a chain and in a circle of a hundred thousand', () => {
    const count = 100_000
    const chain = Array.from({ length: count }, (_, i) => (i + 1 < count ? [i + 1] : []))
    expect(dependenciesFirst(chain).slice(0, 2)).toEqual([[count - 1], [count - 2]])
    const circle = Array.from({ length: count }, (_, i) => [(i + 1) % count])
    expect(dependenciesFirst(circle).map((component) => component.length)).toEqual([count])
  })
})
