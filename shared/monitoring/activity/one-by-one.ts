import type { ToldRecord } from '../../feed/tell-record'
import { isObject, own } from '../../scim/json'
import { idsIn } from './record-words'

/** What a client does that means to add members and replaces all of them by one, again and again. */
interface Chain {
  readonly last: ToldRecord
  readonly member: string
  readonly requests: number
}

const MIN_REQUESTS = 2
const WITHIN_MS = 10 * 60_000

/**
 * Groups whose members were replaced by one member in each of several requests: two at least, each within ten minutes of the one before
 * and taking out whom that one brought. Records do not say how many members a group has, so it is a guess. By the number of the last record of such a chain, how many requests it had.
 * @param records in order, without a gap
 */
export function replacedOneByOne(records: readonly ToldRecord[]): ReadonlyMap<number, number> {
  const chains = new Map<string, Chain>()
  const found = new Map<number, number>()
  for (const told of records) {
    const before = chains.get(told.id)
    const member = told.type === 'group.updated' ? onlyJoined(told) : undefined
    if (member === undefined) continue
    const isNext = before !== undefined && isSwap(told, before)
    const requests = isNext ? before.requests + 1 : 1
    chains.set(told.id, { last: told, member, requests })
    if (isNext) found.delete(before.last.seq)
    if (requests >= MIN_REQUESTS) found.set(told.seq, requests)
  }
  return found
}

const membersOf = ({ members }: ToldRecord, side: 'added' | 'removed') => (isObject(members) ? idsIn(own(members, side)) : [])

function onlyJoined(told: ToldRecord): string | undefined {
  const joined = membersOf(told, 'added')
  return joined.length === 1 ? joined[0] : undefined
}

function isSwap(told: ToldRecord, { last, member }: Chain): boolean {
  const left = membersOf(told, 'removed')
  return left.length === 1 && left[0] === member && Date.parse(told.time) - Date.parse(last.time) <= WITHIN_MS
}

/** In an administrator's words. */
export const sayOneByOne = (requests: number) =>
  `in ${requests} requests in a row one joined and the one before left: if the directory replaces all members for each of them, only the last stays; it has to add members, or to send all of them in one request`
