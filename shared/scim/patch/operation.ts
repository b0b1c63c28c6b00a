import type { Json } from '../json'

/** One operation of a PATCH message; op is already in lower case (RFC 7644 section 3.5.2). */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace'
  readonly path?: string | undefined
  /** Undefined when the operation carries none, which for `remove` differs from null. */
  readonly value?: Json | undefined
}
