import type { DerivedRole } from './derive'

/** Somebody whose role, or whose access, would change. */
export interface PreviewedPerson {
  readonly id: string
  readonly userName: string
  readonly from: DerivedRole
  readonly to: DerivedRole
}

export interface Preview {
  /** How many people were looked at, and how many of them would change. */
  readonly people: number
  readonly changed: number
  /** How many get into the product who did not before, and how many no more. */
  readonly gain: number
  readonly lose: number
  /** How many go from which role to which, most first. */
  readonly moves: readonly { readonly from: string; readonly to: string; readonly count: number }[]
  /** The first hundred of them, by id. */
  readonly first: readonly PreviewedPerson[]
}

const MAX_SHOWN = 100

/** What one range of people comes to; memory does not grow with the number of people. */
export interface Tally {
  people: number
  changed: number
  gain: number
  lose: number
  /** By role before, then by role after. Names of roles come from people, hence no plain objects. */
  readonly moves: Map<string, Map<string, number>>
  readonly first: PreviewedPerson[]
}

export const newTally = (): Tally => ({ people: 0, changed: 0, gain: 0, lose: 0, moves: new Map(), first: [] })

/** Counts one more person into the tally. */
export function count(tally: Tally, person: PreviewedPerson): void {
  tally.people += 1
  const { from, to } = person
  if (to.grantsAccess && !from.grantsAccess) tally.gain += 1
  if (from.grantsAccess && !to.grantsAccess) tally.lose += 1
  if (from.role === to.role && from.grantsAccess === to.grantsAccess) return
  tally.changed += 1
  if (from.role !== to.role) addMove(tally.moves, from.role, to.role, 1)
  if (tally.first.length < MAX_SHOWN) tally.first.push(person)
}

/** The tallies of ranges that follow each other, as one. */
export function summed(tallies: readonly Tally[]): Preview {
  const all: Tally['moves'] = new Map()
  for (const { moves } of tallies)
    for (const [from, targets] of moves) for (const [to, people] of targets) addMove(all, from, to, people)
  const moves = [...all].flatMap(([from, targets]) => [...targets].map(([to, people]) => ({ from, to, count: people })))
  return {
    people: total(tallies, ({ people }) => people),
    gain: total(tallies, ({ gain }) => gain),
    lose: total(tallies, ({ lose }) => lose),
    changed: total(tallies, ({ changed }) => changed),
    moves: moves.sort((a, b) => b.count - a.count || compare(a.from, b.from) || compare(a.to, b.to)),
    first: tallies.flatMap((tally) => tally.first).slice(0, MAX_SHOWN),
  }
}

const total = (tallies: readonly Tally[], of: (tally: Tally) => number) => tallies.reduce((sum, tally) => sum + of(tally), 0)

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function addMove(moves: Tally['moves'], from: string, to: string, people: number): void {
  const targets = moves.get(from) ?? new Map<string, number>()
  moves.set(from, targets.set(to, (targets.get(to) ?? 0) + people))
}
