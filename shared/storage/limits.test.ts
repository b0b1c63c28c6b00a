import { checkTransaction } from './limits'
import type { Action, Scalar } from './table'

const create = (key: string, values: Record<string, Scalar> = {}): Action => ({ type: 'create', key, values })
const creates = (count: number, values: Record<string, Scalar> = {}) =>
  Array.from({ length: count }, (_, n) => create(`k${n}`, values))
const properties = (count: number, value: Scalar) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, value]))

/** A row of exactly this many bytes by Azure's reckoning, in strings of at most 32,000 characters. */
function rowOfBytes(bytes: number): Action {
  const values: Record<string, string> = {}
  let left = bytes - 4 - 2 * 't'.length - 2 * 'k'.length
  for (let n = 10; left > 0; n += 1) {
    const length = Math.min(32_000, (left - 8 - 2 * 3 - 4) / 2)
    values[`s${n}`] = 'x'.repeat(length)
    left -= 8 + 2 * 3 + 4 + 2 * length
  }
  return create('k', values)
}

test.each<[string, Action[]]>([
  ['100 actions', creates(100)],
  ['252 properties', [create('k', properties(252, 1))]],
  ['a string of 32,768 characters', [create('k', { s: 'x'.repeat(32_768) })]],
  ['a row of 1 MiB', [rowOfBytes(1_048_576)]],
  ['a key of 512 characters', [create('k'.repeat(512))]],
  ['every other sign in a key', [create("t!=0041_-.@~'%&+ ()")]],
  ['a character outside the basic plane', [create('k', { s: '😀' })]],
  ['39 rows of 104 kB', creates(39, { a: 'x'.repeat(32_000), b: 'x'.repeat(32_000), c: 'x'.repeat(32_000) })],
])('%s are allowed', (_name, actions) => {
  expect(() => {
    checkTransaction(actions)
  }).not.toThrow()
})

test.each<[string, Action[], RegExp]>([
  ['no action', [], /1 to 100 actions/],
  ['101 actions', creates(101), /1 to 100 actions/],
  ['a key twice', [create('k'), { type: 'delete', key: 'k' }], /at most once/],
  ['253 properties', [create('k', properties(253, 1))], /252 properties/],
  ['a string of 32,769 characters', [create('k', { s: 'x'.repeat(32_769) })], /32768 characters/],
  ['a row of more than 1 MiB', [rowOfBytes(1_048_578)], /1048576 bytes/],
  [
    'more than 4 MiB in one transaction',
    creates(44, { a: 'x'.repeat(32_000), b: 'x'.repeat(32_000), c: 'x'.repeat(32_000) }),
    /4194304 bytes/,
  ],
  ['an empty key', [create('')], /1 to 512 characters/],
  ['a key of 513 characters', [create('k'.repeat(513))], /1 to 512 characters/],
  ...['a/b', 'a\\b', 'a#b', 'a?b', 'a\tb', 'a\0b', 'a\u007fb', 'a\u0085b'].map((key): [string, Action[], RegExp] => [
    `the key ${JSON.stringify(key)}`,
    [create(key)],
    /must not hold/,
  ]),
  ['a lone surrogate in a key', [create('a\ud800')], /lone surrogate/],
  ['a lone surrogate in a value', [create('k', { s: 'a\udc00b' })], /Property s holds a lone surrogate/],
  ['a number that JSON has no word for', [create('k', { n: NaN })], /finite/],
  ['a property named by its client', [create('k', { etag: 'x' })], /property name/],
  ['a property named by the service', [create('k', { RowKey: 'x' })], /property name/],
  ['a property name that is no identifier', [create('k', { 'odata.etag': 'x' })], /property name/],
  [
    'a property that would set a prototype',
    [create('k', JSON.parse('{"__proto__": 1}') as Record<string, Scalar>)],
    /property name/,
  ],
  ['an update without an ETag', [{ type: 'replace', key: 'k', values: {}, etag: '' }], /needs an ETag/],
])('%s is refused', (_name, actions, message) => {
  expect(() => {
    checkTransaction(actions)
  }).toThrow(message)
})

test('a refusal repeats neither key nor value', () => {
  expect(() => {
    checkTransaction([create('jane@example.com', { s: 'Jane\ud800' })])
  }).toThrow(/^(?!.*[Jj]ane)/)
})
