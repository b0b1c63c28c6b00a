import { lastPart, missedErasureKey, retryKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Action, type Row, type Table } from '../../storage/table'
import { keyOfRetry, readRetry, retryActions, type Retry } from '../copies/rows'

const FIRST_PAUSE_MS = 60_000
const MAX_PAUSE_MS = 3_600_000
const PARALLEL_READS = 64
/** Rows that lie side by side are read in one call, up to so many. */
const SIDE_BY_SIDE = 200

/** A retry as it is stored, and as it shall be. Undefined: there is none. */
interface Entry {
  readonly stored: Retry | undefined
  wanted: Retry | undefined
}

/**
 * What is to be tried again, as far as the step needs it: every failing target, and of people and groups those that it looks at.
 * The consumer alone writes these rows, in the transactions of its checkpoint.
 */
export interface Retries {
  /** By key. */
  readonly entries: Map<string, Entry>
  /** No person or group is due before; Infinity: there is none. Milliseconds since the epoch. */
  earliestMs: number
}

/** One trip, and none when nothing is to be tried again. @param due of the checkpoint: nothing is due before */
export async function openRetries(table: Table, due: number | undefined): Promise<Retries> {
  if (due === undefined) return { entries: new Map(), earliestMs: Infinity }
  const failing = await readFailing(table)
  return { entries: new Map(failing.map((retry) => [keyOfRetry(retry), { stored: retry, wanted: retry }])), earliestMs: due }
}

/** The targets that are tried again as a whole. */
export async function readFailing(table: Table): Promise<Retry[]> {
  return (await table.all(prefixRange('y!t'))).map(readRetry)
}

/** Learns what is stored of people and groups of a target. One trip while few are tried again, and none when nobody is. */
export async function learnRetries(
  table: Table,
  { entries, earliestMs }: Retries,
  target: string,
  ids: readonly string[],
): Promise<void> {
  const unknown = [...new Set(ids)].filter((id) => !entries.has(retryKey(target, id))).sort()
  const [first, last] = [unknown[0], unknown.at(-1)]
  if (earliestMs === Infinity || first === undefined || last === undefined) return
  const range = { from: retryKey(target, first), before: `${retryKey(target, last)}!` }
  const { rows, next } = await table.page(range, { limit: SIDE_BY_SIDE })
  const reached = next === undefined ? last : lastPart(rows.at(-1)?.key ?? '')
  const beyond = unknown.filter((id) => id > reached)
  const more = await inParallel(beyond, PARALLEL_READS, (id) => table.get(retryKey(target, id)))
  const stored = new Map([...rows, ...more.filter((row) => row !== undefined)].map((row) => [row.key, readRetry(row)]))
  for (const id of unknown) {
    const retry = stored.get(retryKey(target, id))
    entries.set(retryKey(target, id), { stored: retry, wanted: retry })
  }
}

/** The first pause is a minute, the last ones an hour. Spread, so that many do not come due at once. */
export const pauseAfter = (tries: number, random = Math.random()) =>
  Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10)) * (0.8 + 0.2 * random)

/** Without id: of the whole target. */
export const retryOf = ({ entries }: Retries, target: string, id = ''): Retry | undefined =>
  entries.get(keyOfRetry({ target, id }))?.wanted

/** Notes that it did not go well, once more. What is stored of it has to be known. */
export function tryLater(retries: Retries, trouble: Omit<Retry, 'tries' | 'due'>, nowMs: number): void {
  const key = keyOfRetry(trouble)
  const held = retries.entries.get(key)
  const tries = (held?.wanted?.tries ?? -1) + 1
  const wanted = { ...trouble, tries, due: Math.round(nowMs + pauseAfter(tries)) }
  retries.entries.set(key, { stored: held?.stored, wanted })
  if (trouble.id !== '') retries.earliestMs = Math.min(retries.earliestMs, wanted.due)
}

/** Forgets what went well. */
export function triedWell({ entries }: Retries, target: string, id = ''): void {
  const held = entries.get(keyOfRetry({ target, id }))
  if (held !== undefined) held.wanted = undefined
}

/** What the step has to store: each entry's actions belong into one transaction. */
export const changedRetries = ({ entries }: Retries): Action[][] =>
  [...entries].flatMap(([key, { stored, wanted }]): Action[][] => {
    if (stored === wanted) return []
    return [wanted === undefined ? [{ type: 'delete', key }] : retryActions(wanted)]
  })

/** After they are stored: the next step looks at others. */
export function settleRetries({ entries }: Retries): void {
  for (const [key, { wanted }] of entries) {
    if (wanted?.id === '') entries.set(key, { stored: wanted, wanted })
    else entries.delete(key)
  }
}

/** Nothing is due before; it may be that nothing is due then, which a look at what is due finds out. */
export function nextDue({ entries, earliestMs }: Retries): number | undefined {
  const whole = [...entries.values()].flatMap(({ wanted }) => (wanted?.id === '' ? [wanted.due] : []))
  const due = Math.min(earliestMs, ...whole) // as many as there are targets
  return due === Infinity ? undefined : due
}

export interface Due {
  /** People and groups that are due, the earliest first. */
  readonly retries: readonly Retry[]
  /**
   * Rows of the order that have had their time. They go last: with the row that they stand for stored already, nothing is lost
   * wherever it breaks off. A row whose retry was noted anew, or forgotten, before its time stands for nothing.
   */
  readonly passed: readonly Action[]
}

/** At most so many that are due by now. From here on it is known when the next one is. */
export async function readDue(table: Table, retries: Retries, { nowMs, limit }: { nowMs: number; limit: number }): Promise<Due> {
  const rows = (await table.all(prefixRange('y!d'), { limit: limit + 1, select: ['k'] })).map(readOrder)
  const due = rows.filter((row) => row.due <= nowMs).slice(0, limit)
  for (const target of new Set(due.map((row) => row.target))) {
    const ids = due.filter((row) => row.target === target).map(({ id }) => id)
    await learnRetries(table, retries, target, ids)
  }
  retries.earliestMs = rows[due.length]?.due ?? Infinity
  return {
    retries: due.flatMap((row) => {
      const retry = retryOf(retries, row.target, row.id)
      return retry?.due === row.due ? [retry] : []
    }),
    passed: due.map(({ key }) => ({ type: 'delete', key })),
  }
}

function readOrder({ key }: Row) {
  const [, , due, target = '', id = ''] = key.split('!')
  return { key, due: Number(due), target, id }
}

/** Ids of people whose copies in the failing target are to be erased yet. They go when its own sweep begins. */
export async function missedErasures(table: Table, target: string, limit: number): Promise<string[]> {
  return (await table.all(prefixRange(`y!e!${target}`), { limit, select: ['w'] })).map(({ key }) => lastPart(key))
}

export const noteMissed = (target: string, id: string): Action => ({
  type: 'upsert',
  key: missedErasureKey(target, id),
  values: {},
})
export const forgetMissed = (target: string, id: string): Action => ({ type: 'delete', key: missedErasureKey(target, id) })
