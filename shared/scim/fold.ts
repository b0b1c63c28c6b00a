/**
 * The form in which two spellings of a value without case are the same: Unicode NFC, then lower case.
 * Unicode's own fold differs for a few letters; upper case first brings the two Greek sigmas together.
 */
export function foldCase(text: string): string {
  return text.normalize('NFC').toUpperCase().toLowerCase()
}
