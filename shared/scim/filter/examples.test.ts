import { parseFilter } from './filter'
import { matches } from './match'
import type { JsonObject } from '../json'
import { ENTERPRISE_URN, GROUP_URN, groupType, USER_URN, userType } from '../schema/schemas'

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
}

const isMatch = (text: string) => matches(parseFilter(text, userType), person)

describe('examples of RFC 7644 section 3.4.2.2', () => {
  test.each([
    ['userName eq "bjensen"', true],
    ['name.familyName co "O\'Malley"', true],
    ['userName sw "J"', false],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"', false],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "B"', true],
    ['title pr', true],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', true],
    ['meta.lastModified ge "2011-05-13T04:42:34Z"', true],
    ['meta.lastModified lt "2011-05-13T04:42:34Z"', false],
    ['meta.lastModified le "2011-05-13T04:42:34Z"', false],
    ['title pr and userType eq "Employee"', true],
    ['title pr or userType eq "Intern"', true],
    ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', true],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:Group"', false],
    ['userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")', true],
    ['userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', false],
    ['userType eq "Employee" and (emails.type eq "work")', true],
    ['userType eq "Employee" and emails[type eq "work" and value co "@example.com"]', true],
    ['emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]', true],
    ['emails[type eq "work" and value co "@jensen.org"] or ims[type eq "aim" and value co "@foo.com"]', false],
  ])('%s: %s', (text, expected) => {
    expect(isMatch(text)).toBe(expected)
  })
})

describe('what Entra ID sends', () => {
  test.each([
    ['userName eq "BJENSEN"', true],
    ['externalId eq BJensen', true],
    ['externalId eq "bjensen"', false],
    ['emails[type eq "work"].value eq "bjensen@example.com"', true],
    ['emails[type eq "home"].value eq "bjensen@example.com"', false],
    ['emails[primary eq "True"].value eq "bjensen@example.com"', true],
    ['id eq "5a1e3c52" and manager eq "77c0"', true],
    ['id eq "5a1e3c52" and manager eq "77c1"', false],
    ['active eq "False"', false],
    ['userName eq "7f0c6f2e-6f5b-4bb1-9a52-3bd60a8f2a11"', false],
  ])('%s: %s', (text, expected) => {
    expect(isMatch(text)).toBe(expected)
  })

  test('a membership check on a group', () => {
    const group: JsonObject = {
      schemas: [GROUP_URN],
      id: '91bd',
      displayName: 'Sales North',
      members: [{ value: '5a1e' }, { value: '77c0' }],
    }
    const check = (text: string) => matches(parseFilter(text, groupType), group)
    expect(check('id eq "91bd" and members eq "77c0"')).toBe(true)
    expect(check('id eq "91bd" and members eq "77C0"')).toBe(false)
    expect(check('displayName eq "SALES north"')).toBe(true)
  })
})
