import { randomUUID } from 'node:crypto'
import { readerKey } from '../storage/keys'
import type { Action, Row, Table, Values } from '../storage/table'

/** A worker that died holds up the others so long, and less than the minute after which the timer comes by. */
const LEASE_MS = 30_000
const LAST_MS = 15_000

/** Where a reader of the feed is: the last number it has done, and what else it must find again. */
export type Place = Values & { readonly seq: number }

/** A reader's row, held by one worker at a time. */
export interface Checkpoint {
  readonly place: Place
  /** False in the last 15 s of the lease: begin nothing then. */
  isFresh(): boolean
  /**
   * Stores the effects (at most 99) and the new place in one transaction under the row's ETag, and renews the lease. False
   * when another worker has taken over, or an effect was refused: then nothing is stored, and the caller stops.
   */
  advance(place: Place, effects?: readonly Action[]): Promise<boolean>
  /** Lets the next worker begin at once. */
  release(): Promise<void>
}

/** The reader's row without a lease; undefined when it never ran. */
export async function readPlace(table: Table, reader: string): Promise<Place | undefined> {
  const row = await table.get(readerKey(reader))
  return row && placeOf(row)
}

/**
 * Takes the reader's row for leaseMs (30 s), or makes it with the place given; undefined while another worker holds it. All effects
 * of a reader go through the row's ETag, so two that both believe to hold it do no harm.
 */
export async function takeCheckpoint(
  table: Table,
  reader: string,
  options: { begin: () => Promise<Place>; now: () => Date; leaseMs?: number },
): Promise<Checkpoint | undefined> {
  const key = readerKey(reader)
  const row = await table.get(key)
  if (row !== undefined && Date.parse(String(row.values['until'])) > options.now().getTime()) return undefined
  const held = { place: row === undefined ? await options.begin() : placeOf(row), etag: row?.etag, until: 0 }

  async function store(place: Place, untilMs: number, effects: readonly Action[]): Promise<boolean> {
    const write = randomUUID()
    const values = { ...place, until: new Date(untilMs).toISOString(), write }
    const first: Action =
      held.etag === undefined ? { type: 'create', key, values } : { type: 'replace', key, values, etag: held.etag }
    const outcome = await table.commit([first, ...effects])
    // The client repeats a transaction whose answer was lost, and the repeat is refused.
    const own = outcome.ok ? undefined : await table.get(key)
    if (!outcome.ok && own?.values['write'] !== write) return false
    Object.assign(held, { place, etag: own?.etag ?? (outcome.ok ? outcome.etags[0] : undefined), until: untilMs })
    return true
  }

  const leaseEnd = () => options.now().getTime() + (options.leaseMs ?? LEASE_MS)
  const checkpoint: Checkpoint = {
    get place() {
      return held.place
    },
    isFresh: () => options.now().getTime() < held.until - LAST_MS,
    advance: (place, effects = []) => store(place, leaseEnd(), effects),
    release: async () => {
      await store(held.place, 0, []) // one that was taken over is not ours to release
    },
  }
  return (await checkpoint.advance(held.place)) ? checkpoint : undefined
}

function placeOf({ values }: Row): Place {
  const place = Object.entries(values).filter(([name]) => name !== 'until' && name !== 'write')
  return { ...Object.fromEntries(place), seq: Number(values['seq']) }
}
