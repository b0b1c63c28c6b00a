import { ana, anaWith, home, patched, work } from '../../../tests/support/patched'
import type { JsonObject } from '../json'
import type { PatchOperation } from './operation'
import { ENTERPRISE_URN, USER_URN, userType } from '../schema/schemas'

/** No change at all, and attributes that become unassigned. */

describe('a PATCH that changes nothing gives the very same object', () => {
  test.each<PatchOperation>([
    { op: 'add', path: 'title', value: 'Planner' },
    { op: 'replace', path: 'active', value: 'True' },
    { op: 'add', path: 'name', value: { givenName: 'Ana' } },
    { op: 'add', path: 'name', value: {} },
    { op: 'add', path: 'emails', value: [home, work] },
    { op: 'add', path: 'emails', value: [] },
    { op: 'add', path: 'emails', value: null },
    { op: 'replace', path: 'emails', value: [{ primary: 'true', value: work.value, type: 'work' }, home] },
    { op: 'replace', path: 'emails[type eq "work"].value', value: work.value },
    { op: 'replace', path: 'emails[type eq "work"].primary', value: 'True' },
    { op: 'remove', path: 'emails[type eq "other"]' },
    { op: 'remove', path: 'emails[type eq "other"].value' },
    { op: 'remove', path: 'emails', value: [{ type: 'other', value: 'o@x' }] },
    { op: 'remove', path: 'emails', value: [] },
    { op: 'remove', path: 'emails', value: null },
    { op: 'remove', path: 'emails', value: [{}, { shoe: 1 }] },
    { op: 'remove', path: 'nickName' },
    { op: 'remove', path: 'phoneNumbers.value' },
    { op: 'remove', path: 'manager[value eq "other"]' },
    { op: 'replace', path: 'nickName', value: '' },
    { op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '' },
    { op: 'replace', path: 'phoneNumbers[type eq "work"]', value: { type: null, value: '' } },
    { op: 'replace', path: 'phoneNumbers[value ew "1"].display', value: null },
    { op: 'replace', path: 'addresses.locality', value: null },
    { op: 'replace', path: 'password', value: 'secret' },
    { op: 'replace', path: 'manager.$ref', value: '../Users/1' },
    { op: 'add', path: 'schemas', value: ['urn:x:y'] },
    { op: 'replace', value: { [`${USER_URN}:schemas`]: ['urn:x:y'], id: 'x', meta: { version: 'x' }, groups: [] } },
    { op: 'replace', path: 'shoeSize', value: 42 },
    { op: 'replace', path: 'name.shoeSize', value: 42 },
    { op: 'replace', path: 'emails[type eq "work"].shoeSize', value: 42 },
    { op: 'remove', path: 'shoeSize' },
    { op: 'replace', path: 'urn:x:Contoso:2.0:User:badge', value: 'blue' },
    { op: 'replace', path: USER_URN, value: null },
    { op: 'add', path: ENTERPRISE_URN, value: null },
    { op: 'add', path: ENTERPRISE_URN, value: {} },
  ])('%j', (operation) => {
    expect(patched(ana, [operation])).toBe(ana)
  })

  test('no operation at all', () => {
    expect(patched(ana, [])).toBe(ana)
  })
})

describe('clearing leaves the attribute absent', () => {
  const empty = [
    ['""', ''],
    ['null', null],
    ['[]', []],
  ] as const
  const full: JsonObject = {
    ...ana,
    externalId: 'e',
    nickName: 'n',
    profileUrl: 'https://x',
    userType: 'u',
    preferredLanguage: 'es',
    locale: 'es',
    timezone: 'z',
    phoneNumbers: [{ type: 'work', value: '1' }],
    ims: [{ value: '1' }],
    photos: [{ value: '1' }],
    entitlements: [{ value: '1' }],
    addresses: [{ type: 'work', locality: 'Madrid', primary: false }],
    roles: [{ value: '1', primary: true }],
    x509Certificates: [{ value: 'AAAA' }],
    [ENTERPRISE_URN]: {
      employeeNumber: '1',
      costCenter: '1',
      organization: '1',
      division: '1',
      department: '1',
      manager: { value: '1' },
    },
  }
  const core = userType.schema.attributes.filter(({ required, mutability }) => !required && mutability === 'readWrite')
  const optional = [...core.map(({ name }) => name), 'externalId']
  const extended = Object.keys(full[ENTERPRISE_URN] as JsonObject)

  test('every optional attribute is among them', () => {
    expect(Object.keys(full).sort()).toEqual([...optional, 'userName', ENTERPRISE_URN].sort())
  })

  test.each(empty)('by replace with %s, attribute for attribute, with and without path', (_, value) => {
    for (const name of optional) {
      expect(Object.keys(patched(full, [{ op: 'replace', path: name, value: value as never }]))).not.toContain(name)
      expect(Object.keys(patched(full, [{ op: 'replace', value: { [name]: value as never } }]))).not.toContain(name)
    }
    for (const name of extended) {
      const left = patched(full, [{ op: 'replace', path: `${ENTERPRISE_URN}:${name}`, value: value as never }])[ENTERPRISE_URN]
      expect(Object.keys(left as JsonObject).sort()).toEqual(extended.filter((other) => other !== name).sort())
    }
  })

  test.each(empty)('and an extension emptied by %s goes with its URN', (_, value) => {
    const clears = extended.map((name): PatchOperation => ({
      op: 'replace',
      path: `${ENTERPRISE_URN}:${name}`,
      value: value as never,
    }))
    expect(Object.keys(patched(full, clears))).not.toContain(ENTERPRISE_URN)
    expect(Object.keys(patched(full, [{ op: 'replace', path: ENTERPRISE_URN, value: value as never }]))).not.toContain(
      ENTERPRISE_URN,
    )
    expect(Object.keys(patched(full, [{ op: 'replace', value: { [ENTERPRISE_URN]: value as never } }]))).not.toContain(
      ENTERPRISE_URN,
    )
  })

  test.each(empty)('so does an entry of which %s leaves only a label', (_, value) => {
    const person = { userName: 'u', addresses: [{ type: 'work', locality: 'Madrid', country: 'ES', primary: true }] }
    const clear = (name: string): PatchOperation => ({
      op: 'replace',
      path: `addresses[type eq "work"].${name}`,
      value: value as never,
    })
    expect(patched(person, [clear('locality')])).toStrictEqual({
      userName: 'u',
      addresses: [{ type: 'work', country: 'ES', primary: true }],
    })
    expect(patched(person, [clear('locality'), clear('country')])).toStrictEqual({ userName: 'u' })
    expect(patched(person, [{ op: 'replace', path: 'addresses[type eq "work"]', value: value as never }])).toStrictEqual({
      userName: 'u',
    })
    expect(patched(ana, [{ op: 'replace', path: 'emails[type eq "home"]', value: { value: value as never } }])).toStrictEqual(
      anaWith({ emails: [work] }),
    )
  })
})
