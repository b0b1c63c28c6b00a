import type { DirectoryContext } from '../../directory/context'
import { seqOf } from '../../feed/read-feed'
import { tellRecord, type ToldRecord } from '../../feed/tell-record'
import { isObject, own } from '../../scim/json'
import { shownRole, type RoleLabels } from '../../roles/labels'
import { foldCase } from '../../scim/fold'
import { toLine, type Line } from './line'
import { readNumbers } from './feed-range'
import { JOINED_WITHIN, joinRecords, type Joined } from './joined-records'
import { lookUp, namesOf, type Names } from './names'
import { idsIn, kindOf } from './record-words'
import type { Kind } from './wording'

interface ActivityWanted {
  readonly person?: string | undefined
  readonly group?: string | undefined
  readonly kind?: Kind | undefined
  /** Part of a line, letter case apart; empty: all. */
  readonly search: string
  readonly limit: number
  readonly labels: RoleLabels
  /** Numbers between which to read, both included. */
  readonly newest: number
  readonly oldest: number
}

export interface ActivityPage {
  /** Newest first, one more than asked for at most when there are more. */
  readonly lines: readonly Line[]
  /** The lowest number that was looked at; below it the next page begins. */
  readonly reached: number
  /** When its record was stored, in milliseconds since the epoch. */
  readonly reachedAt: number
  readonly isEnd: boolean
}

/** How far a page reads, and how much at a time. Rows of storage come a thousand in a trip. */
const PLAIN = { atOnce: 200, atMost: 1000 }
const FILTERED = { atOnce: 1600, atMost: 4800 }
/** Names of everybody are looked up before a line can be compared. */
const SEARCHED = { atOnce: 400, atMost: 1200 }

/**
 * Walks the feed backwards. A page whose filter lets little through ends after so many records and says so: `isEnd` is
 * false and `reached` where to go on.
 */
export async function readActivity(context: DirectoryContext, wanted: ActivityWanted): Promise<ActivityPage> {
  const { newest, oldest, limit } = wanted
  const { atOnce, atMost } = boundsOf(wanted)
  const names: Names = new Map()
  const lines: Line[] = []
  let reached = newest + 1
  let reachedAt = Infinity
  while (lines.length <= limit && reached > oldest && newest - reached + 1 < atMost) {
    const from = Math.max(oldest, reached - atOnce)
    const step = await readStep(context, { from, to: reached - 1 })
    const kept = step.joined.filter((one) => isWanted(one, wanted))
    await lookUp(
      context,
      names,
      kept.flatMap(({ told, effect }) => (effect === undefined ? [told] : [told, effect])),
      wanted.person,
    )
    const wording = { nameOf: namesOf(names), focus: wanted.person, shownRole: shownRole(wanted.labels) }
    lines.push(...kept.map((one) => toLine(one, wording)).filter((line) => isFound(line, wanted.search)))
    reached = from
    reachedAt = step.reachedAt
    if (step.isFront) return { lines, reached, reachedAt, isEnd: true }
  }
  return { lines, reached, reachedAt, isEnd: reached <= oldest }
}

function boundsOf({ person, group, kind, search }: ActivityWanted) {
  if (search !== '') return SEARCHED
  return person === undefined && group === undefined && kind === undefined ? PLAIN : FILTERED
}

/** Newest first, those whose own numbers lie in the range; 200 records more on each side say what belongs together. */
async function readStep({ table, types }: DirectoryContext, { from, to }: { readonly from: number; readonly to: number }) {
  const lowest = Math.max(1, from - JOINED_WITHIN)
  const rows = await readNumbers(table, { from: lowest, to: to + JOINED_WITHIN })
  const told = rows.map((row) => tellRecord(types, row))
  const joined = joinRecords(told).filter(({ told: { seq } }) => seq >= from && seq <= to)
  const [first] = rows
  // Numbers are dense: one that is missing at the lower end was deleted for its age, and all before it.
  const isFront = first === undefined || seqOf(first) > from || from === 1
  const reached = rows.find((row) => seqOf(row) >= from)
  return { joined: joined.reverse(), isFront, reachedAt: reached === undefined ? 0 : Date.parse(String(reached.values['time'])) }
}

function isWanted({ told, effect }: Joined, { person, group, kind }: ActivityWanted): boolean {
  if (person !== undefined && told.id !== person && !isMember(told, person)) return false
  if (group !== undefined && told.id !== group) return false
  return kind === undefined || kindOf(told.type) === kind || (effect !== undefined && kindOf(effect.type) === kind)
}

function isMember({ members }: ToldRecord, person: string): boolean {
  return isObject(members) && ['added', 'removed'].some((side) => idsIn(own(members, side)).includes(person))
}

const isFound = ({ text }: Line, search: string) => search === '' || foldCase(text).includes(foldCase(search))
