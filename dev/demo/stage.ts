import type { Send } from './fill'

/** Where the demo is made: the running service, and its clock. */
export interface Stage {
  readonly origin: string
  /** The management API, with a token of now: it lives an hour. */
  readonly operator: () => Promise<Send>
  /** In milliseconds since the epoch; the clock goes on from there. */
  readonly setClock: (ms: number) => Promise<void>
}
