import { CUSTOM_URN, customAttribute, customUserType } from '../../../tests/support/custom-user-type'
import { parseFilter } from './filter'
import { entryMatcher, matches } from './match'
import type { Json, JsonObject } from '../json'
import { parsePatchPath } from '../patch/path'
import type { ResourceType } from '../schema/schema'
import { ENTERPRISE_URN, USER_URN, userType } from '../schema/schemas'

const person: JsonObject = {
  schemas: [USER_URN, ENTERPRISE_URN],
  id: '5a1e3c52',
  externalId: 'BJensen',
  userName: 'bjensen',
  name: { formatted: "Ms. Barbara J O'Malley", familyName: "O'Malley", givenName: 'Barbara', honorificPrefix: '' },
  title: 'Vice President',
  userType: 'Employee',
  nickName: '',
  locale: null,
  active: true,
  entitlements: [],
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  ims: [{ value: 'bjensen@foo.com', type: 'xmpp' }],
  phoneNumbers: [{ value: '+34 91 555 01 00', type: 'work' }],
  addresses: [{ locality: 'Málaga' }, {}],
  photos: [{ type: 'photo' }],
  x509Certificates: [{ value: 'AAEC' }],
  meta: { resourceType: 'User', created: '2011-05-13T04:42:34Z', lastModified: '2011-05-14T01:00:00+02:00' },
  [ENTERPRISE_URN]: { department: 'Operations', manager: { value: '77c0' } },
  [CUSTOM_URN]: {
    level: 5,
    ratio: 0.5,
    key: 'AbC=',
    tags: ['red', 'Blue'],
    codes: [1, 10],
    badge: 'Blue',
    floor: 12,
    parking: true,
    exact: 'Blue',
  },
}

const isMatch = (text: string) => matches(parseFilter(text, customUserType), person)

describe('each operator on each type', () => {
  test.each([
    // Text without case
    ['title eq "vice president"', true],
    ['title eq "vice"', false],
    ['title ne "VICE PRESIDENT"', false],
    ['title ne "vice"', true],
    ['title co "CE PR"', true],
    ['title co "x"', false],
    ['title co ""', true],
    ['title sw "vice"', true],
    ['title sw "president"', false],
    ['title ew "PRESIDENT"', true],
    ['title ew "vice"', false],
    ['title gt "VICE"', true],
    ['title gt "vice president"', false],
    ['title ge "vice president"', true],
    ['title lt "W"', true],
    ['title lt "vice president"', false],
    ['title le "VICE PRESIDENT"', true],
    ['title le "u"', false],
    // Text with case
    ['externalId eq "BJensen"', true],
    ['externalId ne "bjensen"', true],
    ['externalId co "jensen"', false],
    ['externalId co "Jensen"', true],
    ['externalId sw "b"', false],
    ['externalId ew "Jensen"', true],
    ['externalId lt "a"', true],
    ['externalId gt "a"', false],
    // Booleans
    ['active eq true', true],
    ['active eq "true"', true],
    ['active eq false', false],
    ['active ne true', false],
    ['active ne "FALSE"', true],
    // Numbers
    ['level eq 5', true],
    ['level eq 5.0', true],
    ['level eq "5"', true],
    ['level ne 5', false],
    ['level gt 10', false],
    ['level lt 10', true],
    ['level ge 5', true],
    ['level le 4', false],
    ['ratio gt 0.05', true],
    ['ratio eq 5e-1', true],
    ['codes eq 10', true],
    ['codes gt 9', true],
    ['codes gt 10', false],
    // Instants: 2011-05-14T01:00:00+02:00 is 2011-05-13T23:00:00Z
    ['meta.lastModified eq "2011-05-13T23:00:00Z"', true],
    ['meta.lastModified eq "2011-05-13T23:00:00.000Z"', true],
    ['meta.lastModified eq "2011-05-13T23:00:00"', true],
    ['meta.lastModified ne "2011-05-13T23:00:00Z"', false],
    ['meta.lastModified lt "2011-05-14"', true],
    ['meta.lastModified gt "2011-05-13T23:30:00Z"', false],
    ['meta.lastModified gt "2011-05-14T00:30:00+02:00"', true],
    ['meta.lastModified ge "2011-05-13T23:00:00Z"', true],
    ['meta.lastModified le "2011-05-13T23:00:00Z"', true],
    // Binary: exact, whatever caseExact says
    ['key eq "AbC="', true],
    ['key eq "abc="', false],
    ['key ne "abc="', true],
    ['x509Certificates eq "AAEC"', true],
    // References
    ['schemas co "enterprise"', true],
    ['schemas co "ENTERPRISE"', false],
    // Learnt: the stored value has the type
    ['badge eq "blue"', true],
    ['badge co "LU"', true],
    ['badge gt "a"', true],
    ['badge eq true', false],
    ['badge ne 5', true],
    ['exact eq "blue"', false],
    ['exact eq "Blue"', true],
    ['floor eq 12', true],
    ['floor eq "12"', true],
    ['floor gt 9', true],
    ['floor gt "9"', true],
    ['floor eq "twelve"', false],
    ['floor ne "twelve"', true],
    ['floor co 1', false],
    ['parking eq true', true],
    ['parking eq "True"', true],
    ['parking ne "false"', true],
    ['parking eq "yes"', false],
    ['parking gt false', false],
  ])('%s: %s', (text, expected) => {
    expect(isMatch(text)).toBe(expected)
  })

  test('a learnt attribute that holds digits as text equals the number', () => {
    const filter = parseFilter('floor eq 12', customUserType)
    expect(matches(filter, { [CUSTOM_URN]: { floor: '12' } })).toBe(true)
    expect(matches(filter, { [CUSTOM_URN]: { floor: '012' } })).toBe(false)
  })

  test('a stored date without zone counts as UTC, and one that is none matches no order', () => {
    const later = parseFilter('meta.created gt "2011-01-01T00:00:00Z"', userType)
    expect(matches(later, { meta: { created: '2011-01-01T00:00:01' } })).toBe(true)
    expect(matches(later, { meta: { created: 'later' } })).toBe(false)
  })
})

describe('case and Unicode', () => {
  const named = (userName: string, externalId = userName): JsonObject => ({ userName, externalId })
  test.each([
    ['composed and decomposed letters are one', 'userName eq "Ame\u0301lie"', named('am\u00c9lie'), true],
    ['without case in any script', 'userName eq "\u0416\u0423\u041a"', named('\u0436\u0443\u043a'), true],
    ['a value with case is compared as it stands', 'externalId eq "Ame\u0301lie"', named('Am\u00e9lie'), false],
    ['a value with case equals itself', 'externalId eq "Am\u00e9lie"', named('Am\u00e9lie'), true],
    ['an accent counts', 'userName eq "malaga"', named('m\u00e1laga'), false],
    ['an escape stands for its character', String.raw`userName eq "\u00e1\ud83d\ude00"`, named('Á😀'), true],
  ])('%s', (_rule, text, resource, expected) => {
    expect(matches(parseFilter(text, userType), resource)).toBe(expected)
  })

  test.each([
    ['phoneNumbers eq "+34 91 555 01 00"', true],
    ['phoneNumbers sw "+34"', true],
    ['addresses.locality eq "MÁLAGA"', true],
    ['userName eq "b\\"jensen"', false],
  ])('%s: %s', (text, expected) => {
    expect(isMatch(text)).toBe(expected)
  })
})

describe('pr wants a value that is not empty', () => {
  test.each([
    ['title', true],
    ['active', true],
    ['nickName', false],
    ['locale', false],
    ['displayName', false],
    ['entitlements', false],
    ['roles', false],
    ['emails', true],
    ['emails.display', false],
    ['emails.primary', true],
    ['name', true],
    ['name.honorificPrefix', false],
    ['name.middleName', false],
    ['manager', true],
    ['manager.displayName', false],
    [ENTERPRISE_URN, true],
    ['costCenter', false],
    ['meta', true],
    ['meta.version', false],
    ['tags', true],
    ['shoeSize', false],
  ])('%s pr: %s', (name, expected) => {
    expect(isMatch(`${name} pr`)).toBe(expected)
  })

  test.each<[string, JsonObject, boolean]>([
    ['active pr', { active: false }, true],
    ['level pr', { [CUSTOM_URN]: { level: 0 } }, true],
    ['name pr', { name: {} }, false],
    ['name pr', { name: { formatted: '', familyName: null } }, false],
    ['emails pr', { emails: [{}, { value: '' }] }, false],
    ['emails pr', { emails: [{}, { value: 'x' }] }, true],
    [`${ENTERPRISE_URN} pr`, { [ENTERPRISE_URN]: {} }, false],
    [`${ENTERPRISE_URN} pr`, { [ENTERPRISE_URN]: { manager: { value: '' } } }, false],
    [`${ENTERPRISE_URN} pr`, {}, false],
    ['manager pr', { manager: { value: 'not under its URN' } }, false],
  ])('%s on %j: %s', (text, resource, expected) => {
    expect(matches(parseFilter(text, customUserType), resource)).toBe(expected)
  })
})

describe('an absent attribute satisfies ne and eq null, a present one ne null', () => {
  test.each([
    ['displayName ne "x"', true],
    ['displayName eq null', true],
    ['displayName ne null', false],
    ['displayName eq "x"', false],
    ['displayName eq ""', false],
    ['displayName co ""', false],
    ['displayName sw ""', false],
    ['displayName gt ""', false],
    ['displayName le "x"', false],
    ['locale eq null', true],
    ['locale ne null', false],
    ['roles ne "x"', true],
    ['entitlements eq null', true],
    ['costCenter eq null', true],
    ['profileUrl ne "x"', true],
    ['title eq null', false],
    ['title ne null', true],
    ['emails eq null', false],
    ['emails ne null', true],
    ['photos.value eq null', true],
    ['not (displayName eq "x")', true],
    ['meta.version ne "x"', true],
  ])('%s: %s', (text, expected) => {
    expect(isMatch(text)).toBe(expected)
  })

  test('an extension that is absent altogether counts as absent attributes', () => {
    expect(matches(parseFilter('department ne "x"', userType), { userName: 'a' })).toBe(true)
    expect(matches(parseFilter('department eq "x"', userType), { userName: 'a' })).toBe(false)
  })
})

describe('of several values any may match, of a value path one entry must satisfy all', () => {
  test.each([
    ['emails eq "babs@jensen.org"', true],
    ['emails ne "babs@jensen.org"', true],
    ['emails.type eq "home" and emails.value eq "bjensen@example.com"', true],
    ['emails[type eq "home" and value eq "bjensen@example.com"]', false],
    ['emails[type eq "home" and value eq "babs@jensen.org"]', true],
    ['emails[type eq "home" or value eq "x"]', true],
    ['emails[not (type eq "work")]', true],
    ['emails[not (type pr)]', false],
    ['emails[primary ne true]', true],
    ['emails[primary eq null and type eq "home"]', true],
    ['emails[primary eq false]', false],
    ['roles[not (type eq "x")]', false],
    ['manager[value eq "77c0"]', true],
    ['name[familyName sw "o\'" and givenName eq "barbara"]', true],
    ['tags eq "blue"', true],
    ['tags[value eq "BLUE"]', true],
    ['tags[value eq "green"]', false],
    ['schemas[value ew ":User"]', true],
  ])('%s: %s', (text, expected) => {
    expect(isMatch(text)).toBe(expected)
  })
})

describe('names that no schema has match nothing', () => {
  test.each([
    'shoeSize eq 42',
    'shoeSize ne 42',
    'shoeSize eq null',
    'name.shoeSize ne "x"',
    'shoes[size eq 42]',
    'shoes[not (size eq 42)]',
    'emails[type eq "work"].shoe ne "x"',
    'constructor pr',
    'constructor eq "x"',
    'constructor.name eq "Object"',
    'constructor.prototype pr',
    'prototype ne "x"',
    'toString pr',
    'toString[length eq 0]',
    'hasOwnProperty ne null',
    'valueOf.constructor pr',
    'name.constructor pr',
    'emails.toString pr',
    'emails.length gt 0',
    'emails[constructor pr]',
    'emails[toString ne "x"]',
    'userName.length eq 7',
    `${CUSTOM_URN}:constructor pr`,
  ])('%s', (text) => {
    expect(isMatch(text)).toBe(false)
  })

  test('nor do inherited properties under a name that a schema has', () => {
    const type: ResourceType = {
      ...userType,
      extensions: [
        {
          id: CUSTOM_URN,
          name: 'x',
          description: '',
          attributes: [customAttribute('constructor'), customAttribute('toString', { learnt: true })],
        },
      ],
    }
    expect(matches(parseFilter('constructor pr or toString pr', type), { [CUSTOM_URN]: {} })).toBe(false)
    expect(matches(parseFilter('constructor eq "x"', type), { [CUSTOM_URN]: { constructor: 'x' } })).toBe(true)
  })

  test('and nothing is written to the prototype of objects', () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    for (const name of ['constructor', 'prototype', 'toString']) {
      isMatch(`${name} eq "x" or name.${name} eq "x" or emails[${name} eq "x"].${name} eq "x"`)
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(({} as JsonObject)['x']).toBeUndefined()
  })
})

describe('entries of a PATCH path', () => {
  test.each<[string, Json, boolean]>([
    ['emails[type eq "work"]', { type: 'WORK', value: 'a' }, true],
    ['emails[type eq "work"]', { type: 'home', value: 'a' }, false],
    ['emails[type eq "work" and value ew "@x.example"]', { type: 'work', value: 'a@x.example' }, true],
    ['emails[type eq "work"]', {}, false],
    ['roles[primary eq "True"]', { primary: true, value: 'Admin' }, true],
    ['roles[primary eq "True"]', { value: 'Admin' }, false],
    ['manager[value eq "77c0"]', '77c0', true],
    ['manager[value eq "77c0"]', '77c1', false],
    ['manager[not (value eq "77c0")]', '77c1', true],
    ['schemas[value eq "urn:x:y"]', 'urn:x:y', true],
  ])('%s applied to %j: %s', (text, entry, expected) => {
    const { filter } = parsePatchPath(text, userType)
    expect(filter && entryMatcher(filter, () => undefined)(entry)).toBe(expected)
  })
})
