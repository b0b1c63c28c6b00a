import { MAX_PATH_CHARACTERS, printPath } from '../schema/attribute-path'
import type { ScimError } from '../errors'
import { printFilter } from '../filter/filter'
import { equalTerms, parsePatchPath } from './path'
import { ENTERPRISE_URN, groupType, USER_URN, userType } from '../schema/schemas'

/** kind, path, filter and sub-attribute behind the brackets, as far as there are any */
function printed(text: string, type = userType): string[] {
  const { path, filter, sub } = parsePatchPath(text, type)
  return [path.kind, printPath(path), ...(filter ? [printFilter(filter)] : []), ...(sub ? [sub.name] : [])]
}

test.each([
  ['displayName', ['attribute', 'displayName']],
  ['name.familyName', ['attribute', 'name.familyName']],
  ['emails', ['attribute', 'emails']],
  ['emails[type eq "work"].value', ['attribute', 'emails', '(eq type "work")', 'value']],
  ['EMAILS[TYPE EQ "work"].VALUE', ['attribute', 'emails', '(eq type "work")', 'value']],
  ['emails[type eq "work"]', ['attribute', 'emails', '(eq type "work")']],
  ['emails[type eq "untyped"].primary', ['attribute', 'emails', '(eq type "untyped")', 'primary']],
  ['addresses[type eq "work"].formatted', ['attribute', 'addresses', '(eq type "work")', 'formatted']],
  [`${USER_URN}:addresses[type eq "work"].locality`, ['attribute', 'addresses', '(eq type "work")', 'locality']],
  ['roles[primary eq "True"].value', ['attribute', 'roles', '(eq primary true)', 'value']],
  [
    'emails[type eq "work" and value ew "@x"].display',
    ['attribute', 'emails', '(and (eq type "work") (ew value "@x"))', 'display'],
  ],
  ['emails[not (type eq "work") or (primary pr)]', ['attribute', 'emails', '(or (not (eq type "work")) (pr primary))']],
  ['emails[value eq "a].b[\\"c"].type', ['attribute', 'emails', '(eq value "a].b[\\"c")', 'type']],
  ['emails[ type eq "work" ].value', ['attribute', 'emails', '(eq type "work")', 'value']],
  ['manager', ['attribute', `${ENTERPRISE_URN}:manager`]],
  ['manager[value eq "77c0"]', ['attribute', `${ENTERPRISE_URN}:manager`, '(eq value "77c0")']],
  [`${ENTERPRISE_URN}:manager.value`, ['attribute', `${ENTERPRISE_URN}:manager.value`]],
  [`${ENTERPRISE_URN}:manager[value eq "77c0"].$ref`, ['attribute', `${ENTERPRISE_URN}:manager`, '(eq value "77c0")', '$ref']],
  [ENTERPRISE_URN.toLowerCase(), ['extension', ENTERPRISE_URN]],
  [USER_URN, ['extension', USER_URN]],
  ['shoeSize', ['unknown', 'shoeSize']],
  ['urn:x:Contoso:2.0:User:badgeColor', ['unknown', 'urn:x:Contoso:2.0:User:badgeColor']],
  ['emails[type eq "work"].shoe', ['unknown', 'emails.shoe']],
  ['manager[value eq "77c0"].shoe', ['unknown', `${ENTERPRISE_URN}:manager.shoe`]],
  ['shoes[size eq 42].laces', ['unknown', 'shoes.laces']],
  ['shoes[size eq 42]', ['unknown', 'shoes', '(eq ?size 42)']],
  ['emails[shoe eq "x"].value', ['attribute', 'emails', '(eq ?shoe "x")', 'value']],
  ['constructor', ['unknown', 'constructor']],
  ['emails[constructor eq "x"].toString', ['unknown', 'emails.toString']],
  ['name.prototype', ['unknown', 'name.prototype']],
])('%s is read as %j', (text, expected) => {
  expect(printed(text)).toEqual(expected)
})

test("a group's member is named by its value", () => {
  expect(printed('members[value eq "5a1e"]', groupType)).toEqual(['attribute', 'members', '(eq value "5a1e")'])
})

test.each([
  ['', 'invalidPath', 'An attribute name is missing.'],
  ['user name', 'invalidPath', 'This text is not an attribute name'],
  ['__proto__', 'invalidPath', '"__proto__" is not an attribute name'],
  ['__proto__.polluted', 'invalidPath', '"__proto__" is not an attribute name'],
  ['emails.__proto__', 'invalidPath', '"__proto__" is not an attribute name'],
  ['emails[type eq "work"].__proto__', 'invalidPath', '"__proto__" is not an attribute name'],
  ['__proto__[a eq 1]', 'invalidPath', '"__proto__" is not an attribute name'],
  ['name.familyName.first', 'invalidPath', 'has more than one "."'],
  ['"emails', 'invalidPath', 'This text is not an attribute name'],
  ['emails]', 'invalidPath', 'This text is not an attribute name'],
  ['[type eq "work"]', 'invalidPath', 'An attribute name is missing.'],
  ['emails[type eq "work"', 'invalidPath', 'The "[" at position 7 is never closed.'],
  ['emails[type eq "work"]value', 'invalidPath', 'Behind "]" at position 22 only "." and a sub-attribute may stand.'],
  ['emails[type eq "work"] .value', 'invalidPath', 'Behind "]" at position 22'],
  ['emails[type eq "work"]]', 'invalidPath', 'Behind "]" at position 22'],
  ['emails[type eq "work"][type pr]', 'invalidPath', 'Behind "]" at position 22'],
  ['emails[type eq "work"]"', 'invalidPath', 'Behind "]" at position 22'],
  ['emails[type eq "work"].', 'invalidPath', 'An attribute name is missing.'],
  ['emails[type eq "work"].value.x', 'invalidPath', '"value.x" is not an attribute name'],
  ['emails[type eq "work"].value eq "x"', 'invalidPath', 'This text is not an attribute name'],
  ['userName[value eq "x"]', 'invalidPath', 'Brackets must follow a complex or multi-valued attribute, which userName is not.'],
  ['emails.value[type eq "x"]', 'invalidPath', 'which emails.value is not.'],
  [`${ENTERPRISE_URN}[department eq "x"]`, 'invalidPath', 'Brackets must follow'],
  ['a'.repeat(MAX_PATH_CHARACTERS + 1), 'invalidPath', 'A path may have at most 4096 characters, this one has 4097.'],
  [`emails[value eq "${'a'.repeat(MAX_PATH_CHARACTERS)}"]`, 'invalidPath', 'A path may have at most 4096 characters'],
  ['emails[]', 'invalidFilter', 'Expected an attribute name at position 8.'],
  ['emails[type]', 'invalidFilter', 'Expected one of eq,'],
  ['emails[type eq]', 'invalidFilter', 'Expected a value after "eq" at position 15.'],
  ['emails[type is "work"]', 'invalidFilter', '"is" at position 13 is not an operator'],
  ['emails[type eq "work]', 'invalidFilter', 'The text that begins at position 16 has no closing quote.'],
  ['emails[type eq "work" "home"]', 'invalidFilter', 'Expected "and", "or" or "]" at position 23.'],
  ['emails[type eq "work")', 'invalidFilter', 'Expected "and", "or" or "]" at position 22.'],
  ['emails[type[value pr]]', 'invalidFilter', 'Brackets cannot stand inside brackets, at position 12.'],
  ['emails[__proto__ eq "x"]', 'invalidFilter', '"__proto__" is not an attribute name'],
  ['roles[primary eq "yes"].value', 'invalidFilter', 'must be true or false.'],
  ['roles[primary gt true].value', 'invalidFilter', 'primary is of type boolean'],
  [`emails[${'('.repeat(17)}type pr${')'.repeat(17)}]`, 'invalidFilter', 'nested deeper than 16 levels'],
  [`emails[${'('.repeat(4000)}`, 'invalidFilter', 'nested deeper than 16 levels'],
])('%s is refused as %s, telling why', (text, scimType, detail) => {
  expect(() => parsePatchPath(text, userType)).toThrow(
    expect.objectContaining({ status: 400, scimType, message: expect.stringContaining(detail) as string }) as ScimError,
  )
})

describe('the entry that a filter asks for', () => {
  const terms = (text: string) => {
    const { filter } = parsePatchPath(text, userType)
    const found = filter && equalTerms(filter)
    return found && Object.fromEntries([...found].map(([attribute, value]) => [attribute.name, value]))
  }

  test.each([
    ['emails[type eq "work"].value', { type: 'work' }],
    ['roles[primary eq "True"].value', { primary: true }],
    ['emails[type eq "work" and primary eq true].value', { type: 'work', primary: true }],
    ['emails[(type eq "work" and primary eq "false") and display eq "x"]', { type: 'work', primary: false, display: 'x' }],
    ['emails[type eq "work" and TYPE eq "work"]', { type: 'work' }],
    ['members[value eq "5a1e"]', undefined],
  ])('%s: %j', (text, expected) => {
    expect(terms(text)).toEqual(expected)
  })

  test.each([
    'emails[type ne "work"]',
    'emails[type co "work"]',
    'emails[type pr]',
    'emails[not (type eq "work")]',
    'emails[type eq "work" or type eq "home"]',
    'emails[type eq "work" and value co "@x"]',
    'emails[type eq "work" and type eq "home"]',
    'emails[type eq null]',
    'emails[shoe eq "x"]',
    'emails[type eq "work" and shoe eq "x"]',
  ])('%s: none can be made', (text) => {
    expect(terms(text)).toBeUndefined()
  })
})
