import { userNameOf, type Person } from '../access/read-access'
import type { Routing } from '../tenants/routing'
import { isWanted, leftCopy } from './copies/desired'
import type { Kind } from './copies/rows'

/**
 * What a save of routes means for one person or group in a target. comes: a copy is made. returns: a copy that was left is the same
 * again. leaves: the copy is disabled or deleted. heldBack: there shall be a copy, and somebody there has the name.
 */
export type Effect = 'comes' | 'returns' | 'leaves' | 'stays' | 'heldBack'

/** Routes of now or of later, as one target sees them. */
export interface Side {
  /** Ids of the groups that are routed there. */
  readonly routed: ReadonlySet<string>
  readonly onLeave: Routing['onLeave']
}

export interface Change {
  readonly before: Side
  readonly after: Side
}

/** What a target has of one person or group. */
export interface Held {
  /** There is a copy, though perhaps one that was left. */
  readonly isThere: boolean
  /** A conflict is known for which there is none. */
  readonly isHeldBack: boolean
}

const stateOf = (kind: Kind, one: Person, { routed, onLeave }: Side) =>
  isWanted(routed, kind, one) ? 'wanted' : leftCopy(kind, true, onLeave)

/**
 * Compares what is wanted before with what is wanted after: what the consumer has not done yet of routes that are saved already is
 * no effect of the change. Undefined: none.
 */
export function effectOf(kind: Kind, one: Person, { before, after }: Change, { isThere, isHeldBack }: Held): Effect | undefined {
  const [was, is] = [stateOf(kind, one, before), stateOf(kind, one, after)]
  if (is === 'wanted') {
    if (isHeldBack && !isThere) return 'heldBack'
    if (was === 'wanted') return 'stays'
    return isThere ? 'returns' : 'comes'
  }
  const isLeft = was !== is && (was === 'wanted' || is === 'deleted') // also of those who left before, when they are deleted now
  return isLeft && isThere ? 'leaves' : undefined
}

/** Whether a copy that was left before may go by the change, so that people of no route count as well. */
export const endsLeftCopies = ({ before, after }: Change) =>
  leftCopy('u', true, before.onLeave) !== leftCopy('u', true, after.onLeave) && after.onLeave === 'delete'

/** Somebody whose copies change. */
export interface ShownPerson {
  readonly id: string
  readonly userName: string
  readonly tenant: string
  readonly effect: ShownEffect
  /** The groups with which the person comes or leaves, in the order of the routes; none of who left before. */
  readonly groupIds: readonly string[]
}

/** Those that take something away first. */
const SHOWN_EFFECTS = ['leaves', 'returns', 'comes'] as const
export type ShownEffect = (typeof SHOWN_EFFECTS)[number]

export const MAX_SHOWN = 50

export type Counts = Readonly<Record<Effect, number>>
type Counting = Record<Effect, number>

/** What one range of people comes to; memory does not grow with the number of people. */
export interface Tally {
  /** By target. */
  readonly counts: Map<string, Counting>
  readonly shown: Readonly<Record<ShownEffect, ShownPerson[]>>
}

const nobody = (): Counting => ({ comes: 0, returns: 0, leaves: 0, stays: 0, heldBack: 0 })
export const newTally = (): Tally => ({ counts: new Map(), shown: { leaves: [], returns: [], comes: [] } })

/** Counts one person in one target into the tally. */
export function countPerson(
  tally: Tally,
  person: Person,
  target: { readonly slug: string; readonly change: Change },
  held: Held,
) {
  const { slug, change } = target
  const effect = effectOf('u', person, change, held)
  if (effect === undefined) return
  const counts = tally.counts.get(slug) ?? nobody()
  counts[effect] += 1
  tally.counts.set(slug, counts)
  if (effect === 'stays' || effect === 'heldBack' || tally.shown[effect].length >= MAX_SHOWN) return
  const { routed } = effect === 'leaves' ? change.before : change.after
  const groupIds = [...routed].filter((id) => person.groupIds.includes(id))
  const { document } = person
  tally.shown[effect].push({ id: document.id, userName: userNameOf(document), tenant: slug, effect, groupIds })
}

/** The tallies of ranges that follow each other, as one: of a target, and the first people of all of them. */
export function summed(tallies: readonly Tally[], targets: readonly string[]) {
  const countsOf = (slug: string): Counts => {
    const all = nobody()
    for (const { counts } of tallies) {
      for (const [effect, count] of Object.entries(counts.get(slug) ?? {})) all[effect as Effect] += count
    }
    return all
  }
  const counts: ReadonlyMap<string, Counts> = new Map(targets.map((slug) => [slug, countsOf(slug)]))
  const shown = SHOWN_EFFECTS.flatMap((effect) => tallies.flatMap((tally) => tally.shown[effect]))
  return { counts, first: shown.filter(({ tenant }) => counts.has(tenant)).slice(0, MAX_SHOWN) }
}
