import { equalJson, isObject, own, setOwn, type Json, type JsonObject } from './json'

test.each<[unknown, boolean]>([
  [{}, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ['text', false],
])('isObject(%j) is %j', (value, expected) => {
  expect(isObject(value)).toBe(expected)
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  '%s is absent until it is set, and then a plain property',
  (name) => {
    const object: JsonObject = {}
    expect(own(object, name)).toBeUndefined()
    setOwn(object, name, { polluted: true })
    expect(own(object, name)).toEqual({ polluted: true })
    expect(Object.keys(object)).toEqual([name])
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
    setOwn(object, name, 1)
    expect(JSON.stringify(object)).toBe(`{"${name}":1}`)
  },
)

test.each<[Json | undefined, Json | undefined, boolean]>([
  [1, 1, true],
  ['1', 1, false],
  [null, undefined, false],
  [undefined, undefined, true],
  [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1, c: 2 }, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [[], {}, false],
  [{}, [], false],
  [{}, null, false],
  [{ a: { b: [{ c: null }] } }, { a: { b: [{ c: null }] } }, true],
  [JSON.parse('{"__proto__": 1}') as Json, { a: 1 }, false],
  [{ toString: 1 }, { valueOf: 1 }, false],
])('equalJson(%j, %j) is %j', (a, b, expected) => {
  expect(equalJson(a, b)).toBe(expected)
  expect(equalJson(b, a)).toBe(expected)
})
