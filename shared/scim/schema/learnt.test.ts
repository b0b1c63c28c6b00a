import type { Json, JsonObject } from '../json'
import { learntWith, MAX_LEARNT_NAMES, unknownOfBody, unknownOfPatch, withLearnt, type LearntAttribute } from './learnt'
import { applyPatch, compilePatch } from '../patch/patch'
import type { PatchOperation } from '../patch/operation'
import { readResource, schemasOf } from '../resource'
import { attributeNamed, extensionNamed, type ResourceType } from './schema'
import { ENTERPRISE_URN, GROUP_URN, groupType, USER_URN, userType } from './schemas'

const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
const BADGE = `${CONTOSO}:badgeColor`
const learntBadge: LearntAttribute = { type: 'User', urn: CONTOSO, name: 'badgeColor' }
const badgeType = withLearnt(userType, [learntBadge])

/** What the service does with a POST: learn, then read. */
function posted(body: JsonObject, known: ResourceType = userType) {
  const type = withLearnt(known, unknownOfBody(known, body))
  return { type, attributes: readResource(type, { userName: 'u', ...body }).attributes }
}

function patchedWith(
  operations: readonly PatchOperation[],
  before: JsonObject = { userName: 'u' },
  known: ResourceType = userType,
) {
  const type = withLearnt(known, unknownOfPatch(known, operations))
  return { type, attributes: applyPatch(type, before, compilePatch(type, operations)) }
}

test.each<Json>(['blue', ' blue ', '0042', 'True', 0, 42, -1.5, true, false])(
  'a mapping row to a new URN stores %j as it came, at once',
  (value) => {
    const stored = { userName: 'u', [CONTOSO]: { badgeColor: value } }
    expect(patchedWith([{ op: 'add', path: BADGE, value }]).attributes).toStrictEqual(stored)
    expect(patchedWith([{ op: 'replace', value: { [BADGE]: value } }]).attributes).toStrictEqual(stored)
    expect(patchedWith([{ op: 'replace', value: { [CONTOSO]: { badgeColor: value } } }]).attributes).toStrictEqual(stored)
    expect(patchedWith([{ op: 'replace', path: CONTOSO, value: { badgeColor: value } }]).attributes).toStrictEqual(stored)
    expect(posted({ [CONTOSO]: { badgeColor: value } }).attributes).toStrictEqual({ ...stored, active: true })
    const { type, attributes } = posted({ [BADGE]: value })
    expect(attributes).toStrictEqual({ ...stored, active: true })
    expect(schemasOf(type, attributes)).toEqual([USER_URN, CONTOSO])
  },
)

test('a learnt attribute is served in the schema of its URN as RFC 7643 section 7 wants it', () => {
  const schema = extensionNamed(badgeType, CONTOSO)
  expect(schema).toMatchObject({ id: CONTOSO, name: 'User', description: expect.stringMatching(/\.$/) as string })
  expect(schema?.attributes).toEqual([
    {
      name: 'badgeColor',
      type: 'string',
      multiValued: false,
      description: 'Learnt from a request.',
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
      learnt: true,
    },
  ])
  expect(userType.extensions).toHaveLength(1)
})

test('once learnt, other casings of URN and name are the same attribute, spelled as first seen', () => {
  for (const key of [BADGE.toUpperCase(), BADGE.toLowerCase()]) {
    expect(unknownOfBody(badgeType, { [key]: 'x' })).toEqual([])
    const { attributes } = patchedWith(
      [{ op: 'replace', path: key, value: 'red' }],
      { userName: 'u', [CONTOSO]: { badgeColor: 'blue' } },
      badgeType,
    )
    expect(attributes).toStrictEqual({ userName: 'u', [CONTOSO]: { badgeColor: 'red' } })
  }
  expect(unknownOfBody(userType, { [BADGE]: 'x', [BADGE.toUpperCase()]: 'y', [CONTOSO]: { BADGECOLOR: 'z' } })).toHaveLength(1)
  const [second] = unknownOfBody(badgeType, { [`${CONTOSO.toUpperCase()}:floor`]: 3 })
  expect(second).toEqual({ type: 'User', urn: CONTOSO, name: 'floor' })
  expect(extensionNamed(withLearnt(badgeType, [second!]), CONTOSO)?.attributes.map(({ name }) => name)).toEqual([
    'badgeColor',
    'floor',
  ])
})

test('a further attribute under the enterprise URN is learnt beside those of RFC 7643', () => {
  const { type, attributes } = posted({ [ENTERPRISE_URN]: { department: 'D', shoeSize: 42, manager: '77c0' } })
  expect(attributes[ENTERPRISE_URN]).toStrictEqual({ department: 'D', shoeSize: 42, manager: { value: '77c0' } })
  expect(schemasOf(type, attributes)).toEqual([USER_URN, ENTERPRISE_URN])
  expect(attributeNamed(userType.extensions[0]!.attributes, 'shoeSize')).toBeUndefined()
})

test.each(['constructor', 'prototype', 'toString', 'hasOwnProperty', 'schemas', 'id', 'members'])(
  '%s under an extension is a name like others',
  (name) => {
    const { type, attributes } = posted({ [CONTOSO]: { [name]: 'x' } })
    expect(attributes).toStrictEqual({ userName: 'u', active: true, [CONTOSO]: { [name]: 'x' } })
    expect(patchedWith([{ op: 'remove', path: `${CONTOSO}:${name}` }], attributes, type).attributes).toStrictEqual({
      userName: 'u',
      active: true,
    })
  },
)

test.each<[string, JsonObject]>([
  ['a name outside any URN', { shoeSize: 42 }],
  ['a complex attribute of the core schema under its URN', { [`${USER_URN}:name`]: { givenName: 'Ana' } }],
  ['a message URN', { 'urn:ietf:params:scim:api:messages:2.0:PatchOp': { a: 'x' } }],
  [
    'a known attribute of the enterprise schema',
    {
      [ENTERPRISE_URN]: { Department: 'x' },
      [`${ENTERPRISE_URN}:manager`]: { value: 'x' },
      [`${ENTERPRISE_URN}:manager.value`]: 'x',
    },
  ],
  ['an object where a scalar is mapped', { [CONTOSO]: { badge: { color: 'blue' } } }],
  ['what is unassigned in a known schema', { [USER_URN]: { shoe: '' }, [`${ENTERPRISE_URN}:manager.foo`]: null }],
  [
    'a list of objects or lists without a value',
    { [CONTOSO]: { badges: [{ color: 'blue' }, []] }, [BADGE]: [{ color: 'blue' }] },
  ],
  ['a list of what is unassigned', { [CONTOSO]: { badges: ['', null, { value: '' }, { value: null }] }, [BADGE]: [''] }],
  ['what is unassigned', { [CONTOSO]: { a: '', b: null, c: [] }, [BADGE]: '' }],
  ['a number that JSON cannot hold', { [CONTOSO]: { badge: Infinity } }],
  ['a name that is none', { [CONTOSO]: { 'two words': 1, $ref: 1, '1st': 1, 'a.b': 1, '': 1, ['x'.repeat(65)]: 1 } }],
  [
    '__proto__',
    JSON.parse(
      `{"${CONTOSO}": {"__proto__": "x"}, "${CONTOSO}:__proto__": "x", "urn:x:__proto__": {"__proto__": "x"}}`,
    ) as JsonObject,
  ],
  [
    'a URN that is none',
    {
      'urn:x': { a: 1 },
      'urn:x:a': 1,
      'urn:': { a: 1 },
      'urn:x:': { a: 1 },
      'urn:x y:z': { a: 1 },
      'http://x/y': { a: 1 },
      [`urn:x:${'y'.repeat(200)}`]: { a: 1 },
    },
  ],
])('nothing is learnt from, and nothing stored for, %s', (_, body) => {
  expect(unknownOfBody(userType, body)).toEqual([])
  expect(unknownOfPatch(userType, [{ op: 'add', value: body }])).toEqual([])
  expect(Object.keys(posted(body).attributes).filter((name) => name.startsWith('urn:') && name !== ENTERPRISE_URN)).toEqual([])
})

test.each<[string, JsonObject]>([
  ['a name that the core schema lacks', { [`${USER_URN}:title`]: 'x', [`${USER_URN}:shoeSize`]: 42 }],
  ['the same behind a dot', { [`${USER_URN}.shoeSize`]: 42 }],
  ['a name in an object of the core URN', { [USER_URN]: { shoeSize: 42 } }],
  ['the schema of another kind of resource', { [GROUP_URN]: { displayName: 'x' } }],
  ['an attribute of another kind of resource', { [`${GROUP_URN}:displayName`]: 'x' }],
  ['an object under an unknown name', { [`${ENTERPRISE_URN}:badge`]: { color: 'blue' } }],
  ['an unknown sub-attribute', { [`${ENTERPRISE_URN}:manager.name`]: 'x' }],
  ['a colon for the dot of a sub-attribute', { [`${ENTERPRISE_URN}:manager:value`]: 'x' }],
  ['a sub-attribute of text', { [`${ENTERPRISE_URN}.department.value`]: 'x' }],
  ['what is no name', { [ENTERPRISE_URN]: { 'two words': 'x' } }],
  ['an unknown sub-attribute behind a filter', { [`${USER_URN}:emails[type eq "work"].shoe`]: 'x' }],
])('nothing is learnt from %s in a known schema, and it is refused by its name', (_, body) => {
  const refused = expect.objectContaining({ status: 400, message: expect.stringContaining('"urn:') as string }) as Error
  expect(unknownOfBody(userType, body)).toEqual([])
  expect(() => posted(body)).toThrow(refused)
  expect(() => patchedWith([{ op: 'add', value: body }])).toThrow(refused)
  for (const [path, value] of Object.entries(body).filter(([key]) => !/title|two words|User$/.test(key))) {
    expect(() => patchedWith([{ op: 'replace', path, value }])).toThrow(refused)
    expect(patchedWith([{ op: 'remove', path }]).attributes).toStrictEqual({ userName: 'u' })
  }
})

test('a dot in place of the colon behind a URN that is known reads as the colon', () => {
  const dotted = `${CONTOSO}.badgeColor`
  const stored = { userName: 'u', [CONTOSO]: { badgeColor: 'blue' } }
  expect(patchedWith([{ op: 'add', path: dotted, value: 'blue' }], undefined, badgeType).attributes).toStrictEqual(stored)
  expect(patchedWith([{ op: 'add', value: { [dotted]: 'blue' } }], undefined, badgeType).attributes).toStrictEqual(stored)
  expect(posted({ [dotted]: 'blue' }, badgeType).attributes).toStrictEqual({ ...stored, active: true })
  expect(patchedWith([{ op: 'remove', path: dotted }], stored, badgeType).attributes).toStrictEqual({ userName: 'u' })
  expect(unknownOfBody(badgeType, { [`${CONTOSO}.floor`]: 3 })).toEqual([{ type: 'User', urn: CONTOSO, name: 'floor' }])
})

test('a removal teaches nothing', () => {
  expect(unknownOfPatch(userType, [{ op: 'remove', path: BADGE, value: 'blue' }])).toEqual([])
})

test('the enterprise extension of people is not learnt for groups', () => {
  expect(unknownOfBody(groupType, { [ENTERPRISE_URN]: { department: 'x' } })).toEqual([])
  expect(unknownOfBody(groupType, { [`${CONTOSO}:floor`]: 3 })).toEqual([{ type: 'Group', urn: CONTOSO, name: 'floor' }])
  expect(withLearnt(groupType, [learntBadge]).extensions).toEqual([])
})

test.each<Json>([{ color: 'blue' }, [{ color: 'blue' }], ['blue', { color: 'blue' }], ['blue', ['red']]])(
  '%j for a learnt attribute is refused, for it holds texts, numbers and booleans',
  (value) => {
    const operations: PatchOperation[] = [{ op: 'replace', path: BADGE, value }]
    expect(() => patchedWith(operations, { userName: 'u' }, badgeType)).toThrow(
      expect.objectContaining({ scimType: 'invalidValue' }) as Error,
    )
  },
)

describe('several values', () => {
  const withBadges = (badgeColor: Json) => ({ userName: 'u', [CONTOSO]: { badgeColor } })

  test.each<[Json, Json]>([
    [[{ value: 'blue' }], ['blue']],
    [[{ $ref: null, value: 'blue' }], ['blue']],
    [
      [{ value: 'blue' }, { value: 7 }, { value: false }],
      ['blue', 7, false],
    ],
    [
      ['blue', '', 'red', 'blue'],
      ['blue', 'red'],
    ],
    [
      ['blue', { VALUE: 'red' }, { value: null }],
      ['blue', 'red'],
    ],
  ])('%j to a new URN is learnt as a list', (value, wanted) => {
    expect(patchedWith([{ op: 'add', path: BADGE, value }]).attributes).toStrictEqual(withBadges(wanted))
    expect(patchedWith([{ op: 'replace', value: { [BADGE]: value } }]).attributes).toStrictEqual(withBadges(wanted))
    expect(patchedWith([{ op: 'add', path: CONTOSO, value: { badgeColor: value } }]).attributes).toStrictEqual(withBadges(wanted))
    expect(posted({ [BADGE]: value }).attributes).toStrictEqual({ ...withBadges(wanted), active: true })
    const { type, attributes } = posted({ [CONTOSO]: { badgeColor: value } })
    expect(attributes).toStrictEqual({ ...withBadges(wanted), active: true })
    expect(extensionNamed(type, CONTOSO)?.attributes).toMatchObject([{ multiValued: true, learnt: true }])
  })

  test('a list widens what was learnt with one value, which stays as the first of it', () => {
    const { type, attributes } = patchedWith(
      [{ op: 'add', path: BADGE, value: [{ value: 'red' }] }],
      withBadges('blue'),
      badgeType,
    )
    expect(attributes).toStrictEqual(withBadges(['blue', 'red']))
    expect(extensionNamed(type, CONTOSO)?.attributes).toMatchObject([{ name: 'badgeColor', multiValued: true }])
    expect(unknownOfPatch(type, [{ op: 'add', path: BADGE, value: ['green'] }])).toEqual([])
    expect(patchedWith([{ op: 'replace', path: BADGE, value: 'green' }], attributes, type).attributes).toStrictEqual(
      withBadges(['green']),
    )
  })

  test('a list widens when all names are taken, and none beside it is learnt', () => {
    const names = Array.from({ length: MAX_LEARNT_NAMES - 1 }, (_, i): LearntAttribute => ({ ...learntBadge, name: `a${i}` }))
    const full = withLearnt(userType, [learntBadge, ...names])
    const widened = { ...learntBadge, multiValued: true }
    expect(unknownOfBody(full, { [CONTOSO]: { more: ['x'], badgeColor: ['blue'] } })).toEqual([widened])
    const held = [learntBadge, ...names]
    expect(learntWith(held, [widened as LearntAttribute, { ...learntBadge, name: 'more' }])).toEqual([widened, ...names])
    expect(learntWith(held, [learntBadge])).toBe(held)
    expect(learntWith([widened as LearntAttribute], [learntBadge])).toEqual([widened])
  })

  test('of one name that comes once and in a list, the list is learnt', () => {
    const body = { [BADGE]: ['x'], [CONTOSO.toUpperCase()]: { BADGECOLOR: 'y' } }
    expect(unknownOfBody(userType, body)).toEqual([{ ...learntBadge, multiValued: true }])
  })

  test('a removal by a list takes what it lists, also of an attribute that had one value', () => {
    const remove = (value: Json, held: Json) =>
      patchedWith([{ op: 'remove', path: BADGE, value }], withBadges(held), badgeType).attributes
    expect(remove([{ value: 'red' }], 'blue')).toStrictEqual(withBadges(['blue']))
    expect(remove([{ value: 'blue' }], 'blue')).toStrictEqual({ userName: 'u' })
    expect(unknownOfPatch(userType, [{ op: 'remove', path: BADGE, value: ['blue'] }])).toEqual([])
  })

  test('more values than an attribute takes are refused, and so teach nothing', () => {
    const value = Array.from({ length: 1001 }, () => '')
    expect(() => patchedWith([{ op: 'add', path: BADGE, value }])).toThrow(
      expect.objectContaining({ scimType: 'invalidValue' }) as Error,
    )
  })
})

test.each<Json>(['', null, []])('a learnt attribute is cleared by %j, and its URN goes with the last', (value) => {
  const before = { userName: 'u', [CONTOSO]: { badgeColor: 'blue' } }
  expect(patchedWith([{ op: 'replace', path: BADGE, value }], before, badgeType).attributes).toStrictEqual({ userName: 'u' })
})

test(`no more than ${MAX_LEARNT_NAMES} names are learnt, each once; one more in a known schema is refused by its name`, () => {
  const many = Object.fromEntries(Array.from({ length: 2_500 }, (_, i) => [`a${i}`, i]))
  const unknown = unknownOfBody(userType, { [CONTOSO]: many })
  expect(unknown).toHaveLength(MAX_LEARNT_NAMES)
  const type = withLearnt(userType, [learntBadge, ...unknown.slice(0, 47)])
  expect(unknownOfBody(type, { [CONTOSO]: { ...many } })).toHaveLength(2)
  const tooMany = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`a${i}`, i]))
  expect(() => unknownOfBody(userType, { [CONTOSO]: tooMany })).toThrow(expect.objectContaining({ scimType: 'tooMany' }) as Error)
  const full = withLearnt(userType, unknown)
  expect(unknownOfBody(full, { [CONTOSO]: { fresh: 1, a0: 2 } })).toEqual([])
  expect(() => posted({ [CONTOSO]: { fresh: 1, a0: 2 } }, full)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(`"fresh" is no attribute of "${CONTOSO}"`) as string }) as Error,
  )
  expect(posted({ 'urn:x:Other': { fresh: 1 }, [CONTOSO]: { a0: 2 } }, full).attributes[CONTOSO]).toStrictEqual({ a0: 2 })
})

test('a type without learnt attributes is the same object', () => {
  expect(withLearnt(userType, [])).toBe(userType)
})
