import { declaredAttributes } from './declared-attributes'
import { ENTERPRISE_URN, USER_URN } from '../scim/schema/schemas'

const URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
const declare = (given: object = {}) => ({
  type: 'User',
  urn: URN,
  name: 'badge',
  valueType: 'string',
  multiValued: false,
  ...given,
})
const complex = (...subAttributes: object[]) => declare({ valueType: 'complex', subAttributes })
const sub = (given: object = {}) => ({ name: 'value', valueType: 'string', ...given })

/** Where the list is refused, or 'accepted'. */
function outcome(list: unknown): string[] {
  const result = declaredAttributes.safeParse(list)
  return result.success ? ['accepted'] : [...new Set(result.error.issues.map(({ path }) => path.join('.')))]
}

test.each<[string, unknown]>([
  ['nothing', []],
  ['text', [declare()]],
  ['a list of numbers', [declare({ valueType: 'integer', multiValued: true })]],
  [
    'text of suggested values',
    [declare({ caseExact: true, canonicalValues: ['a', 'b'], description: 'x', returned: 'request' })],
  ],
  [
    'a complex attribute',
    [complex(sub(), sub({ name: 'type', canonicalValues: ['a'] }), sub({ name: 'primary', valueType: 'boolean' }))],
  ],
  ['one more attribute of the enterprise schema', [declare({ urn: ENTERPRISE_URN })]],
  ['the same attribute for both types', [declare(), declare({ type: 'Group', name: 'BADGE', urn: URN.toUpperCase() })]],
  ['a sensitive immutable one', [declare({ sensitive: true, mutability: 'immutable' })]],
  ['as many as there can be', Array.from({ length: 100 }, (_, i) => declare({ name: `a${i}`, urn: `${URN}${i % 20}` }))],
])('%s can be declared', (_, list) => {
  expect(outcome(list)).toEqual(['accepted'])
})

test.each<[string, unknown, string]>([
  ['no list', {}, ''],
  ['too many', Array.from({ length: 101 }, (_, i) => declare({ name: `a${i}` })), ''],
  ['too many schemas', Array.from({ length: 21 }, (_, i) => declare({ urn: `${URN}${i}` })), ''],
  [
    'too much text',
    Array.from({ length: 99 }, (_, i) => ({
      ...complex(...Array.from({ length: 20 }, (__, j) => sub({ name: `s${j}`, description: 'x'.repeat(99) }))),
      name: `a${i}`,
    })),
    '',
  ],
  ['a core URN', [declare({ urn: USER_URN })], '0.urn'],
  ['the enterprise URN for groups', [declare({ urn: ENTERPRISE_URN, type: 'Group' })], '0.urn'],
  ['the URN of an enterprise attribute', [declare({ urn: `${ENTERPRISE_URN}:manager` })], '0.urn'],
  ['no URN', [declare({ urn: 'contoso' })], '0.urn'],
  ['a URN too long', [declare({ urn: `urn:x:${'y'.repeat(200)}` })], '0.urn'],
  ["a URN that is another one's attribute", [declare(), declare({ urn: `${URN}:badge` })], '1.urn'],
  ['an attribute of RFC 7643', [declare({ urn: ENTERPRISE_URN, name: 'DEPARTMENT' })], '0.name'],
  ['no name', [declare({ name: '' })], '0.name'],
  ['__proto__', [declare({ name: '__proto__' })], '0.name'],
  ['a name with a dot', [declare({ name: 'a.b' })], '0.name'],
  ['a name twice', [declare(), declare({ name: 'BADGE', urn: URN.toLowerCase() })], '1.name'],
  ['another type', [declare({ type: 'Device' })], '0.type'],
  ['another value type', [declare({ valueType: 'text' })], '0.valueType'],
  ['complex without sub-attributes', [declare({ valueType: 'complex' })], '0.subAttributes'],
  ['text with sub-attributes', [declare({ subAttributes: [sub()] })], '0.subAttributes'],
  ['a sub-attribute twice', [complex(sub(), sub({ name: 'VALUE' }))], '0.subAttributes'],
  ['complex in complex', [complex(sub({ valueType: 'complex' }))], '0.subAttributes.0.valueType'],
  ['a sub-attribute with a misspelt property', [complex(sub({ caseexact: true }))], '0.subAttributes.0'],
  ['a misspelt property', [declare({ mutabilty: 'immutable' })], '0'],
  ['required', [declare({ required: true })], '0'],
  ['readOnly, for nobody else writes it', [declare({ mutability: 'readOnly' })], '0.mutability'],
  ['suggested numbers', [declare({ valueType: 'integer', canonicalValues: ['1'] })], '0.canonicalValues'],
  ['no suggested values', [declare({ canonicalValues: [] })], '0.canonicalValues'],
  ['the case of a number', [declare({ valueType: 'integer', caseExact: true })], '0.caseExact'],
])('%s cannot be declared', (_, list, where) => {
  expect(outcome(list)).toEqual([where])
})

test('a schema has an attribute once: what both types declare under one URN must be alike', () => {
  expect(outcome([declare(), declare({ type: 'Group', valueType: 'integer' })])).toEqual(['0.name', '1.name'])
})
