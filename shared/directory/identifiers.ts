import { randomBytes, randomUUID } from 'node:crypto'

/** Ids go into row keys, so nothing else than 32 hex digits ever does. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}

/** A random id, never reused (RFC 7643 section 3.1). */
export function newId(): string {
  return randomUUID().replaceAll('-', '')
}

let lastMs = 0
let counter = 0

/**
 * The id of one write and its record: 12 hex digits of milliseconds, 4 of a counter, 16 random ones. Records of one
 * instance sort in the order they were made, which breaks ties of the service's clock.
 */
export function newWriteId(nowMs: number): string {
  counter = nowMs === lastMs ? counter + 1 : 0
  lastMs = nowMs
  return nowMs.toString(16).padStart(12, '0') + (counter % 0x10000).toString(16).padStart(4, '0') + randomBytes(8).toString('hex')
}
