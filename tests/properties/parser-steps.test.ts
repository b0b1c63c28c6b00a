import * as fc from 'fast-check'
import { parseAttributePath } from '../../shared/scim/schema/attribute-path'
import { FILTER_LIMITS, parseFilter } from '../../shared/scim/filter/filter'
import { parsePatchPath } from '../../shared/scim/patch/path'
import { userType } from '../../shared/scim/schema/schemas'
import { anyText, orRefusal } from './hostile-text'

describe('whatever text comes, it is read or refused within a number of steps that its length bounds', () => {
  const reading = jest.spyOn(String.prototype, 'charAt')
  afterAll(() => {
    reading.mockRestore()
  })
  /** How often a character was looked at. */
  function steps(act: () => unknown): number {
    reading.mockClear()
    orRefusal(act)
    return reading.mock.calls.length
  }
  const bound = (length: number) => 4 * Math.min(length, FILTER_LIMITS.maxCharacters) + 4

  test('the count counts', () => {
    expect(steps(() => parseFilter('title pr', userType))).toBeGreaterThan(8)
  })

  test.each([
    '\\'.repeat(40),
    '\\'.repeat(4000),
    '['.repeat(1_000_000),
    '('.repeat(4000),
    'a['.repeat(500_000),
    ' '.repeat(4000),
  ])('%.20j…', (hostile) => {
    for (const one of [hostile, `emails${hostile}`, `title eq "${hostile}`, `emails[type eq "${hostile}`]) {
      expect(steps(() => parseFilter(one, userType))).toBeLessThanOrEqual(bound(one.length))
      expect(steps(() => parsePatchPath(one, userType))).toBeLessThanOrEqual(bound(one.length))
    }
  })

  test('and any other', () => {
    fc.assert(
      fc.property(anyText, (one) => {
        expect(steps(() => parseFilter(one, userType))).toBeLessThanOrEqual(bound(one.length))
        expect(steps(() => parsePatchPath(one, userType))).toBeLessThanOrEqual(bound(one.length))
        expect(steps(() => parseAttributePath(one, userType))).toBeLessThanOrEqual(bound(one.length))
      }),
      { numRuns: 600 },
    )
  })
})
