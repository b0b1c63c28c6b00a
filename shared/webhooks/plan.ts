import { seqOf } from '../feed/read-feed'
import type { Row } from '../storage/table'
import { entryOf, inOrder, type RetryQueue } from './delivery-rows'

/** Records of one person or group to send one after another. */
export interface Partition {
  readonly entry: string
  readonly seqs: readonly number[]
  /** What waited already. */
  readonly before: RetryQueue | undefined
}

export interface StepPlan {
  /** How far the feed was read: everything up to here is in a partition, waits, or is not wanted. */
  readonly offset: number
  readonly partitions: readonly Partition[]
  /** What waits and is not due, with the new records behind it. */
  readonly grown: readonly RetryQueue[]
}

/** A step ends in one transaction of 100 actions: each partition can need a row, and each one that was due a dead letter as well. */
const RECORDS_AT_ONCE = 32
const DUE_AT_ONCE = 16
/** With so many queues, or so much in one, the endpoint takes nothing new: the feed keeps it. */
const MAX_QUEUES = 100
const MAX_QUEUED = 2000

/** What to send now. New records of somebody whose earlier ones wait go behind those. */
export function planStep(given: {
  readonly offset: number
  readonly queues: readonly RetryQueue[]
  readonly isDue: (queue: RetryQueue) => boolean
  /** Behind the offset. */
  readonly records: readonly Row[]
  readonly isWanted: (type: string) => boolean
}): StepPlan {
  const { queues, isDue, records, isWanted } = given
  const due = queues.filter(isDue).sort((a, b) => a.dueMs - b.dueMs)
  const partitions = new Map(due.slice(0, DUE_AT_ONCE).map((one): [string, Partition] => [one.entry, { ...one, before: one }]))
  const asleep = new Map(queues.filter(({ entry }) => !partitions.has(entry)).map((one) => [one.entry, one]))
  const grown = new Map<string, RetryQueue>()
  const isFull = queues.length >= MAX_QUEUES || queues.some(({ seqs }) => seqs.length >= MAX_QUEUED)
  let { offset } = given
  let taken = 0
  for (const record of isFull ? [] : records) {
    if (taken === RECORDS_AT_ONCE) break
    const seq = seqOf(record)
    offset = seq
    if (!isWanted(String(record.values['type']))) continue
    taken += 1
    const entry = entryOf(record)
    const held = grown.get(entry) ?? asleep.get(entry)
    if (held !== undefined) {
      grown.set(entry, { ...held, seqs: inOrder([...held.seqs, seq]) })
      continue
    }
    const partition = partitions.get(entry)
    partitions.set(entry, { entry, seqs: inOrder([...(partition?.seqs ?? []), seq]), before: partition?.before })
  }
  return { offset, partitions: [...partitions.values()], grown: [...grown.values()] }
}
