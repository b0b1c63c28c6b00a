/** More combining marks in a row than any writing system needs: UAX #15, D4, ends a stream-safe run after 30. */
const LONG_RUN = /\p{M}{31}/u

/**
 * Whether the text can be normalized in linear time. Normalization puts combining marks in their order by insertion, which takes
 * quadratic time for a long run of them: one of 32,000 marks takes half a second, ten times as many a hundred times that.
 */
export const isStreamSafe = (text: string) => !LONG_RUN.test(text)
