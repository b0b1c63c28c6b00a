import { customUserType, CUSTOM_URN } from '../../../tests/support/custom-user-type'
import { ana, anaWith, home, patched, refusal, work } from '../../../tests/support/patched'
import type { JsonObject } from '../json'
import type { PatchOperation } from './operation'

/** Entries of multi-valued attributes (RFC 7643 section 2.4), through PATCH. */

describe('primary is true at most once', () => {
  const b = { type: 'home', value: 'b', primary: true }
  test.each<[string, PatchOperation, unknown]>([
    [
      'an added primary takes the mark',
      { op: 'add', path: 'emails', value: [{ value: 'c', primary: 'True' }] },
      [{ ...work, primary: false }, home, { value: 'c', primary: true }],
    ],
    [
      'of several added the first has it',
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'c', primary: true },
          { value: 'd', primary: true },
        ],
      },
      [{ ...work, primary: false }, home, { value: 'c', primary: true }, { value: 'd', primary: false }],
    ],
    [
      'an entry added again may take it',
      { op: 'add', path: 'emails', value: { ...home, primary: true } },
      [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    ],
    [
      'of a replaced list the first keeps it',
      { op: 'replace', path: 'emails', value: [work, b] },
      [work, { ...b, primary: false }],
    ],
    [
      'set through a filter',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: 'true' },
      [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    ],
    [
      'set through a filter on whole entries',
      { op: 'add', path: 'emails[type eq "home"]', value: { primary: true } },
      [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    ],
    ['replaced through a filter', { op: 'replace', path: 'emails[type eq "home"]', value: b }, [{ ...work, primary: false }, b]],
    [
      'set in an entry that is made',
      { op: 'replace', path: 'emails[type eq "untyped" and value eq "u@x"].primary', value: 'True' },
      [{ ...work, primary: false }, home, { type: 'untyped', value: 'u@x', primary: true }],
    ],
    [
      'set in all entries, the first has it',
      { op: 'replace', path: 'emails.primary', value: true },
      [work, { ...home, primary: false }],
    ],
    [
      'set through a filter that matches all',
      { op: 'replace', path: 'emails[value pr].primary', value: true },
      [work, { ...home, primary: false }],
    ],
    [
      'taken away',
      { op: 'replace', path: 'emails[primary eq true].primary', value: 'False' },
      [{ ...work, primary: false }, home],
    ],
  ])('%s', (_, operation, emails) => {
    const once = patched(ana, [operation])
    expect(once).toStrictEqual(anaWith({ emails }))
    expect(JSON.stringify(once['emails']).match(/"primary":true/g)?.length ?? 0).toBeLessThanOrEqual(1)
  })
})

describe('no two entries have the same type and value', () => {
  test('equal entries of a list become one', () => {
    expect(patched(ana, [{ op: 'replace', path: 'emails', value: [home, work, home, { ...work, display: 'W' }] }])).toStrictEqual(
      anaWith({ emails: [home, { ...work, display: 'W' }] }),
    )
    const address = { type: 'work', locality: 'Madrid' }
    expect(
      patched(ana, [{ op: 'add', path: 'addresses', value: [address, { locality: 'Madrid', type: 'work' }] }]),
    ).toStrictEqual(anaWith({ addresses: [address] }))
  })

  test('entries without a value that the mark primary alone tells apart become one', () => {
    const address = { type: 'work', locality: 'Madrid' }
    const twins = [
      { ...address, primary: false },
      { ...address, primary: true },
    ]
    const once = patched(ana, [{ op: 'add', path: 'addresses', value: twins }])
    expect(once).toStrictEqual(anaWith({ addresses: [{ ...address, primary: true }] }))
  })

  test('entries that a change makes equal become one, and the mark primary stays', () => {
    expect(
      patched(ana, [{ op: 'replace', path: 'emails[type eq "home"]', value: { type: 'work', value: work.value } }]),
    ).toStrictEqual(anaWith({ emails: [work] }))
  })

  test('an attribute takes 1000 entries and no more', () => {
    const entries = Array.from({ length: 1000 }, (_, i) => ({ value: String(i) }))
    const full = patched(ana, [{ op: 'add', path: 'roles', value: entries }])
    expect(full['roles']).toHaveLength(1000)
    expect(patched(full, [{ op: 'add', path: 'roles', value: entries }])).toBe(full)
    expect(refusal(full, [{ op: 'add', path: 'roles', value: ['more'] }])).toEqual([
      400,
      'invalidValue',
      'An attribute takes at most 1000 values.',
    ])
  })
})

describe('values without sub-attributes', () => {
  const person: JsonObject = { userName: 'u', [CUSTOM_URN]: { tags: ['a', 'b'], codes: [1] } }
  test.each<[PatchOperation, unknown]>([
    [{ op: 'add', path: `${CUSTOM_URN}:tags`, value: ['b', 'c', 'c'] }, ['a', 'b', 'c']],
    [{ op: 'add', path: `${CUSTOM_URN}:tags`, value: 'c' }, ['a', 'b', 'c']],
    [{ op: 'replace', path: `${CUSTOM_URN}:tags`, value: ['c', 'c', null, ''] }, ['c']],
    [{ op: 'remove', path: `${CUSTOM_URN}:tags`, value: ['a'] }, ['b']],
    [{ op: 'remove', path: `${CUSTOM_URN}:tags[value eq "a"]` }, ['b']],
  ])('%j', (operation, tags) => {
    expect(patched(person, [operation], customUserType)).toStrictEqual({ userName: 'u', [CUSTOM_URN]: { tags, codes: [1] } })
  })
})
