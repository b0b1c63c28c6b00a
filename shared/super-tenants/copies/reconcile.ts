import { managerOf } from '../../directory/documents/document'
import { isId } from '../../directory/identifiers'
import type { Person } from '../../access/read-access'
import { conflictKey, lastPart } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange } from '../../storage/table'
import { reconcileCopy, type CopyOutcome, type Entity } from './copy'
import { copiedAttributes, isWanted } from './desired'
import { changeMemberships, removeNatives, type Belonging } from './memberships'
import { linkAction, readConflict, readLink, type Kind, type Link, type Retry } from './rows'
import { readSnapshot, reportsOf, type Snapshot } from './snapshot'
import { commitFenced, linkKeyOf, linkMap, type Target, type Turn } from './target'

const PARALLEL_READS = 64
const WRITTEN_AT_ONCE = 8
const REPORTS_AT_ONCE = 100
/** Names that go round in a circle are renamed aside once each. */
const MAX_ROUNDS = 10

/** Whom to look at in a target, by ids of the super tenant. */
export interface Wanted {
  readonly groups: readonly string[]
  readonly people: readonly string[]
  /** Everybody's turn comes behind this one, and that is noted durably. */
  readonly isSweep: boolean
}

export interface Outcome {
  /** What has to be tried again, by id. */
  readonly troubles: ReadonlyMap<string, Pick<Retry, 'kind' | 'reason'>>
  /** A group has its copy only now: its members have to be looked for. */
  readonly isSweepWanted: boolean
}

/** What a step gathers about one target. */
interface Gathered {
  readonly troubles: Map<string, Pick<Retry, 'kind' | 'reason'>>
  readonly belongings: Belonging[]
  readonly again: Set<string>
}

/**
 * Brings a target in line with what the super tenant is now: copies of groups first, then of people, then memberships, then
 * those whose manager has a copy only now. Repeatable at any point.
 * @throws LeaseLost; what storage throws
 */
export async function reconcile(turn: Turn, target: Target, wanted: Wanted, snapshot: Snapshot): Promise<Outcome> {
  const gathered: Gathered = { troubles: new Map(), belongings: [], again: new Set() }
  await reconcileGroups(turn, target, wanted, { snapshot, gathered })
  const awaited = await reconcileAll(turn, target, { kind: 'u', ids: wanted.people, snapshot }, gathered)
  await reconcilePeopleAgain(turn, target, [], gathered)
  for (const link of awaited) await reconcileReports(turn, target, link, gathered)
  await changeMemberships(turn, target, gathered.belongings)
  const isSweepWanted = [...target.groupLinks.values()].some(({ isAwaited, isGone }) => isAwaited && !isGone)
  return { troubles: gathered.troubles, isSweepWanted }
}

async function reconcileGroups(
  turn: Turn,
  target: Target,
  { groups, isSweep }: Wanted,
  { snapshot, gathered }: { readonly snapshot: Snapshot; readonly gathered: Gathered },
): Promise<void> {
  await reconcileAll(turn, target, { kind: 'g', ids: groups, snapshot }, gathered)
  const again = [...gathered.again]
  gathered.again.clear()
  if (again.length > 0) {
    const fresh = await readSnapshot(turn.sourceContext, { people: [], groups: again })
    await reconcileAll(turn, target, { kind: 'g', ids: again, snapshot: fresh }, gathered)
  }
  await refreshGroupLinks(turn, target, [...groups, ...again])
  for (const id of groups) {
    const link = target.groupLinks.get(id)
    if (link?.isAwaited !== true || link.isGone) continue
    await removeNatives(turn, target, link.id) // it may have been adopted
    if (!isSweep) continue
    await commitFenced(turn, target, [linkAction(turn.source.slug, link, { ...link, isAwaited: false })])
    await refreshGroupLinks(turn, target, [id])
  }
}

interface Batch {
  readonly kind: Kind
  readonly ids: readonly string[]
  readonly snapshot: Snapshot
}

/** Reconciles each of the ids; returns the links of people whose reports wait for them. */
async function reconcileAll(turn: Turn, target: Target, batch: Batch, gathered: Gathered): Promise<Link[]> {
  const { kind, ids, snapshot } = batch
  if (ids.length === 0) return []
  const entities = await readEntities(turn, target, batch)
  const outcomes = await inParallel(entities, WRITTEN_AT_ONCE, (entity) => reconcileCopy(turn, target, entity))
  outcomes.forEach(({ copyId, isNew = false, trouble, again }, i) => {
    const entity = entities[i]
    if (entity === undefined) return
    const { sourceId } = entity
    if (trouble === undefined) gathered.troubles.delete(sourceId)
    else gathered.troubles.set(sourceId, { kind, reason: trouble })
    if (again !== undefined) gathered.again.add(again)
    if (copyId !== undefined) gathered.belongings.push({ sourceId, copyId, isNew, groupIds: groupsOf(snapshot, entity) })
  })
  return kind === 'u' ? awaitedLinks(turn, target, entities, outcomes) : []
}

const groupsOf = ({ people, groups }: Snapshot, { kind, sourceId, attributes }: Entity) =>
  attributes === undefined ? [] : ((kind === 'u' ? people : groups).get(sourceId)?.groupIds ?? [])

async function readEntities(turn: Turn, target: Target, { kind, ids, snapshot }: Batch): Promise<Entity[]> {
  const { table } = target.context
  const rows = await inParallel(ids, PARALLEL_READS, (id) =>
    Promise.all([table.get(linkKeyOf(turn, kind, id)), table.get(conflictKey(id))]),
  )
  const found = kind === 'u' ? snapshot.people : snapshot.groups
  const wanted = new Map([...found].filter(([, one]) => isWanted(target.routed, kind, one)))
  const managers = kind === 'u' ? await managerLinks(turn, target, wanted) : new Map<string, Link>()
  return ids.map((sourceId, i): Entity => {
    const [link, conflict] = rows[i] ?? []
    const one = wanted.get(sourceId)
    const manager = managers.get((one && managerOf(one.document.attributes)) ?? '')
    return {
      kind,
      sourceId,
      original: found.get(sourceId)?.document,
      attributes:
        one && copiedAttributes(one.document.attributes, manager === undefined || manager.isGone ? undefined : manager.id),
      link: link && readLink(link),
      conflict: conflict && readConflict(conflict),
      seq: snapshot.seq,
      isAwaited: async () => kind === 'g' || (await reportsOf(turn.sourceContext, sourceId, 1)).length > 0,
    }
  })
}

async function managerLinks(turn: Turn, target: Target, people: ReadonlyMap<string, Person>): Promise<Map<string, Link>> {
  const managers = new Set([...people.values()].map(({ document }) => managerOf(document.attributes) ?? '').filter(isId))
  return linkMap(await inParallel([...managers], PARALLEL_READS, (id) => target.context.table.get(linkKeyOf(turn, 'u', id))))
}

async function refreshGroupLinks(turn: Turn, target: Target, ids: readonly string[]): Promise<void> {
  const rows = await inParallel(ids, PARALLEL_READS, (id) => target.context.table.get(linkKeyOf(turn, 'g', id)))
  for (const id of ids) target.groupLinks.delete(id)
  for (const [id, link] of linkMap(rows)) target.groupLinks.set(id, link)
}

/** Those who were awaited when they were read, and those who were made now. */
async function awaitedLinks(
  turn: Turn,
  target: Target,
  entities: readonly Entity[],
  outcomes: readonly CopyOutcome[],
): Promise<Link[]> {
  const ids = entities
    .filter(({ link }, i) => (link?.isAwaited === true && !link.isGone) || outcomes[i]?.isAwaited === true)
    .map(({ sourceId }) => sourceId)
  const rows = await inParallel(ids, PARALLEL_READS, (id) => target.context.table.get(linkKeyOf(turn, 'u', id)))
  return [...linkMap(rows).values()].filter(({ isAwaited }) => isAwaited)
}

/** Also whoever gave up a name to one of them. */
async function reconcilePeopleAgain(turn: Turn, target: Target, people: readonly string[], gathered: Gathered): Promise<void> {
  let left = [...people, ...gathered.again]
  for (let round = 0; left.length > 0 && round < MAX_ROUNDS; round += 1) {
    gathered.again.clear()
    for (let from = 0; from < left.length; from += REPORTS_AT_ONCE) {
      const ids = left.slice(from, from + REPORTS_AT_ONCE)
      const snapshot = await readSnapshot(turn.sourceContext, { people: ids, groups: [] })
      await reconcileAll(turn, target, { kind: 'u', ids, snapshot }, gathered)
    }
    left = [...gathered.again]
  }
}

/** Fills in the manager of those who came before, then notes that nobody waits any more: whatever breaks off is done again. */
async function reconcileReports(turn: Turn, target: Target, link: Link, gathered: Gathered): Promise<void> {
  await reconcilePeopleAgain(turn, target, await reportsOf(turn.sourceContext, link.sourceId), gathered)
  const row = await target.context.table.get(linkKeyOf(turn, 'u', link.sourceId))
  if (row === undefined) return
  const held = readLink(row)
  await commitFenced(turn, target, [linkAction(turn.source.slug, held, { ...held, isAwaited: false })])
}

/** Ids of the copies of groups that are there now, by the id in the super tenant. */
export function groupCopies(target: Target): Map<string, string> {
  const live = [...target.groupLinks].filter(([id, { isGone }]) => !isGone && target.routed.has(id))
  return new Map(live.map(([id, link]) => [id, link.id]))
}

/** Whoever has a copy here, by ids of the super tenant: those behind `after`, up to `to`. */
export async function linkedIds(
  turn: Turn,
  target: Target,
  span: { readonly after: string; readonly to: string | undefined },
): Promise<string[]> {
  const prefix = linkKeyOf(turn, 'u', '')
  const range = prefixRange(prefix.slice(0, -1))
  const rows = await target.context.table.all(
    {
      from: span.after === '' ? range.from : `${prefix}${span.after}!`,
      before: span.to === undefined ? range.before : `${prefix}${span.to}!`,
    },
    { select: ['gone'] },
  )
  // Of a deleted copy nothing is left to do but to forget it with the connection.
  return rows.filter(({ values }) => target.isEnding || values['gone'] !== true).map(({ key }) => lastPart(key))
}
