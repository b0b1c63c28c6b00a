/** More combining marks in a row than any writing system needs: UAX #15, D4, ends a stream-safe run after 30. */
const LONG_RUN = /\p{M}{31}/u

/**
 * Normalization sorts a run of combining marks, and takes quadratic time for a long one. Nobody's name has such a run, so two ways to
 * write it need not be the same.
 */
const toNfc = (text: string) => (LONG_RUN.test(text) ? text : text.normalize('NFC'))

const isAscii = (text: string) => /^\p{ASCII}*$/u.test(text)

/**
 * The form in which two spellings of a value without case are the same. Row keys are made of it, so it can never change once rows are there.
 * Going through both cases brings together letters of which only one direction is defined (ẞ, ß and SS; ΐ); the final
 * sigma depends on its place in a word, so there is one sigma. NFC at both ends: folding may leave what composes. Linear time.
 */
export function foldCase(text: string): string {
  if (isAscii(text)) return text.toLowerCase() // the same, some ten times faster
  return toNfc(toNfc(text).toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ'))
}

/** What folding and comparing a text costs: one unit is some 50 ns, and letters beyond ASCII cost eight times as much. */
export const foldingUnits = (text: string) => 1 + (text.length >> (isAscii(text) ? 4 : 1))
