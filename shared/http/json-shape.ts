/**
 * What JSON text is made of, told without reading it into objects: the parser may take a tenth of a second for 1 MiB, in which every
 * tenant waits. Counts what stands outside of texts, so it is exact for JSON and harmless for anything else.
 */
export interface JsonShape {
  /** Objects and lists inside of each other. */
  readonly depth: number
  /** Names of all objects together. */
  readonly names: number
  /** Most names of one object. */
  readonly widest: number
  /** Objects and lists, all together. */
  readonly nodes: number
}

/** More than a resource can name (WORK_LIMITS): an object of very many names takes long to parse. */
const MAX_WIDTH = 4_000

/** A bulk request with groups nests ten times at most; what nobody's schema knows may nest deeper, and is dropped. */
const MAX_DEPTH = 100

/**
 * What is wrong with the shape, as a clause with "the body" for its subject; undefined when JSON.parse may have it.
 * @param maxNames of names, and of objects and lists
 */
export function oddShape(bytes: Uint8Array, maxNames: number): string | undefined {
  const { depth, names, nodes, widest } = jsonShape(bytes)
  if (depth > MAX_DEPTH) return `nests more than ${MAX_DEPTH} objects and lists inside of each other`
  if (widest > MAX_WIDTH) return `has an object of more than ${MAX_WIDTH} names`
  if (names > maxNames) return `has more than ${maxNames} names`
  return nodes > maxNames ? `has more than ${maxNames} objects and lists` : undefined
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a]
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/** Of UTF-8 text, where no byte of another character equals a mark of JSON (RFC 8259 section 2, RFC 3629 section 3). */
export function jsonShape(bytes: Uint8Array): JsonShape {
  let [depth, open, names, nodes, widest] = [0, 0, 0, 0, 0]
  const widths: number[] = [0]
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) at = endOfText(bytes, at)
    else if (byte === COLON) {
      names += 1
      const width = (widths[open] ?? 0) + 1
      widths[open] = width
      widest = Math.max(widest, width)
    } else if (OPENING.has(byte)) {
      nodes += 1
      open += 1
      widths[open] = 0
      depth = Math.max(depth, open)
    } else if (CLOSING.has(byte)) open = Math.max(0, open - 1)
  }
  return { depth, names, nodes, widest }
}

function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}
