import { ana, anaWith, home, patched, refusal, work } from '../../../tests/support/patched'
import type { JsonObject } from '../json'
import { compilePatch } from './patch'
import type { PatchOperation } from './operation'
import { ENTERPRISE_URN, GROUP_URN, groupType, USER_URN } from '../schema/schemas'

/** What each refusal of a PATCH is, by the table of RFC 7644 section 3.12; all or nothing. */

describe('a refused PATCH says', () => {
  const rename: PatchOperation = { op: 'replace', path: 'displayName', value: 'Changed' }
  test.each<[string, string, PatchOperation]>([
    ['invalidSyntax', 'add without value', { op: 'add', path: 'title' }],
    ['invalidSyntax', 'replace without value', { op: 'replace', path: 'title' }],
    ['invalidSyntax', 'add without path and value', { op: 'add' }],
    ['invalidSyntax', 'text without path', { op: 'replace', value: 'x' }],
    ['invalidSyntax', 'a list without path', { op: 'add', value: ['x'] }],
    ['invalidSyntax', 'null without path', { op: 'replace', value: null }],
    ['invalidPath', 'a path that does not parse', { op: 'add', path: 'user name', value: 'x' }],
    ['invalidPath', 'a path that does not parse, in a remove', { op: 'remove', path: 'emails[type eq "work"' }],
    ['invalidPath', 'brackets behind a simple attribute', { op: 'replace', path: 'title[value eq "x"]', value: 'x' }],
    ['invalidPath', 'a key with brackets that does not parse', { op: 'replace', value: { 'emails[type eq "work"]value': 'x' } }],
    ['invalidFilter', 'a malformed filter in a path', { op: 'replace', path: 'emails[type is "work"].value', value: 'x' }],
    ['invalidFilter', 'a malformed filter in a key', { op: 'replace', value: { 'emails[type].value': 'x' } }],
    ['invalidValue', 'a number for text', { op: 'replace', path: 'title', value: 7 }],
    ['invalidValue', 'a list for text', { op: 'replace', path: 'title', value: ['x', 'y'] }],
    ['invalidValue', 'an object for text', { op: 'replace', path: 'title', value: {} }],
    ['invalidValue', 'other text for a boolean', { op: 'replace', path: 'active', value: 'yes' }],
    ['invalidValue', 'a number for a boolean', { op: 'replace', path: 'active', value: 0 }],
    ['invalidValue', 'text for a complex attribute without value', { op: 'replace', path: 'name', value: 'Ana' }],
    ['invalidValue', 'text for a list of entries', { op: 'replace', path: 'emails', value: 'o@x' }],
    ['invalidValue', 'text for a list of entries, added', { op: 'add', path: 'phoneNumbers', value: '+34 600 555 010' }],
    ['invalidValue', 'text for a list of entries, as key', { op: 'replace', value: { addresses: 'Planta 3' } }],
    ['invalidValue', 'a number for an entry', { op: 'add', path: 'emails', value: [7] }],
    ['invalidValue', 'a number in an entry', { op: 'add', path: 'emails', value: [{ value: 7 }] }],
    ['invalidValue', 'a boolean in a matching entry', { op: 'replace', path: 'emails[type eq "work"].value', value: true }],
    ['invalidValue', 'two managers', { op: 'replace', path: 'manager', value: ['a', 'b'] }],
    ['invalidValue', 'text for an extension', { op: 'replace', path: ENTERPRISE_URN, value: 'x' }],
    ['invalidValue', 'text for an extension as key', { op: 'replace', value: { [ENTERPRISE_URN]: 'x' } }],
    ['invalidValue', 'a list for the core schema', { op: 'add', path: USER_URN, value: ['x'] }],
    ['invalidValue', 'a required attribute replaced by ""', { op: 'replace', path: 'userName', value: '' }],
    ['invalidValue', 'a required attribute replaced by null', { op: 'replace', value: { userName: null } }],
    ['mutability', 'a write to id', { op: 'replace', path: 'id', value: 'x' }],
    ['mutability', 'a write to meta', { op: 'replace', path: 'meta.created', value: 'x' }],
    ['mutability', 'memberships written at the person', { op: 'add', path: 'groups', value: [{ value: 'g' }] }],
    ['mutability', 'a membership removed at the person', { op: 'remove', path: 'groups[value eq "g"]' }],
    ['mutability', "a write to the manager's name", { op: 'replace', path: 'manager.displayName', value: 'x' }],
    [
      'mutability',
      "a write to the manager's name behind a filter",
      { op: 'replace', path: 'manager[value eq "77c0"].displayName', value: 'x' },
    ],
    ['mutability', 'the removal of a required attribute', { op: 'remove', path: 'userName' }],
    ['mutability', 'the removal of the core schema', { op: 'remove', path: USER_URN }],
    ['noTarget', 'remove without path', { op: 'remove' }],
    ['noTarget', 'remove without path but with a value', { op: 'remove', value: { title: 'x' } }],
    [
      'noTarget',
      'replace with a filter that nothing matches and no entry can be made from',
      { op: 'replace', path: 'emails[value ew "@none"].display', value: 'x' },
    ],
  ])('%s: %s; nothing was changed', (scimType, _, operation) => {
    expect(refusal(ana, [rename, operation])).toEqual([400, scimType, expect.stringMatching(/\.$/)])
  })

  test("a group's name is required", () => {
    const group = { displayName: 'Sales' }
    expect(refusal(group, [{ op: 'remove', path: `${GROUP_URN}:displayName` }], groupType)[1]).toBe('mutability')
    expect(refusal(group, [{ op: 'replace', path: 'displayName', value: '' }], groupType)[1]).toBe('invalidValue')
  })

  const many = { ...ana, phoneNumbers: Array.from({ length: 1000 }, (_, i) => ({ value: `n${i}`, type: 'work' })) }
  const repeated = (times: number, operation: (i: number) => PatchOperation) =>
    Array.from({ length: times }, (_, i) => operation(i))

  test.each<[string, PatchOperation[]]>([
    [
      'filters over a long list',
      repeated(300, (i) => ({ op: 'replace', path: `phoneNumbers[value eq "n${i}"].type`, value: 'home' })),
    ],
    ['a long list made anew', repeated(60, (i) => ({ op: 'add', path: 'phoneNumbers.type', value: `t${i}` }))],
    [
      'entries without a value that are removed from a long list',
      [{ op: 'remove', path: 'phoneNumbers', value: Array.from({ length: 300 }, (_, i) => ({ display: `d${i}` })) }],
    ],
    ['long lists', repeated(60, () => ({ op: 'replace', path: 'phoneNumbers', value: many.phoneNumbers }))],
  ])('that too much would be looked at: %s', (_, operations) => {
    expect(refusal(many, operations)).toEqual([400, 'tooMany', expect.stringContaining('fewer operations')])
  })

  test('that it names too many attributes, by path or by key', () => {
    const value = Object.fromEntries(Array.from({ length: 3001 }, (_, i) => [`x${i}`, i]))
    expect(refusal(ana, [{ op: 'replace', value }])).toEqual([400, 'tooMany', expect.stringContaining('names more attributes')])
    const path = `urn:x:y:${'x'.repeat(3000)}`
    const long = repeated(90, () => ({ op: 'add', path, value: 'x' }))
    expect(refusal(ana, long)).toEqual([400, 'tooMany', expect.stringContaining('names more attributes')])
  })

  test('and what is within the limits is done: 90 filters, a list of 1,000 named for removal, members without limit', () => {
    const replaced = patched(
      many,
      repeated(90, (i) => ({ op: 'replace', path: `phoneNumbers[value eq "n${i}"].type`, value: 'home' })),
    )
    expect(replaced['phoneNumbers']).toEqual(many.phoneNumbers.map((entry, i) => ({ ...entry, type: i < 90 ? 'home' : 'work' })))
    const value = Array.from({ length: 1000 }, (_, i) => ({ value: `n${i}` }))
    expect(patched(many, [{ op: 'remove', path: 'phoneNumbers', value }])).not.toHaveProperty('phoneNumbers')
    const members = Array.from({ length: 3 }, (): PatchOperation => ({ op: 'remove', path: 'members', value }))
    expect(compilePatch(groupType, members)).toHaveLength(3)
  })

  test('a required attribute may be empty between two operations', () => {
    const operations: PatchOperation[] = [
      { op: 'replace', path: 'userName', value: null },
      { op: 'replace', path: 'userName', value: 'new@x' },
    ]
    expect(patched(ana, operations)).toStrictEqual(anaWith({ userName: 'new@x' }))
  })

  test('no value of a person stands in the message', () => {
    const secret = 'ana.secret'
    for (const [path, value] of [
      ['active', secret],
      ['name', secret],
      ['title', { [secret]: 1 }],
      ['emails', [[secret]]],
    ] as const) {
      expect(refusal(ana, [{ op: 'replace', path, value: value as never }])).toEqual([
        400,
        'invalidValue',
        expect.not.stringContaining(secret),
      ])
    }
  })
})

describe('names from the prototype are ordinary unknown names', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'])('%s', (name) => {
    const bodies = [
      { [name]: { polluted: true } },
      { name: { [name]: { polluted: true } } },
      { emails: [{ ...work, [name]: { polluted: true } }, home] },
      { [ENTERPRISE_URN]: { manager: { value: '77c0', [name]: 1 } } },
      { [`urn:x:${name}`]: { polluted: true } },
      { [`${name}.polluted`]: true, [`name.${name}`]: true, [`${name}.${name}`]: true },
    ].map((body) => JSON.parse(JSON.stringify(body)) as JsonObject)
    for (const value of bodies) expect(patched(ana, [{ op: 'replace', value }])).toBe(ana)
    const paths = [
      name,
      `${name}.polluted`,
      `name.${name}`,
      `emails[type eq "work"].${name}`,
      `emails[${name} eq "x"]`,
      `${ENTERPRISE_URN}:${name}`,
      `urn:x:y:${name}`,
    ]
    for (const path of paths) {
      const outcome = refusal(ana, [{ op: 'add', path, value: { polluted: true } }])
      if (outcome[0] === 'accepted') expect(outcome[1]).toBe(ana)
      else expect(outcome[0]).toBe(400)
    }
    expect(refusal(ana, [{ op: 'remove', path: `name.${name}` }])[0]).not.toBe(500)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.getPrototypeOf(ana)).toBe(Object.prototype)
  })
})
