import { customAttribute } from '../../../tests/support/custom-user-type'
import { ScimError } from '../errors'
import type { Json } from '../json'
import { attributeNamed, type Attribute } from './schema'
import { enterpriseUserSchema, userSchema } from './schemas'
import { readValue } from './value'

const attribute = (name: string): Attribute =>
  attributeNamed([...userSchema.attributes, ...enterpriseUserSchema.attributes], name) ?? customAttribute(name)

const typed = (type: Attribute['type'], given: Partial<Attribute> = {}) => customAttribute('badge', { type, ...given })

function outcome(read: Attribute, value: Json | undefined): unknown {
  try {
    return readValue(read, value)
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return `${error.status} ${error.scimType ?? ''}: ${error.message}`
  }
}

test.each(['title', 'active', 'name', 'emails', 'manager', 'profileUrl', 'x509Certificates', 'learnt'])(
  '%s is unassigned when absent, null, "" or []',
  (name) => {
    for (const value of [undefined, null, '', []]) expect(readValue(attribute(name), value)).toBeUndefined()
  },
)

test.each<[string, Json, Json]>([
  ['title', '  Planner ', '  Planner '],
  ['title', 'A\u0301 é ß İ \ud83d\ude00', 'A\u0301 é ß İ \ud83d\ude00'],
  ['timezone', 'nonsense', 'nonsense'],
  ['active', true, true],
  ['active', 'True', true],
  ['active', 'FALSE', false],
  ['profileUrl', '../x', '../x'],
  ['name', { GIVENNAME: 'Ana', givenname: 'Ana M', familyName: '' }, { givenName: 'Ana M' }],
  ['name', [{ givenName: 'Ana' }], { givenName: 'Ana' }],
  ['manager', '77c0', { value: '77c0' }],
  ['manager', { value: '77c0', $ref: '../Users/77c0', displayName: 'Bo', shoe: 1 }, { value: '77c0' }],
  ['manager', [{ value: '77c0' }], { value: '77c0' }],
  ['emails', 'a@x', [{ value: 'a@x' }]],
  ['emails', { value: 'a@x', primary: 'True', $ref: null }, [{ value: 'a@x', primary: true }]],
  ['emails', [null, '', {}, { value: null }, 'a@x'], [{ value: 'a@x' }]],
  ['emails', ['a', 'b', { value: 'a' }], [{ value: 'a' }, { value: 'b' }]],
  ['roles', [{ value: '25', displayName: 'Editor' }], [{ value: '25', display: 'Editor' }]],
  ['addresses', [{ type: 'work', primary: 'false', country: 'ES' }], [{ type: 'work', primary: false, country: 'ES' }]],
  ['x509Certificates', 'TUlJ+/8=', [{ value: 'TUlJ+/8=' }]],
])('%s reads %j as %j', (name, sent, stored) => {
  expect(readValue(attribute(name), sent)).toStrictEqual(stored)
})

test('the first of several primary entries keeps the mark, also when an equal entry follows', () => {
  const one = { value: 'a', primary: true }
  const two = { value: 'b', primary: true }
  expect(readValue(attribute('emails'), [one, two, one])).toStrictEqual([one, { ...two, primary: false }])
})

test.each<[Attribute['type'], Json, unknown]>([
  ['integer', 7, 7],
  ['integer', '-7', -7],
  ['integer', 7.5, '400 invalidValue: badge must be a whole number, but a number was sent.'],
  ['integer', 2 ** 53, '400 invalidValue: badge must be a whole number, but a number was sent.'],
  ['integer', '0x7', '400 invalidValue: badge must be a whole number, but other text was sent.'],
  ['decimal', 7.5, 7.5],
  ['decimal', '7.50', 7.5],
  ['decimal', Infinity, '400 invalidValue: badge must be a number, but a number too large was sent.'],
  ['decimal', true, '400 invalidValue: badge must be a number, but a boolean was sent.'],
  ['dateTime', '2026-11-22T08:00:00Z', '2026-11-22T08:00:00Z'],
  ['dateTime', '2026-11-22T08:00:00.1234567+01:00', '2026-11-22T08:00:00.1234567+01:00'],
  ['dateTime', '2026-11-22', '400 invalidValue: badge must be a date and time such as 2026-11-22T08:00:00Z.'],
  ['dateTime', '2026-11-22T08:00:00 (today)', '400 invalidValue: badge must be a date and time such as 2026-11-22T08:00:00Z.'],
  ['dateTime', '2026-13-45T08:00:00Z', '400 invalidValue: badge must be a date and time such as 2026-11-22T08:00:00Z.'],
  ['binary', 'not base64!', '400 invalidValue: badge must be base64 text.'],
  ['string', 40117, '400 invalidValue: badge must be text, but a number was sent.'],
  ['string', ['x'], 'x'],
  ['string', [{ $ref: null, value: 'x' }], 'x'],
  ['string', [['x']], '400 invalidValue: badge must be text, but a list was sent.'],
  ['string', ['x', 'y'], '400 invalidValue: badge takes one value, but 2 were sent.'],
  ['boolean', ['False'], false],
  ['integer', [{ value: '7' }], 7],
  ['string', {}, '400 invalidValue: badge must be text, but an object was sent.'],
  ['boolean', 'yes', '400 invalidValue: badge must be true or false, but other text was sent.'],
  ['complex', 'text', '400 invalidValue: badge must be an object, but other text was sent.'],
])('an attribute of type %s reads %j as %j', (type, sent, expected) => {
  expect(outcome(typed(type), sent)).toStrictEqual(expected)
})

test.each<[Json, unknown]>([
  ['blue', 'blue'],
  ['True', 'True'],
  ['0042', '0042'],
  [0, 0],
  [1.5, 1.5],
  [false, false],
  [Infinity, '400 invalidValue: badge must be text, a number or a boolean, but a number too large was sent.'],
  [{ color: 'blue' }, '400 invalidValue: badge must be text, a number or a boolean, but an object was sent.'],
  [['blue'], 'blue'],
  [[['blue']], '400 invalidValue: badge must be text, a number or a boolean, but a list was sent.'],
])('a learnt attribute sent %j gives %j', (sent, expected) => {
  expect(outcome(typed('string', { learnt: true }), sent)).toStrictEqual(expected)
})

test('a wrong value is named by its place', () => {
  expect(outcome(attribute('emails'), [{ value: 'a' }, { type: 7 }])).toBe(
    '400 invalidValue: emails.type must be text, but a number was sent.',
  )
  expect(outcome(attribute('manager'), ['a', 'b'])).toBe('400 invalidValue: manager takes one value, but 2 were sent.')
})

test('a sub-attribute that is never returned is not stored', () => {
  const secret = typed('complex', { subAttributes: [customAttribute('value', { returned: 'never' }), customAttribute('hint')] })
  expect(readValue(secret, { value: 'x', hint: 'y' })).toStrictEqual({ hint: 'y' })
})
