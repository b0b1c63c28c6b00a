import { encodeValue, lastPart } from '../storage/keys'
import { prefixRange, type Action, type Row, type Table } from '../storage/table'

/**
 * Records of one person (or group) that an endpoint could not take yet, in their order: the first is tried again when it is
 * due, and the others wait behind it. A row names records and holds nothing of what they tell.
 */
export interface Waiting {
  /** Of the person or group, as part of a key. */
  readonly entry: string
  readonly seqs: readonly number[]
  /** Milliseconds since the epoch, as all times here. */
  readonly dueMs: number
  /** Of the first record; 0 when it was not tried yet. */
  readonly attempts: number
  readonly firstTriedMs?: number | undefined
  readonly lastTriedMs?: number | undefined
}

/** A record that was given up after three days. */
export interface Parked {
  readonly seq: number
  readonly entry: string
  readonly type: string
  readonly parkedMs: number
  readonly attempts: number
  readonly error: string
}

/** One failed try. */
export interface FailedTry {
  readonly seq: number
  readonly type: string
  readonly timeMs: number
  readonly attempt: number
  readonly error: string
  readonly status?: number | undefined
  readonly ms: number
}

/** Failed tries that are kept of each endpoint: each takes the place of the one so many before. */
export const KEPT_TRIES = 200

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const BACK_OFF_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS]
export const GIVE_UP_MS = 72 * HOUR_MS

/** How long to wait after so many failed tries, from 1. */
export const backOffMs = (attempts: number) => BACK_OFF_MS[Math.min(Math.max(attempts, 1), BACK_OFF_MS.length) - 1] ?? HOUR_MS

export const entryOf = (record: Row) => encodeValue(String(record.values['id']))
export const inOrder = (seqs: readonly number[]) => [...new Set(seqs)].sort((a, b) => a - b)

const waitingRange = (endpoint: string) => prefixRange(`w!r!${endpoint}`)
const parkedRange = (endpoint: string) => prefixRange(`w!p!${endpoint}`)
const triesRange = (endpoint: string) => prefixRange(`w!l!${endpoint}`)
const padded = (seq: number) => String(seq).padStart(12, '0')
const parkedKey = (endpoint: string, seq: number) => parkedRange(endpoint).from + padded(seq)

export async function readWaiting(table: Table, endpoint: string): Promise<Waiting[]> {
  return (await table.all(waitingRange(endpoint))).map(waitingOf)
}

/** The row as it is to be; removed when nothing waits any more, for which it must be there. */
export function waitingAction(endpoint: string, waiting: Waiting): Action {
  const key = waitingRange(endpoint).from + waiting.entry
  const { seqs, dueMs, attempts, firstTriedMs, lastTriedMs } = waiting
  if (seqs.length === 0) return { type: 'delete', key }
  const tried = {
    ...(firstTriedMs !== undefined && { first: firstTriedMs }),
    ...(lastTriedMs !== undefined && { last: lastTriedMs }),
  }
  return { type: 'upsert', key, values: { seqs: seqs.join(), due: dueMs, attempts, ...tried } }
}

function waitingOf({ key, values }: Row): Waiting {
  const time = (name: string) => (values[name] === undefined ? undefined : Number(values[name]))
  return {
    entry: lastPart(key),
    seqs: String(values['seqs']).split(',').map(Number),
    dueMs: Number(values['due']),
    attempts: Number(values['attempts']),
    firstTriedMs: time('first'),
    lastTriedMs: time('last'),
  }
}

/** Parked records behind the number given, oldest first. */
export async function listParked(table: Table, endpoint: string, page: { after: number; limit: number }): Promise<Parked[]> {
  const range = { ...parkedRange(endpoint), from: `${parkedKey(endpoint, page.after)}!` }
  return (await table.all(range, { limit: page.limit })).map(parkedOf)
}

export async function readParked(table: Table, endpoint: string, seq: number): Promise<Parked | undefined> {
  const row = await table.get(parkedKey(endpoint, seq))
  return row && parkedOf(row)
}

export function parkedAction(endpoint: string, { seq, entry, type, parkedMs, attempts, error }: Parked): Action {
  return { type: 'upsert', key: parkedKey(endpoint, seq), values: { entry, type, parked: parkedMs, attempts, error } }
}

export const unparkedAction = (endpoint: string, seq: number): Action => ({ type: 'delete', key: parkedKey(endpoint, seq) })

function parkedOf({ key, values }: Row): Parked {
  return {
    seq: Number(lastPart(key)),
    entry: String(values['entry']),
    type: String(values['type']),
    parkedMs: Number(values['parked']),
    attempts: Number(values['attempts']),
    error: String(values['error']),
  }
}

/** The failed tries that are kept, newest first. */
export async function listTries(table: Table, endpoint: string): Promise<FailedTry[]> {
  const rows = await table.all(triesRange(endpoint))
  return rows.map(({ values }) => tryOf(values)).sort((a, b) => b.timeMs - a.timeMs || b.seq - a.seq)
}

/** @param count how many were stored before */
export function tryAction(endpoint: string, failed: FailedTry, count: number): Action {
  const { seq, type, timeMs, attempt, error, status, ms } = failed
  const values = { seq, type, time: timeMs, attempt, error, ms, ...(status !== undefined && { status }) }
  return { type: 'upsert', key: triesRange(endpoint).from + String(count % KEPT_TRIES).padStart(3, '0'), values }
}

function tryOf(values: Row['values']): FailedTry {
  const number = (name: string) => Number(values[name])
  return {
    seq: number('seq'),
    type: String(values['type']),
    timeMs: number('time'),
    attempt: number('attempt'),
    error: String(values['error']),
    ...(values['status'] !== undefined && { status: number('status') }),
    ms: number('ms'),
  }
}

/** Removes all rows of the endpoint's deliveries, as many as there are. */
export async function removeDeliveries(table: Table, endpoint: string): Promise<void> {
  for (const range of [waitingRange(endpoint), parkedRange(endpoint), triesRange(endpoint)]) {
    for (;;) {
      const rows = await table.all(range, { limit: 100, select: ['w'] })
      if (rows.length === 0) break
      await table.commit(rows.map(({ key }) => ({ type: 'delete', key })))
    }
  }
}
