import { CUSTOM_URN, customUserType } from '../../../tests/support/custom-user-type'
import type { ScimError } from '../errors'
import { FILTER_LIMITS, parseFilter, printFilter } from './filter'
import { ENTERPRISE_URN, groupType, USER_URN, userType } from '../schema/schemas'

const printed = (text: string) => printFilter(parseFilter(text, customUserType)).replaceAll(`${CUSTOM_URN}:`, '')

const refusal = (detail: string, scimType = 'invalidFilter') =>
  expect.objectContaining({ status: 400, scimType, message: expect.stringContaining(detail) as string }) as ScimError

describe('grouping, not, and, or bind in that order and to the left', () => {
  test.each([
    ['title pr', '(pr title)'],
    ['title pr and userType pr', '(and (pr title) (pr userType))'],
    ['title pr or userType pr and locale pr', '(or (pr title) (and (pr userType) (pr locale)))'],
    ['title pr and userType pr or locale pr', '(or (and (pr title) (pr userType)) (pr locale))'],
    ['(title pr or userType pr) and locale pr', '(and (or (pr title) (pr userType)) (pr locale))'],
    ['title pr or userType pr or locale pr', '(or (or (pr title) (pr userType)) (pr locale))'],
    ['title pr and userType pr and locale pr', '(and (and (pr title) (pr userType)) (pr locale))'],
    ['not (title pr)', '(not (pr title))'],
    ['not(title pr)', '(not (pr title))'],
    ['not (title pr) and locale pr', '(and (not (pr title)) (pr locale))'],
    ['title pr and not (userType pr or locale pr)', '(and (pr title) (not (or (pr userType) (pr locale))))'],
    ['not (not (title pr))', '(not (not (pr title)))'],
    ['((title pr))', '(pr title)'],
    ['userName eq "a" or title eq "b" and not(nickName pr)', '(or (eq userName "a") (and (eq title "b") (not (pr nickName))))'],
    ['TITLE PR AnD NOT (userTYPE Pr) OR locale pR', '(or (and (pr title) (not (pr userType))) (pr locale))'],
  ])('%s', (text, expected) => {
    expect(printed(text)).toBe(expected)
  })
})

describe('value paths', () => {
  test.each([
    ['emails[type eq "work"]', '(valuePath emails (eq type "work"))'],
    ['emails[type eq "work" and value co "@x"]', '(valuePath emails (and (eq type "work") (co value "@x")))'],
    ['emails[not (type eq "work") or primary eq true]', '(valuePath emails (or (not (eq type "work")) (eq primary true)))'],
    ['emails[(type pr)] and title pr', '(and (valuePath emails (pr type)) (pr title))'],
    ['emails[type eq "work"].value eq "x"', '(valuePath emails (and (eq type "work") (eq value "x")))'],
    ['EMAILS[Type EQ "work"].VALUE SW "x"', '(valuePath emails (and (eq type "work") (sw value "x")))'],
    ['emails[type eq "work"].value pr', '(valuePath emails (and (eq type "work") (pr value)))'],
    [
      'emails[type eq "a" or type eq "b"].value ne "x"',
      '(valuePath emails (and (or (eq type "a") (eq type "b")) (ne value "x")))',
    ],
    ['roles[primary eq "True"].value eq "x"', '(valuePath roles (and (eq primary true) (eq value "x")))'],
    ['manager[value eq "77c0"]', `(valuePath ${ENTERPRISE_URN}:manager (eq value "77c0"))`],
    [`${USER_URN}:addresses[locality eq "Madrid"]`, '(valuePath addresses (eq locality "Madrid"))'],
    ['groups[$ref ew "/1"]', '(valuePath groups (ew $ref "/1"))'],
    ['tags[value eq "x"]', '(valuePath tags (eq value "x"))'],
    ['emails[shoe eq "x" or size eq 1]', '(valuePath emails (or (eq ?shoe "x") (eq ?size 1)))'],
    ['emails[type eq "work"].shoe eq "x"', '(valuePath emails (and (eq type "work") (eq ?shoe "x")))'],
    ['shoes[size gt 40].laces pr', '(valuePath ?shoes (and (gt ?size 40) (pr ?laces)))'],
  ])('%s', (text, expected) => {
    expect(printed(text)).toBe(expected)
  })
})

describe('a complex attribute stands for its value', () => {
  test.each([
    ['manager eq "77c0"', userType, `(eq ${ENTERPRISE_URN}:manager.value "77c0")`],
    ['emails co "@x"', userType, '(co emails.value "@x")'],
    ['members eq "5a1e"', groupType, '(eq members.value "5a1e")'],
    ['id eq "91bd" and members eq "5a1e"', groupType, '(and (eq id "91bd") (eq members.value "5a1e"))'],
    ['emails pr', userType, '(pr emails)'],
    ['name pr', userType, '(pr name)'],
  ])('%s', (text, type, expected) => {
    expect(printFilter(parseFilter(text, type))).toBe(expected)
  })
})

describe('names', () => {
  test.each([
    [`${ENTERPRISE_URN.toUpperCase()}:department eq "x"`, `(eq ${ENTERPRISE_URN}:department "x")`],
    [`${ENTERPRISE_URN} pr`, `(pr ${ENTERPRISE_URN})`],
    ['department eq "x"', `(eq ${ENTERPRISE_URN}:department "x")`],
    ['constructor eq "x"', '(eq ?constructor "x")'],
    ['prototype.toString pr', '(pr ?prototype.toString)'],
    ['name.constructor eq "x"', '(eq ?name.constructor "x")'],
    ['emails[toString eq "x"].valueOf eq "y"', '(valuePath emails (and (eq ?toString "x") (eq ?valueOf "y")))'],
    ['and eq "x"', '(eq ?and "x")'],
    ['pr pr', '(pr ?pr)'],
  ])('%s', (text, expected) => {
    expect(printed(text)).toBe(expected)
  })
})

describe('spaces do not matter', () => {
  test.each(['userName eq "a"', '  userName   eq   "a"  ', '\tuserName eq"a"\r\n', '( userName eq "a" )', '(userName eq "a")'])(
    '%j',
    (text) => {
      expect(printed(text)).toBe('(eq userName "a")')
    },
  )
})

describe('what is wrong is told, with its position', () => {
  test.each([
    ['', 'The filter is empty.'],
    ['   ', 'The filter is empty.'],
    ['userName', 'Expected one of eq, ne, co, sw, ew, gt, ge, lt, le, pr at position 9, where the text ends.'],
    ['userName eq', 'Expected a value after "eq" at position 12, where the text ends.'],
    ['userName eq )', 'Expected a value after "eq" at position 13.'],
    ['userName equals "a"', '"equals" at position 10 is not an operator; use one of eq, ne,'],
    ['userName = "a"', 'This text at position 10 is not an operator'],
    ['userName "a"', 'Expected one of eq, ne, co, sw, ew, gt, ge, lt, le, pr at position 10.'],
    ['userName eq "a" title pr', 'Expected "and", "or" or the end of the filter at position 17.'],
    ['userName eq ana ruiz', 'Expected "and", "or" or the end of the filter at position 17.'],
    ['userName eq "a" and', 'Expected an attribute name at position 20, where the text ends.'],
    ['userName eq "a" xor title pr', 'Expected "and", "or" or the end of the filter at position 17.'],
    ['"userName" eq "a"', 'Expected an attribute name at position 1.'],
    ['(userName eq "a"', 'Expected "and", "or" or ")" at position 17, where the text ends.'],
    ['userName eq "a")', 'Expected "and", "or" or the end of the filter at position 16.'],
    ['()', 'Expected an attribute name at position 2.'],
    ['not userName eq "a"', 'Expected "(" after "not" at position 5.'],
    ['not', 'Expected "(" after "not" at position 4, where the text ends.'],
    ['userName co ana', 'The value at position 13 must be text in double quotes.'],
    ['userName ne 5', 'The value at position 13 must be text in double quotes.'],
    ["userName eq 'ana'", 'The value at position 13 must be text in double quotes.'],
    ['userName eq “ana”', 'The value at position 13 must be text in double quotes.'],
    ['userName eq "ana', 'The text that begins at position 13 has no closing quote.'],
    [String.raw`userName eq "contoso\ana"`, 'The text at position 13 is not a JSON string'],
    ['emails[type eq "work"', 'Expected "and", "or" or "]" at position 22, where the text ends.'],
    ['emails[type eq "work")', 'Expected "and", "or" or "]" at position 22.'],
    ['emails[]', 'Expected an attribute name at position 8.'],
    ['emails[type eq "work"] eq "x"', 'Expected "and", "or" or the end of the filter at position 24.'],
    [
      'emails[type eq "work"].value',
      'Expected one of eq, ne, co, sw, ew, gt, ge, lt, le, pr at position 29, where the text ends.',
    ],
    ['emails[type eq "work"]. eq "x"', 'An attribute name is missing, at position 24.'],
    ['emails[type.size eq 1]', '"type.size" is not an attribute name'],
    ['emails[type[value eq "x"]]', 'Brackets cannot stand inside brackets, at position 12.'],
    [`emails[${ENTERPRISE_URN}:manager eq "x"]`, 'is not an attribute name'],
    ['userName[value eq "x"]', 'Brackets must follow a complex or multi-valued attribute, which userName is not, at position 9.'],
    ['emails.value[value eq "x"]', 'which emails.value is not, at position 13.'],
    [`${ENTERPRISE_URN}[department eq "x"]`, 'Brackets must follow a complex or multi-valued attribute'],
    [`${ENTERPRISE_URN} eq "x"`, 'A schema URN has no value to compare; name one of its attributes before position'],
    ['name eq "x"', 'name, compared before position 9, is complex: name one of its sub-attributes, such as name.formatted.'],
    ['meta gt 5', 'such as meta.resourceType.'],
    ['active gt true', 'active is of type boolean, which "gt" before position 11 cannot compare; use one of: eq, ne.'],
    ['active co "t"', 'active is of type boolean, which "co" before position 11 cannot compare'],
    ['x509Certificates ge "AA"', 'value is of type binary, which "ge" before position 21 cannot compare'],
    ['active eq "yes"', 'active is of type boolean: the value at position 11 must be true or false.'],
    ['active eq 1', 'active is of type boolean: the value at position 11 must be true or false.'],
    ['level eq "five"', 'level is of type integer: the value at position 10 must be a number.'],
    ['ratio eq true', 'ratio is of type decimal: the value at position 10 must be a number.'],
    ['level eq 1e999', 'level is of type integer: the value at position 10 must be a number.'],
    ['level sw 5', 'level is of type integer, which "sw"'],
    ['meta.created gt "yesterday"', 'created is of type dateTime: the value at position 17 must be a date and time'],
    ['meta.created gt "2026-13-45T99:00:00Z"', 'must be a date and time'],
    ['meta.created eq 2026', 'must be a date and time'],
    ['meta.created co "2026"', 'created is of type dateTime, which "co"'],
    ['title gt null', '"gt" cannot compare with null at position 10; use "eq", "ne" or "pr".'],
    ['password eq "x"', 'password at position 1 cannot be filtered on: it is never returned.'],
    ['title pr and PASSWORD pr', 'password at position 14 cannot be filtered on: it is never returned.'],
    ['secret.value sw "x"', 'secret.value at position 1 cannot be filtered on: it is never returned.'],
    ['secret[value sw "x"]', 'value at position 8 cannot be filtered on: it is never returned.'],
    ['secret eq "x"', 'secret.value before position 11 cannot be filtered on: it is never returned.'],
    ['__proto__ eq "x"', '"__proto__" is not an attribute name (a letter, then letters, digits, "-" or "_"), at position 1.'],
    [
      'title pr or name.__proto__ pr',
      '"__proto__" is not an attribute name (a letter, then letters, digits, "-" or "_"), at position 13.',
    ],
    ['emails[__proto__ pr]', '"__proto__" is not an attribute name (a letter, then letters, digits, "-" or "_"), at position 8.'],
    ['a.b.c eq 1', '"a.b.c" has more than one ".": a sub-attribute has none of its own, at position 1.'],
    ['1st eq 1', '"1st" is not an attribute name'],
    ['ana@contoso.example', 'This text is not an attribute name'],
  ])('%s', (text, detail) => {
    expect(() => parseFilter(text, customUserType)).toThrow(refusal(detail))
  })

  test('a value that the filter compares is never repeated in the message', () => {
    for (const text of [
      'active eq "ana.ruiz"',
      'level eq ana.ruiz',
      'title co ana.ruiz',
      'title eq "ana.ruiz',
      'title eq "x" ana.ruiz',
    ]) {
      expect(() => parseFilter(text, customUserType)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('ruiz') as string }) as Error,
      )
    }
  })
})

describe('limits', () => {
  const { maxCharacters, maxTerms, maxDepth, maxTokens } = FILTER_LIMITS
  const wrapped = (open: string, depth: number) => open.repeat(depth) + 'title pr' + ')'.repeat(depth)
  const terms = (count: number) => Array.from({ length: count }, () => 'title pr').join(' or ')
  /** Terms in so many parentheses, "and" between them: 2 words, the parentheses and an "and" each. The text's end is a token too. */
  const tokens = (count: number) => {
    const wanted = count - 1 - (maxTerms * 3 - 1)
    const pairs = Array.from(
      { length: maxTerms },
      (_, i) => Math.floor(wanted / 2 / maxTerms) + (i < (wanted / 2) % maxTerms ? 1 : 0),
    )
    return pairs.map((depth) => `${'('.repeat(depth)}a pr${')'.repeat(depth)}`).join(' and ')
  }
  const padded = (length: number) => 'title pr'.padEnd(length)

  test.each([
    ['characters', padded(maxCharacters), padded(maxCharacters + 1), 'at most 4096 characters, this one has 4097.'],
    ['terms', terms(maxTerms), terms(maxTerms + 1), 'at most 64 terms; one more begins at position'],
    [
      'tokens',
      tokens(maxTokens),
      tokens(maxTokens + 2),
      'at most 1024 words, values and parentheses; one more begins behind position',
    ],
    ['parentheses', wrapped('(', maxDepth), wrapped('(', maxDepth + 1), 'nested deeper than 16 levels at position 17.'],
    ['negations', wrapped('not (', maxDepth), wrapped('not(', maxDepth + 1), 'nested deeper than 16 levels'],
    [
      'brackets in parentheses',
      '('.repeat(maxDepth - 1) + 'emails[type pr]' + ')'.repeat(maxDepth - 1),
      '('.repeat(maxDepth) + 'emails[type pr]' + ')'.repeat(maxDepth),
      'nested deeper than 16 levels at position 23.',
    ],
    [
      'terms in brackets',
      `emails[${Array.from({ length: maxTerms - 1 }, () => 'type pr').join(' and ')}]`,
      `emails[${Array.from({ length: maxTerms }, () => 'type pr').join(' and ')}]`,
      'at most 64 terms',
    ],
  ])('%s: as many as allowed parse, one more is refused', (_what, allowed, beyond, detail) => {
    expect(() => parseFilter(allowed, userType)).not.toThrow()
    expect(() => parseFilter(beyond, userType)).toThrow(refusal(detail))
  })

  test('depth counts what is open at once, not how often something was opened', () => {
    const text = Array.from({ length: 40 }, () => '(title pr)').join(' and ')
    expect(() => parseFilter(text, userType)).not.toThrow()
  })

  test.each([
    ['open parentheses', '('.repeat(4000), 'nested deeper'],
    ['negations', 'not ('.repeat(800), 'nested deeper'],
    ['the word not', 'not '.repeat(1000), 'Expected "(" after "not" at position 5.'],
    ['open brackets', '['.repeat(4000), 'Expected an attribute name at position 1.'],
    ['brackets in brackets', 'emails['.repeat(580), 'Brackets cannot stand inside brackets'],
    ['spaces', `title${' '.repeat(4000)}`, 'where the text ends'],
    ['spaces behind an operator', `title eq${' '.repeat(4000)}`, 'Expected a value'],
    ['backslashes', `title eq "${'\\'.repeat(4001)}`, 'no closing quote'],
    ['quotes', '"'.repeat(4000), 'Expected an attribute name'],
    ['an endless name', 'a'.repeat(4096), 'where the text ends'],
    ['an endless name that ends badly', `${'a-'.repeat(2000)}! eq 1`, 'is not an attribute name'],
    ['an endless number', `level eq ${'1'.repeat(4000)}x`, 'must be a number'],
    ['an endless URN', `urn:${'a:'.repeat(2000)} eq 1`, 'An attribute name is missing'],
    ['an endless run of dots', '.'.repeat(4000), 'An attribute name is missing'],
    ['an endless chain of or', 'title pr or '.repeat(300), 'at most 64 terms'],
  ])('hostile input is refused: %s', (_what, text, detail) => {
    expect(() => parseFilter(text, customUserType)).toThrow(refusal(detail))
  })
})
