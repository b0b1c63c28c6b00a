import type { Stored } from '../directory/context'
import type { JsonObject } from '../scim/json'
import { DEFAULT_PROJECTION, readProjection } from '../scim/projection'
import { ENTERPRISE_URN, GROUP_URN, groupType, USER_URN, userType } from '../scim/schema/schemas'
import { locationOf, represent } from './representation'

const BASE = 'https://scim.example.com/scim/contoso'
const ID = '5a1e3c520e644f0da1a52c6a2a3b7d10'
const stored = (attributes: JsonObject, more: Partial<Stored> = {}): Stored => ({
  id: ID,
  type: userType,
  attributes,
  created: '2026-11-02T08:00:00.000Z',
  lastModified: '2026-11-03T08:00:00.000Z',
  version: 'W/"2"',
  ...more,
})

test('a person has schemas in use, id and meta, and exactly what is stored', () => {
  expect(represent(stored({ userName: 'ana', active: false }), BASE, DEFAULT_PROJECTION)).toEqual({
    schemas: [USER_URN],
    id: ID,
    userName: 'ana',
    active: false,
    meta: {
      resourceType: 'User',
      created: '2026-11-02T08:00:00.000Z',
      lastModified: '2026-11-03T08:00:00.000Z',
      location: `${BASE}/Users/${ID}`,
      version: 'W/"2"',
    },
  })
})

test('a manager who may be here gets an address, any other text is left as it is', () => {
  const shown = (value: string) => {
    const attributes = { userName: 'ana', [ENTERPRISE_URN]: { manager: { value }, department: 'D' } }
    const given = structuredClone(attributes)
    const resource = represent(stored(attributes), BASE, DEFAULT_PROJECTION)
    expect(attributes).toEqual(given)
    return resource[ENTERPRISE_URN]
  }
  expect(shown(ID)).toEqual({ manager: { value: ID, $ref: `${BASE}/Users/${ID}` }, department: 'D' })
  for (const value of ['26118915', '../Users/a b', '\ud800'])
    expect(shown(value)).toEqual({ manager: { value }, department: 'D' })
})

test('members and groups come with type and address, and not at all when there are none', () => {
  const group = {
    type: groupType,
    members: [
      { id: 'a1', type: 'User' as const },
      { id: 'b2', type: 'Group' as const },
    ],
  }
  expect(represent(stored({ displayName: 'Sales' }, group), BASE, DEFAULT_PROJECTION)).toMatchObject({
    schemas: [GROUP_URN],
    members: [
      { value: 'a1', type: 'User', $ref: `${BASE}/Users/a1` },
      { value: 'b2', type: 'Group', $ref: `${BASE}/Groups/b2` },
    ],
  })
  expect(represent(stored({ displayName: 'Sales' }, { ...group, members: [] }), BASE, DEFAULT_PROJECTION)).not.toHaveProperty(
    'members',
  )
  const asked = readProjection(userType, ['groups'], [])
  expect(represent(stored({ userName: 'ana' }, { groups: [{ id: 'g1', display: 'Sales' }] }), BASE, asked)).toEqual({
    schemas: [USER_URN],
    id: ID,
    groups: [{ value: 'g1', display: 'Sales', type: 'direct', $ref: `${BASE}/Groups/g1` }],
  })
})

test('the location of a group', () => {
  expect(locationOf(stored({}, { type: groupType }), BASE)).toBe(`${BASE}/Groups/${ID}`)
})
