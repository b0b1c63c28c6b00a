import type { Outcome, Sent } from '../service/exchange'
import type { Contender } from './contender'

/** What a contender is sent in its turn, and what must come of it. */
export interface Turn {
  /** The requests of each are sent one after the other. */
  readonly items: readonly (readonly Sent[])[]
  readonly inFlight: number
  /** How many answers are wrong, and how much of what is stored afterwards. */
  readonly judge: (answers: readonly (readonly Outcome[])[]) => Promise<number> | number
}

export interface Row {
  /** As `--rows` names it. */
  readonly key: string
  readonly name: string
  /** Items a second, or the time of one. */
  readonly unit: 'pairs/s' | '/s' | 'ms'
  /** Whether it leaves the service's follower something to do. */
  readonly stores: boolean
  /** People the large directory has by then; rows run in this order. */
  readonly needs: number
  readonly prepare: (contender: Contender, round: number) => Promise<Turn>
}

export const slugOf = (round: number) => `sync-${round}`
export const LARGE = 'large'
