import * as fc from 'fast-check'
import { secretSpans, type Characters, type Span } from './secret-spans'

/** What is looked for, in words that everybody can check; on long texts the part that looks behind takes quadratic time. */
const LOOKED_FOR = [/\b(?:rc|rcs|rcl|rk|whsec)_[\w.~+/=-]{16,}/gi, /(?<=\bbearer(?:\s+|%20|\+))[^\s"'&]{8,}/gi]

const isIn = (spans: readonly Span[], at: number) => spans.some(({ from, to }) => from <= at && at < to)

const piece = fc.constantFrom(
  ...['bearer', 'BEARER', 'rc_', 'Rcs_', 'whsec_', 'rk_', '%20', '+', ' ', '\t\n', '\u00a0', '\ufeff', '"', '&', "'", '-', 'x'],
  ...['abcdefg', 'abcdefgh', '0123456789012345', '0123456789.1234', 'ſ', 'é', '_', '\u0000', '\u200b'],
)

test('finds at least what the expressions find, and nothing beside', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      const spans = secretSpans(text)
      const found = LOOKED_FOR.flatMap((looked) =>
        [...text.matchAll(looked)].map((match) => ({ from: match.index, to: match.index + match[0].length })),
      )
      const shown = (some: readonly Span[]) => Array.from(text, (_, at) => isIn(some, at)).join()
      expect(shown(spans)).toBe(shown(found))
    }),
    { numRuns: 2_000 },
  )
})

/** The text, and how many characters of it were read. */
function counting(text: string): Characters & { read: number } {
  return {
    read: 0,
    length: text.length,
    charCodeAt(at) {
      this.read += 1
      return text.charCodeAt(at)
    },
  }
}

test.each([
  [' '],
  ['bearer '],
  ['bearer+'],
  ['bearer%20'],
  ['bearer+x-'],
  ['rc_'],
  ['rc_-'],
  ['-rcl_x'],
  ['rc_012345678901234 '],
  ['bearer+rc_'],
  ['bearer   abcdefg '],
  ['x'],
])('reads each character a few times at most in a long text of %j', (repeated) => {
  const text = counting(`bearer${repeated.repeat(100_000 / repeated.length)}`)
  secretSpans(text)
  expect(text.read / text.length).toBeLessThan(8)
})
