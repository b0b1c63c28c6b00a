import type { DerivedRole } from './derive'

/** Somebody whose role would change. */
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
  /** How many go from which role to which, most first. */
  readonly moves: readonly { readonly from: string; readonly to: string; readonly count: number }[]
  /** The first hundred of them, by id. */
  readonly first: readonly PreviewedPerson[]
}

const MAX_SHOWN = 100

/** What one range of people comes to; memory does not grow with the number of people. */
export interface Tally {
  people: number
  /** By role before, then by role after. Names of roles come from people, hence no plain objects. */
  readonly moves: Map<string, Map<string, number>>
  readonly first: PreviewedPerson[]
}

export const newTally = (): Tally => ({ people: 0, moves: new Map(), first: [] })

/** Counts one more person into the tally. */
export function count(tally: Tally, person: PreviewedPerson): void {
  tally.people += 1
  if (person.from.role === person.to.role) return
  addMove(tally.moves, person.from.role, person.to.role, 1)
  if (tally.first.length < MAX_SHOWN) tally.first.push(person)
}

/** The tallies of ranges that follow each other, as one. */
export function summed(tallies: readonly Tally[]): Preview {
  const all: Tally['moves'] = new Map()
  for (const { moves } of tallies)
    for (const [from, targets] of moves) for (const [to, people] of targets) addMove(all, from, to, people)
  const moves = [...all].flatMap(([from, targets]) => [...targets].map(([to, people]) => ({ from, to, count: people })))
  return {
    people: tallies.reduce((sum, tally) => sum + tally.people, 0),
    changed: moves.reduce((sum, move) => sum + move.count, 0),
    moves: moves.sort((a, b) => b.count - a.count || compare(a.from, b.from) || compare(a.to, b.to)),
    first: tallies.flatMap((tally) => tally.first).slice(0, MAX_SHOWN),
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function addMove(moves: Tally['moves'], from: string, to: string, people: number): void {
  const targets = moves.get(from) ?? new Map<string, number>()
  moves.set(from, targets.set(to, (targets.get(to) ?? 0) + people))
}
