import { prefixRange, type Action, type Row, type Table } from '../storage/table'

/** Why a request was refused: never a token, a body or a person. */
export interface Refusal {
  readonly status: number
  /** Such as `expired`, `invalidFilter`, `uniqueness`; a word of this program, never of the request. */
  readonly reason: string
  /** Of a token that was recognised. */
  readonly lastFour?: string | undefined
  /** The function that refused. */
  readonly operation: string
}

export interface CountedRefusal extends Refusal {
  /** Begin of the minute, in milliseconds since the epoch. */
  readonly minute: number
  /** When the last one of them came. */
  readonly last: number
  readonly count: number
}

const REFUSALS = prefixRange('q')
/** A week of refusals is kept. */
const KEPT_MS = 7 * 24 * 3_600_000

/** Of a row that counts one kind of refusal in one minute. */
export const refusalRowKey = (minute: string, parts: readonly (string | number)[]) =>
  `${REFUSALS.from}${digitsOf(minute)}!${parts.map(keyPart).join('.')}`

/** A time as part of a key, which sorts as times do: to the minute unless `length` is larger. */
export const digitsOf = (time: string, length = 12) => time.replace(/\D/g, '').slice(0, length)
const keyPart = (part: string | number) => String(part).replace(/[^\w-]/g, '_')

const MAX_READ = 5_000

/** What was refused since then, newest first; instances are added up. */
export async function readRefusals(table: Table, since: number): Promise<readonly CountedRefusal[]> {
  const from = `${REFUSALS.from}${digitsOf(new Date(since).toISOString())}`
  const rows = await table.all({ from, before: REFUSALS.before }, { limit: MAX_READ })
  const byKind = new Map<string, CountedRefusal>()
  for (const refusal of rows.map(refusalOf)) {
    const kind = JSON.stringify([refusal.minute, refusal.status, refusal.reason, refusal.lastFour, refusal.operation])
    const held = byKind.get(kind)
    byKind.set(kind, {
      ...refusal,
      count: refusal.count + (held?.count ?? 0),
      last: Math.max(refusal.last, held?.last ?? 0),
    })
  }
  return [...byKind.values()].sort((a, b) => b.minute - a.minute)
}

function refusalOf({ values }: Row): CountedRefusal {
  return {
    minute: Date.parse(String(values['minute'])),
    last: Date.parse(String(values['last'] ?? values['minute'])),
    count: Number(values['n']),
    status: Number(values['status']),
    reason: String(values['reason']),
    operation: String(values['operation']),
    lastFour: typeof values['lastFour'] === 'string' ? values['lastFour'] : undefined,
  }
}

const MAX_CLEARED = 100

/** Deletes refusals older than a week, a hundred at a time. Whether more are left. */
export async function clearRefusals(table: Table, now: number): Promise<boolean> {
  const before = `${REFUSALS.from}${digitsOf(new Date(now - KEPT_MS).toISOString())}`
  const rows = await table.all({ from: REFUSALS.from, before }, { limit: MAX_CLEARED, select: [] })
  if (rows.length > 0) await table.commit(rows.map(({ key }): Action => ({ type: 'delete', key })))
  return rows.length === MAX_CLEARED
}
