import { seqOf } from '../feed/read-feed'
import type { Row } from '../storage/table'
import { entryOf, inOrder, type Waiting } from './waiting'

/** Records of one person or group to send one after another. */
export interface Lane {
  readonly entry: string
  readonly seqs: readonly number[]
  /** What waited already. */
  readonly before: Waiting | undefined
}

export interface StepPlan {
  /** How far the feed was read: everything up to here is in a lane, waits, or is not wanted. */
  readonly offset: number
  readonly lanes: readonly Lane[]
  /** What waits and is not due, with the new records behind it. */
  readonly grown: readonly Waiting[]
}

/** A step ends in one transaction of 100 actions: each lane can need a row, and each one that waited a parked one as well. */
const RECORDS_AT_ONCE = 32
const DUE_AT_ONCE = 16
/** With so many who wait, or so much behind one, the endpoint takes nothing new: the feed keeps it. */
const MAX_WAITING = 100
const MAX_BEHIND = 2000

/** What to send now. New records of somebody whose earlier ones wait go behind those. */
export function planStep(given: {
  readonly offset: number
  readonly waiting: readonly Waiting[]
  readonly isDue: (waiting: Waiting) => boolean
  /** Behind the offset. */
  readonly records: readonly Row[]
  readonly isWanted: (type: string) => boolean
}): StepPlan {
  const { waiting, isDue, records, isWanted } = given
  const due = waiting.filter(isDue).sort((a, b) => a.dueMs - b.dueMs)
  const lanes = new Map(due.slice(0, DUE_AT_ONCE).map((one): [string, Lane] => [one.entry, { ...one, before: one }]))
  const asleep = new Map(waiting.filter(({ entry }) => !lanes.has(entry)).map((one) => [one.entry, one]))
  const grown = new Map<string, Waiting>()
  const isFull = waiting.length >= MAX_WAITING || waiting.some(({ seqs }) => seqs.length >= MAX_BEHIND)
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
    const lane = lanes.get(entry)
    lanes.set(entry, { entry, seqs: inOrder([...(lane?.seqs ?? []), seq]), before: lane?.before })
  }
  return { offset, lanes: [...lanes.values()], grown: [...grown.values()] }
}
