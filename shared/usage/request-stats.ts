import { createHash, randomBytes } from 'node:crypto'
import { prefixRange, type Action, type Row, type Table, type Values } from '../storage/table'
import { digitsOf, refusalRowKey, type Refusal } from './refusal-rows'

/** A request that was let in. */
export interface RecordedRequest {
  /** The token's version. */
  readonly tokenId: string
  /** Entra ID's test of the credentials: a query for a random GUID. */
  readonly isProbe: boolean
  readonly isWrite?: boolean
  /** Answered 4xx or 5xx; a GET that finds nothing is none. */
  readonly isFailure?: boolean
}

/** When a tenant was last heard of. Times are milliseconds since the epoch. */
export interface LastSeen {
  readonly request: number | undefined
  readonly probe: number | undefined
  /** By the token's version. */
  readonly tokens: ReadonlyMap<string, number>
}

/** Of requests that were let in. */
export interface RequestCounts {
  readonly requests: number
  /** Writes, and reads that failed. */
  readonly operations: number
  readonly failures: number
}

/** What the health of a tenant is judged from. Times are milliseconds since the epoch. */
export interface Activity {
  readonly request: number | undefined
  readonly probe: number | undefined
  /** The last request that did not fail. */
  readonly good: number | undefined
  /** The last request without a token that opens the tenant. */
  readonly denied: number | undefined
  /** The last request with a token that opened the tenant once, or will. */
  readonly ended: number | undefined
  /** What instances counted until then, oldest first; for about two hours. */
  readonly counts: readonly (RequestCounts & { readonly until: number })[]
  readonly lastUse: (tokenId: string) => number | undefined
}

/** What one instance counts, written in the background: each row at most once a minute, so that no request waits or costs a trip. */
export interface RequestStats {
  recordRequest(table: string, request: RecordedRequest): void
  /** A token or secret was used for something that is no request to SCIM. */
  recordUse(table: string, tokenId: string): void
  recordRefusal(table: string, refusal: Refusal): void
  /** Writes what is due; everything with `all`. */
  flush(all?: boolean): Promise<void>
  /** Writes everything of one tenant, for somebody who wants to see it now. */
  settle(table: string): Promise<void>
}

const LAST_SEEN_KEY = 's!'
/** What was seen last, and below `n` how many requests came, each row of one instance and about a minute. */
export const STATS = prefixRange('s')
const COUNTS = prefixRange('s!n')
const NO_COUNTS: RequestCounts = { requests: 0, operations: 0, failures: 0 }
const MINUTE_MS = 60_000
/** Soon enough for an admin who has pressed Test Connection and waits. */
const TICK_MS = 1_000
const MAX_BUFFERED = 2_000

interface BufferedRow {
  readonly table: string
  readonly key: string
  values: Values
  /** Of requests since the last write. */
  counts: RequestCounts
  /** Merged into what other instances wrote; else the row is this instance's own. */
  readonly isShared: boolean
  isWritten: boolean
  writtenAt: number
}

interface Given {
  readonly values: Values
  readonly isShared: boolean
  readonly counts?: RequestCounts
}

/** What is to be written with what waits already. */
function together(
  held: BufferedRow | undefined,
  { values, isShared, counts = NO_COUNTS }: Given,
): Pick<BufferedRow, 'values' | 'isShared' | 'counts'> {
  if (held === undefined) return { values, isShared, counts }
  const isOld = isShared && held.isWritten // others may have written later times since
  return { isShared, values: isOld ? values : { ...held.values, ...values }, counts: sumOf([held.counts, counts]) }
}

/** Of what one instance counted since the row was last written. */
function countsRow({ counts }: BufferedRow, instance: string, nowMs: number): Action[] {
  if (counts.requests === 0) return []
  const until = new Date(nowMs).toISOString()
  return [{ type: 'upsert', key: `${COUNTS.from}${digitsOf(until, 17)}!${instance}`, values: { ...counts, until } }]
}

/** Writes that began and have not ended: whoever wants to see what was seen waits for those of others too. */
function writesUnderWay() {
  const writes = new Map<Promise<unknown>, string>()
  return {
    /** @param write must not reject */
    track(table: string, write: Promise<unknown>): void {
      writes.set(write, table)
      void write.finally(() => writes.delete(write))
    },
    async ended(isWanted: (table: string) => boolean): Promise<void> {
      await Promise.all([...writes].filter(([, table]) => isWanted(table)).map(([write]) => write))
    },
  }
}

export function requestStats(open: (table: string) => Table, onFailure: (error: unknown) => void, now = Date.now): RequestStats {
  const [instance, buffered] = [randomBytes(4).toString('hex'), new Map<string, BufferedRow>()]
  const underWay = writesUnderWay()
  let timer: NodeJS.Timeout | undefined
  const timeNow = () => new Date(now()).toISOString()

  function buffer(table: string, key: string, given: Given): void {
    const id = `${table} ${key}`
    const held = buffered.get(id)
    if (held === undefined && buffered.size >= MAX_BUFFERED) return
    buffered.set(id, { table, key, isWritten: false, writtenAt: held?.writtenAt ?? 0, ...together(held, given) })
    timer ??= setTimeout(tick, TICK_MS).unref()
  }

  function tick(): void {
    timer = undefined
    void flush().then(() => {
      if ([...buffered.values()].some(({ isWritten }) => !isWritten)) timer ??= setTimeout(tick, TICK_MS).unref()
    })
  }

  async function flush(all = false): Promise<void> {
    const at = now()
    writeEach((held) => all || at - held.writtenAt >= MINUTE_MS)
    await underWay.ended(() => true)
    for (const [id, held] of buffered) if (held.isWritten && at - held.writtenAt > MINUTE_MS) buffered.delete(id)
  }

  function writeEach(isWanted: (held: BufferedRow) => boolean): void {
    const due = [...buffered.values()].filter((held) => !held.isWritten && isWanted(held))
    const writes = due.map((held): [BufferedRow, Action[]] => [{ ...held }, countsRow(held, instance, now())])
    for (const held of due) Object.assign(held, { isWritten: true, writtenAt: now(), counts: NO_COUNTS })
    for (const [held, beside] of writes) underWay.track(held.table, write(open(held.table), held, beside).catch(onFailure))
  }

  return {
    recordRequest(table, request) {
      buffer(table, LAST_SEEN_KEY, { isShared: true, values: seenValues(request, timeNow()), counts: countsOf(request) })
    },
    recordUse(table, tokenId) {
      buffer(table, LAST_SEEN_KEY, { isShared: true, values: { [tokenProperty(tokenId)]: timeNow() } })
    },
    recordRefusal(table, refusal) {
      const { status, reason, lastFour, operation } = refusal
      const minute = new Date(Math.floor(now() / MINUTE_MS) * MINUTE_MS).toISOString()
      const key = refusalRowKey(minute, [status, reason, lastFour ?? '', operation, instance])
      const count = Number(buffered.get(`${table} ${key}`)?.values['n'] ?? 0) + 1
      const last = timeNow()
      const facts = { minute, last, status, reason, operation, n: count, ...(lastFour !== undefined && { lastFour }) }
      buffer(table, key, { isShared: false, values: facts })
      const ended = OWN_TOKEN_REASONS.has(reason) && { ended: last }
      if (status === 401) buffer(table, LAST_SEEN_KEY, { isShared: true, values: { denied: last, ...ended } })
    },
    flush,
    settle(table) {
      writeEach((held) => held.table === table)
      return underWay.ended((of) => of === table)
    },
  }
}

const seenValues = ({ tokenId, isProbe, isFailure = false }: RecordedRequest, time: string): Values => ({
  request: time,
  [tokenProperty(tokenId)]: time,
  ...(isProbe && { probe: time }),
  ...(!isFailure && { good: time }),
})

const countsOf = ({ isWrite = false, isFailure = false }: RecordedRequest): RequestCounts => ({
  requests: 1,
  operations: isWrite || isFailure ? 1 : 0,
  failures: isFailure ? 1 : 0,
})

/** Why a token or secret of the tenant does not open it. */
const OWN_TOKEN_REASONS: ReadonlySet<string> = new Set([
  'expired',
  'revoked',
  'notYetValid',
  'bearerOff',
  'access.ended',
  'client.expiredSecret',
])

async function write(table: Table, { key, values, isShared }: BufferedRow, beside: readonly Action[]): Promise<void> {
  const whole: Action = { type: 'upsert', key, values }
  const merged: Action = { type: 'merge', key, values, etag: '*' }
  const outcome = await table.commit([isShared ? merged : whole, ...beside])
  if (outcome.ok) return
  const made = await table.commit([{ type: 'create', key, values }, ...beside])
  if (!made.ok) await table.commit([merged, ...beside]) // another instance was faster
}

/** Requests of several instances or minutes together. */
export const sumOf = (all: readonly RequestCounts[]): RequestCounts =>
  all.reduce(
    (sum, one) => ({
      requests: sum.requests + one.requests,
      operations: sum.operations + one.operations,
      failures: sum.failures + one.failures,
    }),
    NO_COUNTS,
  )

/** Names of properties are identifiers. */
const tokenProperty = (tokenId: string) => `t${createHash('sha256').update(tokenId).digest('hex').slice(0, 24)}`

/** When the tenant was last heard of, and each of the tokens. */
export async function readLastSeen(table: Table, tokenIds: readonly string[]): Promise<LastSeen> {
  const values = (await table.get(LAST_SEEN_KEY))?.values ?? {}
  const timeOf = (name: string) => (typeof values[name] === 'string' ? Date.parse(values[name]) : undefined)
  const tokens = tokenIds.map((id) => [id, timeOf(tokenProperty(id))] as const)
  return {
    request: timeOf('request'),
    probe: timeOf('probe'),
    tokens: new Map(tokens.filter((entry): entry is [string, number] => entry[1] !== undefined)),
  }
}

/** What the rows of `STATS` say. */
export function activityOf(rows: readonly Row[]): Activity {
  const values = rows.find(({ key }) => key === LAST_SEEN_KEY)?.values ?? {}
  const timeOf = (name: string) => (typeof values[name] === 'string' ? Date.parse(values[name]) : undefined)
  return {
    request: timeOf('request'),
    probe: timeOf('probe'),
    good: timeOf('good'),
    denied: timeOf('denied'),
    ended: timeOf('ended'),
    counts: rows.filter(isCounted).map((row) => ({ ...requestCountsOf(row), until: countedUntil(row) })),
    lastUse: (tokenId) => timeOf(tokenProperty(tokenId)),
  }
}

const isCounted = ({ key }: Row) => key >= COUNTS.from && key < COUNTS.before
const countedUntil = ({ values }: Row) => Date.parse(String(values['until']))
const requestCountsOf = ({ values }: Row): RequestCounts => ({
  requests: Number(values['requests']),
  operations: Number(values['operations']),
  failures: Number(values['failures']),
})

const COUNTS_KEPT_MS = 120 * MINUTE_MS
const MAX_OLD_COUNTS = 50
const MAX_CLEARED = 100

/** Deletes counts older than two hours, a hundred at most, once so many are there that it is worth a trip. */
export async function clearCounts(table: Table, rows: readonly Row[], now: number): Promise<void> {
  const old = rows.filter((row) => isCounted(row) && countedUntil(row) < now - COUNTS_KEPT_MS)
  if (old.length < MAX_OLD_COUNTS) return
  await table.commit(old.slice(0, MAX_CLEARED).map(({ key }): Action => ({ type: 'delete', key }))) // another may be faster
}
