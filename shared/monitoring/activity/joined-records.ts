import type { ToldRecord } from '../../feed/tell-record'
import { replacedOneByOne } from './one-by-one'
import { eventOf } from '../../events/catalogue'

/** A change of a role that is told in the line of the change that it stands behind. */
export interface Joined {
  readonly told: ToldRecord
  readonly effect?: ToldRecord | undefined
  /** How many requests in a row have replaced a group's members by one, when this was the last of them. */
  readonly oneByOne?: number | undefined
}

/** How far behind its cause a role.changed may be numbered: the follower announces up to 200 people at a time. */
export const JOINED_WITHIN = 200
const JOINED_WITHIN_MS = 10 * 60_000

/**
 * What is told together. Joins a role.changed with the record about the same person right before it, when that is a change of the person, at most
 * 200 numbers and ten minutes away, and no rules were saved between: one line for `department …; role …`. Given 200 records more on each side of what is
 * asked for, the answer is the same whatever the pages are.
 *
 * @param records in order, without a gap
 */
export function joinRecords(records: readonly ToldRecord[]): Joined[] {
  const lastOf = new Map<string, ToldRecord>()
  const effects = new Map<number, ToldRecord>()
  const joined = new Set<number>()
  for (const told of records) {
    const cause = lastOf.get(told.id)
    if (told.type === 'role.changed' && cause !== undefined && isCause(cause, told)) {
      effects.set(cause.seq, told)
      joined.add(told.seq)
    }
    // Whoever has another role after it has it for this reason, whatever else happened to them before.
    if (eventOf(told.type)?.affectsRole === 'everybody') lastOf.clear()
    lastOf.set(told.id, told)
  }
  const oneByOne = replacedOneByOne(records)
  return records
    .filter(({ seq }) => !joined.has(seq))
    .map((told) => ({ told, effect: effects.get(told.seq), oneByOne: oneByOne.get(told.seq) }))
}

function isChangeOfPerson(type: string): boolean {
  const event = eventOf(type)
  return event?.about === 'person' && event.affectsRole !== 'nobody'
}

const isCause = (cause: ToldRecord, effect: ToldRecord) =>
  isChangeOfPerson(cause.type) &&
  effect.seq - cause.seq <= JOINED_WITHIN &&
  Math.abs(Date.parse(effect.time) - Date.parse(cause.time)) <= JOINED_WITHIN_MS
