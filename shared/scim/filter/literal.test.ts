import { customUserType } from '../../../tests/support/custom-user-type'
import type { ScimError } from '../errors'
import { parseFilter } from './filter'

describe('literals take the type of the attribute', () => {
  test.each([
    ['title eq "a"', '"a"'],
    ['title eq ""', '""'],
    ['title eq null', 'null'],
    ['title ne NULL', 'null'],
    ['title eq "null"', '"null"'],
    [String.raw`title eq "a\"b\\c\/\u00e9\ud83d\ude00\n"`, String.raw`"a\"b\\c/é😀\n"`],
    ['phoneNumbers.value eq "+34 91 555"', '"+34 91 555"'],
    ['title eq "Señora 😀"', '"Señora 😀"'],
    ['title eq "a) or (b [c] and \'d"', '"a) or (b [c] and \'d"'],
    ['externalId eq jyoung', '"jyoung"'],
    ['externalId eq 5a1e-77c0', '"5a1e-77c0"'],
    ['externalId eq 0042', '"0042"'],
    ['externalId eq 42', '"42"'],
    ['externalId eq 4.20', '"4.20"'],
    ['title eq True', '"True"'],
    ["title eq O'Malley", '"O\'Malley"'],
    ['active eq true', 'true'],
    ['active eq TRUE', 'true'],
    ['active ne False', 'false'],
    ['active eq "True"', 'true'],
    ['active eq "fAlse"', 'false'],
    ['level eq 5', '5'],
    ['level gt -12', '-12'],
    ['level eq "5"', '5'],
    ['ratio le 1.5e-3', '0.0015'],
    ['ratio ge 0', '0'],
    ['hired gt "2026-11-22T08:00:00Z"', '"2026-11-22T08:00:00Z"'],
    ['hired gt "2026-11-22T08:00:00.123+01:00"', '"2026-11-22T08:00:00.123+01:00"'],
    ['hired eq "2026-11-22"', '"2026-11-22"'],
    ['hired eq 2026-11-22', '"2026-11-22"'],
    ['badge eq 5', '5'],
    ['badge gt "x"', '"x"'],
    ['badge eq true', 'true'],
    ['badge eq blue', '"blue"'],
    ['shoe eq blue', '"blue"'],
    ['shoe co 12', '12'],
  ])('%s compares with %s', (text, literal) => {
    const filter = parseFilter(text, customUserType)
    expect(filter.kind === 'compare' && JSON.stringify(filter.value)).toBe(literal)
  })
})

const refusal = (operator: string) =>
  expect.objectContaining({ scimType: 'invalidFilter', message: expect.stringContaining(`"${operator}"`) as string }) as ScimError

describe('which operator goes with which type', () => {
  const all = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
  const order = ['eq', 'ne', 'gt', 'ge', 'lt', 'le']
  const rows: [string, string, string[]][] = [
    ['title', '"a"', all],
    ['site', '"https://x.example"', all],
    ['badge', '"a"', all],
    ['badge', '1', all],
    ['shoe', '"a"', all],
    ['level', '1', order],
    ['ratio', '1.5', order],
    ['hired', '"2026-11-22T08:00:00Z"', order],
    ['key', '"AAEC"', ['eq', 'ne']],
    ['remote', 'true', ['eq', 'ne']],
    ['title', 'null', ['eq', 'ne']],
    ['badge', 'null', ['eq', 'ne']],
  ]
  const cases = rows.flatMap(([name, literal, allowed]) =>
    all.map((operator) => [name, operator, literal, allowed.includes(operator)] as const),
  )

  test.each(cases)('%s %s %s is accepted: %s', (name, operator, literal, accepted) => {
    const parse = () => parseFilter(`${name} ${operator} ${literal}`, customUserType)
    if (accepted) expect(parse()).toMatchObject({ kind: 'compare', operator })
    else expect(parse).toThrow(refusal(operator))
  })
})
