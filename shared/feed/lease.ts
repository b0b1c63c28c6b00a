import { randomUUID } from 'node:crypto'
import { consumerKey } from '../storage/keys'
import type { Action, Row, Table, Values } from '../storage/table'

/** A worker that died holds up the others so long, and less than the minute after which the timer comes by. */
const LEASE_MS = 30_000
const LAST_MS = 15_000
/** A transaction takes 100 operations, and the checkpoint is one. */
const EFFECTS_AT_ONCE = 99

/** What a consumer of the feed has committed: the number of the last record it is done with, and what else it must find again. */
export type Checkpoint = Values & { readonly offset: number }

/** A consumer's row, held by one worker at a time. */
export interface Lease {
  /** As it was committed last. */
  readonly checkpoint: Checkpoint
  /** False in the last 15 s of the lease: begin nothing then. */
  readonly isFresh: () => boolean
  /**
   * Stores the effects and the new checkpoint under the row's ETag, and renews the lease. What stands together in one list of effects,
   * at most 99, is stored together. What does not fit in one transaction goes before, beside the checkpoint `meanwhile`, which is
   * the one of before unless given: so it is done again when it breaks off.
   * @throws LeaseLost when another worker has taken over, or an effect was refused: then nothing of that transaction is stored
   */
  readonly commit: (checkpoint: Checkpoint, effects?: readonly (readonly Action[])[], meanwhile?: Checkpoint) => Promise<void>
  /** Lets the next worker begin at once. */
  readonly release: () => Promise<void>
}

/** Another worker has the lease, or this one's ends: nothing more may be written. What is left is for the next run. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** A consumer's row as it was read, and the checkpoint in it, or the one it is to begin with. */
export interface Found {
  readonly row: Row | undefined
  readonly checkpoint: Checkpoint
}

/** What the consumer committed last; undefined when it never ran. */
export async function readCheckpoint(table: Table, consumer: string): Promise<Checkpoint | undefined> {
  const row = await table.get(consumerKey(consumer))
  return row && checkpointOf(row)
}

/** @throws Error in words when the row holds none */
export function checkpointOf({ key, values }: Row): Checkpoint {
  const { offset } = values
  if (typeof offset !== 'number') throw new Error(`Row ${key} holds no offset: without the row its consumer begins anew.`)
  const kept = Object.entries(values).filter(([name]) => name !== 'until' && name !== 'write')
  return { ...Object.fromEntries(kept), offset }
}

/** Whether a worker holds the row, or died with it a moment ago. */
export const isHeld = (row: Row | undefined, now: Date) => Date.parse(String(row?.values['until'])) > now.getTime()

/**
 * Takes the consumer's row for leaseMs (30 s), or makes it; undefined when another worker was faster. All effects of a consumer go
 * through the row's ETag, so two that both believe to hold it do no harm.
 */
export async function takeLease(
  { table, now }: { readonly table: Table; readonly now: () => Date },
  { name, leaseMs = LEASE_MS }: { readonly name: string; readonly leaseMs?: number | undefined },
  { row, checkpoint: begin }: Found,
): Promise<Lease | undefined> {
  const key = consumerKey(name)
  const held = { checkpoint: begin, etag: row?.etag, until: 0 }

  async function store(checkpoint: Checkpoint, untilMs: number, effects: readonly Action[]): Promise<boolean> {
    const write = randomUUID()
    const values = { ...checkpoint, until: new Date(untilMs).toISOString(), write }
    const first: Action =
      held.etag === undefined ? { type: 'create', key, values } : { type: 'replace', key, values, etag: held.etag }
    const outcome = await table.commit([first, ...effects])
    // The client repeats a transaction whose answer was lost, and the repeat is refused.
    const own = outcome.ok ? undefined : await table.get(key)
    if (!outcome.ok && own?.values['write'] !== write) return false
    Object.assign(held, { checkpoint, etag: own?.etag ?? (outcome.ok ? outcome.etags[0] : undefined), until: untilMs })
    return true
  }

  const leaseEnd = () => now().getTime() + leaseMs
  const lease: Lease = {
    get checkpoint() {
      return held.checkpoint
    },
    isFresh: () => now().getTime() < held.until - LAST_MS,
    commit: async (checkpoint, effects = [], meanwhile = held.checkpoint) => {
      const transactions = inTransactions(effects)
      const last = transactions.pop() ?? []
      for (const actions of transactions) if (!(await store(meanwhile, leaseEnd(), actions))) throw new LeaseLost()
      if (!(await store(checkpoint, leaseEnd(), last))) throw new LeaseLost()
    },
    release: async () => {
      await store(held.checkpoint, 0, []) // one that was taken over is not ours to release
    },
  }
  return (await store(begin, leaseEnd(), [])) ? lease : undefined
}

function inTransactions(effects: readonly (readonly Action[])[]): Action[][] {
  const transactions: Action[][] = [[]]
  for (const together of effects) {
    const open = transactions.at(-1) ?? []
    if (open.length + together.length <= EFFECTS_AT_ONCE) open.push(...together)
    else transactions.push([...together])
  }
  return transactions
}
