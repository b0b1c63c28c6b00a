import type { Scalar } from './table'

/** Azure allows 32,768 UTF-16 units in a string property. */
const MAX_CHUNK_UNITS = 32_000

/**
 * A long text as the string properties j0, j1, … (or another name's), each at most 32,000 UTF-16 units and none ending
 * inside a surrogate pair. A row that holds chunks is replaced, or merged with mergedChunks: a merge with a shorter text
 * would leave the old tail.
 */
export function toChunks(text: string, name = 'j'): Record<string, string> {
  const chunks: Record<string, string> = {}
  let start = 0
  for (let index = 0; start < text.length; index += 1) {
    const end = chunkEnd(text, start)
    chunks[`${name}${index}`] = text.slice(start, end)
    start = end
  }
  return chunks
}

/** The chunks of a text for a merge into a row: those that the row holds beyond them become empty. */
export function mergedChunks(held: Readonly<Record<string, Scalar>>, text: string, name: string): Record<string, string> {
  const chunks = toChunks(text, name)
  for (let index = Object.keys(chunks).length; Object.hasOwn(held, `${name}${index}`); index += 1) chunks[`${name}${index}`] = ''
  return chunks
}

/** The text that toChunks took apart; empty when the row holds no chunk. */
export function fromChunks(values: Readonly<Record<string, Scalar>>, name = 'j'): string {
  let text = ''
  for (let index = 0; Object.hasOwn(values, `${name}${index}`); index += 1) {
    const chunk = values[`${name}${index}`]
    if (typeof chunk !== 'string') throw new Error(`Chunk ${name}${index} is not a string`)
    text += chunk
  }
  return text
}

function chunkEnd(text: string, start: number): number {
  const end = start + MAX_CHUNK_UNITS
  if (end >= text.length) return text.length
  const last = text.charCodeAt(end - 1)
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff
  return isHighSurrogate ? end - 1 : end
}
