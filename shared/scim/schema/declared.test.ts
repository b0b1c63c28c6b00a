import { CONTOSO, declare } from '../../../tests/support/declare-attribute'
import { withDeclared, type DeclaredAttribute } from './declared'
import { parseFilter } from '../filter/filter'
import { matches } from '../filter/match'
import type { Json, JsonObject } from '../json'
import { unknownOfBody, withLearnt } from './learnt'
import { applyPatch, compilePatch } from '../patch/patch'
import type { PatchOperation } from '../patch/operation'
import { readResource } from '../resource'
import { attributeNamed, extensionNamed, schemasOfTypes } from './schema'
import { ENTERPRISE_URN, enterpriseUserSchema, groupType, userType } from './schemas'

test('a declared attribute has the defaults of RFC 7643 section 2.2 where nothing is said', () => {
  const type = withDeclared(userType, [
    declare('badge'),
    declare('card', {
      valueType: 'complex',
      multiValued: true,
      mutability: 'immutable',
      returned: 'request',
      sensitive: true,
      description: 'Key cards.',
      subAttributes: [
        { name: 'value', valueType: 'binary' },
        { name: 'type', valueType: 'string', canonicalValues: ['door'] },
      ],
    }),
    declare('site', { valueType: 'reference' }),
  ])
  const defaults = {
    multiValued: false,
    required: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    description: 'Declared for this directory.',
  }
  expect(extensionNamed(type, CONTOSO.toLowerCase())).toEqual({
    id: CONTOSO,
    name: 'User',
    description: 'Attributes declared for this directory.',
    attributes: [
      { ...defaults, name: 'badge', type: 'string', caseExact: false },
      {
        ...defaults,
        name: 'card',
        type: 'complex',
        caseExact: false,
        multiValued: true,
        mutability: 'immutable',
        returned: 'request',
        sensitive: true,
        description: 'Key cards.',
        subAttributes: [
          { ...defaults, name: 'value', type: 'binary', caseExact: true },
          { ...defaults, name: 'type', type: 'string', caseExact: false, canonicalValues: ['door'] },
        ],
      },
      { ...defaults, name: 'site', type: 'reference', caseExact: true, referenceTypes: ['external'] },
    ],
  })
  expect(withDeclared(userType, [])).toBe(userType)
})

test('an attribute is declared for its own type, also beside those of the enterprise schema, which stays as it is', () => {
  const shoe = declare('shoeSize', { urn: ENTERPRISE_URN.toLowerCase(), valueType: 'integer' })
  const type = withDeclared(userType, [shoe, declare('floor', { type: 'Group' })])
  expect(type.extensions.map(({ id }) => id)).toEqual([ENTERPRISE_URN])
  expect(type.extensions[0]?.attributes.map(({ name }) => name)).toEqual([
    ...enterpriseUserSchema.attributes.map(({ name }) => name),
    'shoeSize',
  ])
  expect(withDeclared(groupType, [shoe]).extensions).toEqual([])
})

test('declared goes before learnt of the same name in any case, and is not learnt again', () => {
  const declared = withDeclared(userType, [declare('badge', { valueType: 'integer' })])
  const type = withLearnt(declared, [
    { type: 'User', urn: CONTOSO.toUpperCase(), name: 'BADGE' },
    { type: 'User', urn: CONTOSO, name: 'floor' },
    { type: 'User', urn: `${CONTOSO}:badge`, name: 'color' },
  ])
  const extension = extensionNamed(type, CONTOSO)
  expect(extension?.attributes.map(({ name, type: is }) => [name, is])).toEqual([
    ['badge', 'integer'],
    ['floor', 'string'],
  ])
  expect(type.extensions).toHaveLength(2)
  expect(unknownOfBody(type, { [CONTOSO]: { badge: 'x', floor: 3 } })).toEqual([])
})

test.each<[string, DeclaredAttribute, Json]>([
  ['a number', declare('badge', { valueType: 'integer' }), 'blue'],
  ['a list', declare('badge', { multiValued: true }), 'blue'],
  ['a date', declare('badge', { valueType: 'dateTime' }), 'blue'],
  [
    'a complex attribute',
    declare('badge', { valueType: 'complex', subAttributes: [{ name: 'value', valueType: 'string' }] }),
    'blue',
  ],
  [
    'complex entries',
    declare('badge', { valueType: 'complex', multiValued: true, subAttributes: [{ name: 'value', valueType: 'string' }] }),
    7,
  ],
  ['a boolean', declare('badge', { valueType: 'boolean' }), ['blue', { value: 'red' }]],
  ['immutable', declare('badge', { valueType: 'integer', mutability: 'immutable' }), 'blue'],
])(
  'a value stored before its attribute was declared as %s is read without failing and can be written anew',
  (_, declared, held) => {
    const type = withDeclared(userType, [declared])
    const before: JsonObject = { userName: 'u', [CONTOSO]: { badge: held } }
    for (const filter of ['pr', 'eq null', 'ne null']) {
      expect(typeof matches(parseFilter(`${CONTOSO}:badge ${filter}`, type), before)).toBe('boolean')
    }
    const patch = (operations: PatchOperation[]) => applyPatch(type, before, compilePatch(type, operations))
    expect(patch([{ op: 'replace', path: 'title', value: 'x' }])[CONTOSO]).toEqual({ badge: held })
    expect(patch([{ op: 'remove', path: `${CONTOSO}:badge` }])[CONTOSO]).toBeUndefined()
    const value = { integer: 7, boolean: true, dateTime: '2026-11-22T08:00:00Z' }[declared.valueType as string] ?? 'red'
    const written = declared.valueType === 'complex' ? { value } : value
    const sent = declared.multiValued ? [value] : value
    expect(patch([{ op: 'replace', path: `${CONTOSO}:badge`, value: sent }])[CONTOSO]).toEqual({
      badge: declared.multiValued ? [written] : written,
    })
  },
)

test('a name without URN reaches no declared attribute of a body, but manager does as before', () => {
  const type = withDeclared(userType, [declare('floor', { valueType: 'integer' }), declare('shoe', { urn: ENTERPRISE_URN })])
  const { attributes } = readResource(type, { userName: 'u', floor: 3, shoe: 'x', manager: '77c0' })
  expect(attributes).toEqual({ userName: 'u', active: true, [ENTERPRISE_URN]: { manager: { value: '77c0' } } })
})

describe('an immutable attribute', () => {
  const type = withDeclared(userType, [
    declare('hired', { mutability: 'immutable' }),
    declare('tags', { mutability: 'immutable', multiValued: true }),
  ])
  const before: JsonObject = { userName: 'u', [CONTOSO]: { hired: '2020', tags: ['a'] } }
  const refused = expect.objectContaining({ status: 400, scimType: 'mutability' }) as Error
  const patch =
    (operations: PatchOperation[], held = before) =>
    () =>
      applyPatch(type, held, compilePatch(type, operations))

  test.each<[string, PatchOperation]>([
    ['replaced', { op: 'replace', path: `${CONTOSO}:hired`, value: '2021' }],
    ['added to', { op: 'add', path: `${CONTOSO}:tags`, value: ['b'] }],
    ['replaced without path', { op: 'replace', value: { [`${CONTOSO}:hired`]: '2021' } }],
    ['replaced in its object', { op: 'add', value: { [CONTOSO]: { hired: '2021' } } }],
    ['removed', { op: 'remove', path: `${CONTOSO}:hired` }],
    ['cleared', { op: 'replace', path: `${CONTOSO}:hired`, value: '' }],
    ['removed by entry', { op: 'remove', path: `${CONTOSO}:tags[value eq "a"]` }],
    ['removed with its extension', { op: 'remove', path: CONTOSO }],
    ['cleared with its extension', { op: 'replace', value: { [CONTOSO]: null } }],
  ])('cannot be %s once it has a value', (_, operation) => {
    expect(patch([operation])).toThrow(refused)
  })

  test('takes its first value, and the same again', () => {
    const add: PatchOperation = { op: 'add', path: `${CONTOSO}:hired`, value: '2020' }
    expect(patch([add], { userName: 'u' })()).toEqual({ userName: 'u', [CONTOSO]: { hired: '2020' } })
    expect(patch([add, { op: 'add', path: `${CONTOSO}:tags`, value: 'a' }])()).toBe(before)
    expect(patch([add, { ...add, value: '2021' }], { userName: 'u' })).toThrow(refused)
  })

  test('may be repeated or left out in a PUT, never changed', () => {
    const put = (body: JsonObject) => readResource(type, { userName: 'u', ...body }, before).attributes
    expect(put({ [CONTOSO]: { hired: '2020', tags: ['a'] } })).toMatchObject(before)
    expect(put({})).toMatchObject(before)
    expect(put({ [CONTOSO]: { tags: 'a' } })).toMatchObject(before)
    expect(() => put({ [CONTOSO]: { hired: '2021' } })).toThrow(refused)
    expect(() => put({ [CONTOSO]: { tags: ['a', 'b'] } })).toThrow(refused)
  })
})

test('schemas of several types appear once, and what one declares stands before what another learnt', () => {
  const badge = declare('badge', { type: 'Group', valueType: 'integer' })
  const learnt = (name: string) => ({ type: 'User' as const, urn: CONTOSO.toUpperCase(), name })
  const types = [
    withLearnt(userType, [learnt('BADGE'), learnt('floor')]),
    withDeclared(groupType, [badge, declare('room', { type: 'Group' })]),
  ]
  const found = schemasOfTypes(types)
  expect(found.map(({ id }) => id)).toEqual([userType.schema.id, ENTERPRISE_URN, CONTOSO.toUpperCase(), groupType.schema.id])
  expect(found[2]?.attributes.map(({ name, type }) => [name, type])).toEqual([
    ['badge', 'integer'],
    ['floor', 'string'],
    ['room', 'string'],
  ])
  expect(attributeNamed(found[2]?.attributes ?? [], 'badge')?.learnt).toBeUndefined()
})
