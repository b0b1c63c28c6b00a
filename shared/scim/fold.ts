/**
 * The form in which two spellings of a value without case are the same. Row keys are made of it, so it can never change.
 * Going through both cases brings together letters of which only one direction is defined (ẞ, ß and SS; ΐ); the final
 * sigma depends on its place in a word, so there is one sigma. NFC at both ends: folding may leave what composes.
 */
export function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
}
