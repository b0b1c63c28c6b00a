import { encodeValue, lastPart } from '../storage/keys'
import { prefixRange, type Action, type Row, type Table } from '../storage/table'

/**
 * Records of one person (or group) that an endpoint could not take yet, in their order: the first is tried again when it is
 * due, and the others wait behind it. A row names records and holds nothing of what they tell.
 */
export interface RetryQueue {
  /** Of the person or group, as part of a key. */
  readonly entry: string
  readonly seqs: readonly number[]
  /** Milliseconds since the epoch, as all times here. */
  readonly dueMs: number
  /** Of the first record; 0 when it was not tried yet. */
  readonly attempts: number
  readonly firstAttemptMs?: number | undefined
  readonly lastAttemptMs?: number | undefined
}

/** A record that was given up after three days. */
export interface DeadLetter {
  readonly seq: number
  readonly entry: string
  readonly type: string
  readonly givenUpMs: number
  readonly attempts: number
  readonly error: string
}

/** One attempt that failed. */
export interface FailedAttempt {
  readonly seq: number
  readonly type: string
  readonly timeMs: number
  readonly attempt: number
  readonly error: string
  readonly status?: number | undefined
  readonly ms: number
}

/** Failed attempts that are kept of each endpoint: each takes the place of the one so many before. */
export const KEPT_ATTEMPTS = 200

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const BACK_OFF_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS]
export const GIVE_UP_MS = 72 * HOUR_MS

/** How long to wait after so many failed attempts, from 1. */
export const backOffMs = (attempts: number) => BACK_OFF_MS[Math.min(Math.max(attempts, 1), BACK_OFF_MS.length) - 1] ?? HOUR_MS

export const entryOf = (record: Row) => encodeValue(String(record.values['id']))
export const inOrder = (seqs: readonly number[]) => [...new Set(seqs)].sort((a, b) => a - b)

const retryQueueRange = (endpoint: string) => prefixRange(`w!r!${endpoint}`)
const deadLetterRange = (endpoint: string) => prefixRange(`w!p!${endpoint}`)
const failedAttemptRange = (endpoint: string) => prefixRange(`w!l!${endpoint}`)
const padded = (seq: number) => String(seq).padStart(12, '0')
const deadLetterKey = (endpoint: string, seq: number) => deadLetterRange(endpoint).from + padded(seq)

export async function readRetryQueues(table: Table, endpoint: string): Promise<RetryQueue[]> {
  return (await table.all(retryQueueRange(endpoint))).map(retryQueueOf)
}

/** The row as it is to be; removed when nothing waits any more, for which it must be there. */
export function retryQueueAction(endpoint: string, queue: RetryQueue): Action {
  const key = retryQueueRange(endpoint).from + queue.entry
  const { seqs, dueMs, attempts, firstAttemptMs, lastAttemptMs } = queue
  if (seqs.length === 0) return { type: 'delete', key }
  const tried = {
    ...(firstAttemptMs !== undefined && { first: firstAttemptMs }),
    ...(lastAttemptMs !== undefined && { last: lastAttemptMs }),
  }
  return { type: 'upsert', key, values: { seqs: seqs.join(), due: dueMs, attempts, ...tried } }
}

function retryQueueOf({ key, values }: Row): RetryQueue {
  const time = (name: string) => (values[name] === undefined ? undefined : Number(values[name]))
  return {
    entry: lastPart(key),
    seqs: String(values['seqs']).split(',').map(Number),
    dueMs: Number(values['due']),
    attempts: Number(values['attempts']),
    firstAttemptMs: time('first'),
    lastAttemptMs: time('last'),
  }
}

/** Dead letters behind the number given, oldest first. */
export async function listDeadLetters(
  table: Table,
  endpoint: string,
  page: { after: number; limit: number },
): Promise<DeadLetter[]> {
  const range = { ...deadLetterRange(endpoint), from: `${deadLetterKey(endpoint, page.after)}!` }
  return (await table.all(range, { limit: page.limit })).map(deadLetterOf)
}

export async function readDeadLetter(table: Table, endpoint: string, seq: number): Promise<DeadLetter | undefined> {
  const row = await table.get(deadLetterKey(endpoint, seq))
  return row && deadLetterOf(row)
}

export function deadLetterAction(endpoint: string, { seq, entry, type, givenUpMs, attempts, error }: DeadLetter): Action {
  return { type: 'upsert', key: deadLetterKey(endpoint, seq), values: { entry, type, givenUp: givenUpMs, attempts, error } }
}

export const deadLetterRemoval = (endpoint: string, seq: number): Action => ({
  type: 'delete',
  key: deadLetterKey(endpoint, seq),
})

function deadLetterOf({ key, values }: Row): DeadLetter {
  return {
    seq: Number(lastPart(key)),
    entry: String(values['entry']),
    type: String(values['type']),
    givenUpMs: Number(values['givenUp']),
    attempts: Number(values['attempts']),
    error: String(values['error']),
  }
}

/** The failed attempts that are kept, newest first. */
export async function listFailedAttempts(table: Table, endpoint: string): Promise<FailedAttempt[]> {
  const rows = await table.all(failedAttemptRange(endpoint))
  return rows.map(({ values }) => failedAttemptOf(values)).sort((a, b) => b.timeMs - a.timeMs || b.seq - a.seq)
}

/** @param count how many were stored before */
export function failedAttemptAction(endpoint: string, failed: FailedAttempt, count: number): Action {
  const { seq, type, timeMs, attempt, error, status, ms } = failed
  const values = { seq, type, time: timeMs, attempt, error, ms, ...(status !== undefined && { status }) }
  return { type: 'upsert', key: failedAttemptRange(endpoint).from + String(count % KEPT_ATTEMPTS).padStart(3, '0'), values }
}

function failedAttemptOf(values: Row['values']): FailedAttempt {
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
  for (const range of [retryQueueRange(endpoint), deadLetterRange(endpoint), failedAttemptRange(endpoint)]) {
    for (;;) {
      const rows = await table.all(range, { limit: 100, select: ['w'] })
      if (rows.length === 0) break
      await table.commit(rows.map(({ key }) => ({ type: 'delete', key })))
    }
  }
}
