import type { DirectoryContext } from '../directory/context'
import { tallyPeople, type PeoplePage } from '../access/read-access'
import { conflictKey, lastPart, linkKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import type { Row, Table } from '../storage/table'
import type { Routing } from '../tenants/routing'
import { isWanted, routedTo } from './copies/desired'
import { countPerson, effectOf, endsLeftCopies, newTally, summed, type Change, type Counts, type Tally } from './effects'
import { linksOf, readConflict, readLink } from './copies/rows'
import { readSnapshot, type Snapshot } from './copies/snapshot'

const TARGETS_AT_ONCE = 8
const PARALLEL_READS = 64

export interface PreviewGiven {
  /** The super tenant. */
  readonly slug: string
  readonly source: DirectoryContext
  readonly before: Routing
  readonly after: Routing
  /** Those that are connected, by slug. */
  readonly targets: ReadonlyMap<string, Table>
  /** Told of a target that cannot be read, once. */
  readonly onFailure: (target: string, error: unknown) => void
}

export interface TargetPreview {
  readonly people: Counts
  readonly groups: { readonly comes: readonly string[]; readonly leaves: readonly string[]; readonly heldBack: number }
}

interface Target {
  readonly slug: string
  readonly table: Table
  readonly change: Change
}

interface Reading extends Pick<PreviewGiven, 'slug'> {
  /** Of a target; undefined when it fails, and from then on. */
  readonly from: <T>(target: Target, read: (table: Table) => Promise<T>) => Promise<T | undefined>
}

/**
 * What a save of other routes would do in each target, the first people of all of them, and the groups that are concerned. A target
 * that fails is missing in the answer. The whole directory is read, as for a preview of roles, and beside each page of people the links and conflicts of the same
 * ids in the targets: one trip more for eight targets. Where nobody is routed and nobody was, nothing is read. Nothing is written.
 */
export async function previewRoutes({ slug, source, before, after, ...given }: PreviewGiven) {
  const failed = new Set<string>()
  const reading: Reading = {
    slug,
    from: async (target, read) => {
      if (failed.has(target.slug)) return undefined
      try {
        return await read(target.table)
      } catch (error) {
        if (!failed.has(target.slug)) given.onFailure(target.slug, error)
        failed.add(target.slug)
        return undefined
      }
    },
  }
  const sideOf = (routing: Routing, target: string) => ({ routed: routedTo(routing, target), onLeave: routing.onLeave })
  const targets = [...given.targets].map(([target, table]): Target => {
    const change = { before: sideOf(before, target), after: sideOf(after, target) }
    return { slug: target, table, change }
  })
  const concerned = targets.filter(({ change }) => routedIn(change).length > 0 || endsLeftCopies(change))
  const groups = new Set(concerned.flatMap(({ change }) => routedIn(change)))
  const snapshot = await readSnapshot(source, { people: [], groups: [...groups] })
  const inGroups = await inParallel(concerned, TARGETS_AT_ONCE, (target) => previewGroups(reading, target, snapshot))
  const groupsOf = new Map(concerned.map((target, i) => [target.slug, inGroups[i] ?? NO_GROUPS]))
  const add = async (tally: Tally, page: PeoplePage) => {
    await inParallel(concerned, TARGETS_AT_ONCE, (target) => addPage(reading, target, page, tally))
  }
  const tallies = concerned.length === 0 ? [] : await tallyPeople(source, newTally, add)
  const read = targets.filter((target) => !failed.has(target.slug)).map((target) => target.slug)
  const { counts, first } = summed(tallies, read)
  const previews = [...counts].map(([target, people]): readonly [string, TargetPreview] => [
    target,
    { people, groups: groupsOf.get(target) ?? NO_GROUPS },
  ])
  return { targets: new Map(previews), first, groups: snapshot.groups }
}

const NO_GROUPS: TargetPreview['groups'] = { comes: [], leaves: [], heldBack: 0 }

const routedIn = ({ before, after }: Change) => [...before.routed, ...after.routed]

async function previewGroups(reading: Reading, target: Target, { groups }: Snapshot): Promise<TargetPreview['groups']> {
  const { change } = target
  const concerned = [...new Set(routedIn(change))].map((id) => groups.get(id)).filter((one) => one !== undefined)
  const found = await reading.from(target, (table) =>
    Promise.all([
      table.all(linksOf('g', reading.slug), { select: ['gone'] }),
      inParallel(concerned, PARALLEL_READS, ({ document }) => table.get(conflictKey(document.id))),
    ]),
  )
  if (found === undefined) return NO_GROUPS
  const [links, conflicts] = found
  const held = heldIn(links, conflicts)
  const effects = concerned.map((one) => [one.document.id, effectOf('g', one, change, held(one.document.id))] as const)
  const idsOf = (wanted: string) => effects.filter(([, effect]) => effect === wanted).map(([id]) => id)
  return { comes: [...idsOf('comes'), ...idsOf('returns')], leaves: idsOf('leaves'), heldBack: idsOf('heldBack').length }
}

/** Links of a page are read only where somebody on it may have a copy. */
async function addPage(reading: Reading, target: Target, { people, span }: PeoplePage, tally: Tally): Promise<void> {
  const { change } = target
  const isConcerned = people.some((one) => isWanted(change.before.routed, 'u', one) || isWanted(change.after.routed, 'u', one))
  if (span === undefined || (!isConcerned && !endsLeftCopies(change))) return
  const rangeOf = (keyOf: (id: string) => string) => ({ from: keyOf(span.first), before: `${keyOf(span.last)}!` })
  const found = await reading.from(target, (table) =>
    Promise.all([
      table.all(
        rangeOf((id) => linkKey('u', reading.slug, id)),
        { select: ['gone'] },
      ),
      table.all(rangeOf(conflictKey), { select: ['reason'] }),
    ]),
  )
  if (found === undefined) return
  const held = heldIn(...found)
  for (const person of people) countPerson(tally, person, target, held(person.document.id))
}

function heldIn(links: readonly Row[], conflicts: readonly (Row | undefined)[]) {
  const there = new Set(links.filter((row) => !readLink(row).isGone).map(({ key }) => lastPart(key)))
  const found = conflicts.filter((row) => row !== undefined).map(readConflict)
  const heldBack = new Set(found.filter(({ reason }) => reason === 'exists').map(({ sourceId }) => sourceId))
  return (id: string) => ({ isThere: there.has(id), isHeldBack: heldBack.has(id) })
}
