import type { DirectoryContext } from '../directory/context'
import { newWriteId } from '../directory/identifiers'
import { derive, readPeople, readPeoplePage, type Person } from './read-access'
import { pendingFact } from '../directory/documents/record'
import type { DerivedRole } from '../roles/derive'
import { DISABLED_ROLE, type Policy } from '../roles/rules'
import { announcedKey, feedKey, HEAD_KEY, lastPart } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Action, type Row, type Values } from '../storage/table'
import { readPlace, takeCheckpoint, type Checkpoint, type Place } from '../feed/checkpoint'
import { effectOf, rebindRules, type Rebind } from './role-effects'

const READER = 'roles'
const RECORDS_AT_ONCE = 200
/** People whose roles are derived between two advances of the checkpoint; one record can name about a hundred. */
const PEOPLE_AT_ONCE = 200
/** A change is two operations, and the checkpoint one. */
const CHANGES_AT_ONCE = 49
const PARALLEL_READS = 64

export interface RoleRules {
  readonly policy: Policy
  /** Of the settings the policy comes from; grows with each save. The record rules.saved names it. */
  readonly version: number
  readonly rebind: Rebind
}

export interface RoleProgress {
  /** How many records came of it, role.changed or of rules that follow their group: they are pending and want a number. */
  readonly recorded: number
  /**
   * done: nothing is left. more: the time was up. busy: another worker is at it. stale: the rules given are older than
   * those already applied or saved; read the settings again and call once more.
   */
  readonly state: 'done' | 'more' | 'busy' | 'stale'
}

/**
 * Reads the numbered records behind its checkpoint (row l!roles), derives the role of everybody whom they may concern and
 * leaves a role.changed record where it differs from the one last announced (row o!<id>). Both rows, the record and the
 * checkpoint change in one transaction, so it may break off anywhere and any number of workers may call it. Rules saved,
 * the DELETE of a group that a rule names, and the very first call sweep over everybody, page after page.
 * Begins nothing after maxMs, but always does one step. Nothing to do costs two trips.
 */
export async function announceRoles(context: DirectoryContext, rules: RoleRules, maxMs: number): Promise<RoleProgress> {
  const { table } = context
  const place = await readPlace(table, READER)
  if (place !== undefined && !isSweeping(place) && (await recordsBehind(context, place.seq, 1)).length === 0)
    return { recorded: 0, state: 'done' }
  const checkpoint = await takeCheckpoint(table, READER, { begin: () => beginning(context), now: context.now })
  if (checkpoint === undefined) return { recorded: 0, state: 'busy' }
  const progress = await takeSteps(context, rules, { checkpoint, maxMs }).catch(async (error: unknown) => {
    await checkpoint.release().catch(() => undefined) // the same outage; the lease ends by itself
    throw error
  })
  if (progress.state !== 'busy') await checkpoint.release()
  return progress
}

async function takeSteps(
  context: DirectoryContext,
  rules: RoleRules,
  { checkpoint, maxMs }: { checkpoint: Checkpoint; maxMs: number },
): Promise<RoleProgress> {
  const started = performance.now()
  let recorded = 0
  do {
    const step = isStale(checkpoint.place, rules) ? 'stale' : await takeStep(context, rules, checkpoint)
    if (typeof step !== 'number') return { recorded, state: step }
    recorded += step
  } while (performance.now() - started < maxMs && checkpoint.isFresh())
  return { recorded, state: 'more' }
}

/** `sweep` is the id behind which the sweep goes on, '' at its beginning; absent when there is none. */
const isSweeping = (place: Place) => place['sweep'] !== undefined

/** Roles derived by newer rules are never overwritten by those of older ones that an instance still remembers. */
const isStale = (place: Place, rules: RoleRules) => Number(place['version'] ?? 0) > rules.version

/** The first call looks at everybody once; what is pending by then comes behind. */
async function beginning({ table }: DirectoryContext): Promise<Place> {
  const head = await table.get(HEAD_KEY)
  return { seq: Number(head?.values['seq'] ?? 0), sweep: '' }
}

type Step = number | 'done' | 'busy' | 'stale'

/** One bounded piece of work: how many records came of it. */
function takeStep(context: DirectoryContext, rules: RoleRules, checkpoint: Checkpoint): Promise<Step> {
  return isSweeping(checkpoint.place) ? sweepOn(context, rules, checkpoint) : readOn(context, rules, checkpoint)
}

async function sweepOn(context: DirectoryContext, rules: RoleRules, checkpoint: Checkpoint): Promise<Step> {
  const { seq, sweep } = checkpoint.place
  const page = await readPeoplePage(context, { after: String(sweep) }, PEOPLE_AT_ONCE)
  const rows =
    page.span === undefined
      ? []
      : await context.table.all({ from: announcedKey(page.span.first), before: `${announcedKey(page.span.last)}!` })
  const announced = new Map(rows.map((row) => [lastPart(row.key), row]))
  const changes = changesOf(context, rules.policy, { people: page.people, announced, gone: [] })
  const next = { seq, version: rules.version, ...(page.after !== undefined && { sweep: page.after }) }
  return commitChanges(checkpoint, changes, next)
}

async function readOn(context: DirectoryContext, rules: RoleRules, checkpoint: Checkpoint): Promise<Step> {
  const { seq } = checkpoint.place
  const records = await recordsBehind(context, seq, RECORDS_AT_ONCE)
  if (records.length === 0) return 'done'
  const { ids, ...reached } = await collect(context, rules, records)
  if (reached.seq === undefined) return 'stale' // the very first record is beyond these rules
  const affected = [...ids]
  const [people, rows] = await Promise.all([
    readPeople(context, affected, rules.policy),
    inParallel(affected, PARALLEL_READS, (id) => context.table.get(announcedKey(id))),
  ])
  const announced = new Map(rows.filter((row) => row !== undefined).map((row) => [lastPart(row.key), row]))
  const living = new Set(people.map(({ document }) => document.id))
  const gone = [...announced.keys()].filter((id) => !living.has(id))
  const changes = changesOf(context, rules.policy, { people, announced, gone })
  const next = { seq: reached.seq, version: rules.version, ...(reached.isSweep && { sweep: '' }) }
  const step = await commitChanges(checkpoint, changes, next)
  return typeof step === 'number' ? step + reached.rebound : step
}

/** Whom the first of the records concern: as many as one step takes, up to the first that calls for a sweep. */
async function collect(context: DirectoryContext, rules: RoleRules, records: readonly Row[]) {
  const ids = new Set<string>()
  let seq: number | undefined
  let rebound = 0
  for (const record of records) {
    const effect = effectOf(record, rules.policy)
    if (effect.version > rules.version) break
    for (const id of effect.ids) ids.add(id)
    if (effect.boundGroup !== undefined) rebound += await rebindRules(context, rules, effect.boundGroup)
    seq = Number(lastPart(record.key))
    if (effect.isSweep) return { ids, seq, rebound, isSweep: true }
    if (ids.size >= PEOPLE_AT_ONCE) break
  }
  return { ids, seq, rebound, isSweep: false }
}

const recordsBehind = ({ table }: DirectoryContext, seq: number, limit: number) =>
  table.all({ from: feedKey(seq + 1), before: prefixRange('f').before }, { limit })

interface Compared {
  readonly people: readonly Person[]
  /** What was last announced, by id. */
  readonly announced: ReadonlyMap<string, Row>
  /** Announced once and deleted since. */
  readonly gone: readonly string[]
}

function changesOf(context: DirectoryContext, policy: Policy, { people, announced, gone }: Compared): Action[][] {
  const changed = people.flatMap((person) => {
    const { id, access } = person.document
    const before = announced.get(id)?.values
    const derived = derive(person, policy)
    const isTold = derived.role === before?.['role'] && derived.grantsAccess === before['grants']
    return isTold ? [] : [announcement(context, { id, productId: access.productId }, before?.['role'], derived)]
  })
  return [...changed, ...gone.map((id) => farewell(context, id, announced.get(id)?.values))]
}

type Announced = string | number | boolean | undefined

interface Whom {
  readonly id: string
  readonly productId: string | undefined
}

function announcement(context: DirectoryContext, { id, productId }: Whom, before: Announced, derived: DerivedRole): Action[] {
  const { role, grantsAccess, reason } = derived
  const time = context.now().toISOString()
  const body = { ...(typeof before === 'string' && { before }), after: role, grantsAccess, reason }
  return [
    {
      type: 'upsert',
      key: announcedKey(id),
      values: { role, grants: grantsAccess, since: time, ...(productId !== undefined && { pid: productId }) },
    },
    pendingFact({ writeId: newWriteId(Date.parse(time)), type: 'role.changed', id, time, body, productId }),
  ]
}

/** Leaving means leaving: who follows roles alone is told of a DELETE as of a disable, unless that was told before. */
function farewell(context: DirectoryContext, id: string, announced: Values | undefined): Action[] {
  const before = announced?.['role']
  const productId = typeof announced?.['pid'] === 'string' ? announced['pid'] : undefined
  const forget: Action = { type: 'delete', key: announcedKey(id) }
  if (before === DISABLED_ROLE) return [forget]
  const derived = { role: DISABLED_ROLE, grantsAccess: false, reason: { kind: 'deleted' } } as const
  return [forget, ...announcement(context, { id, productId }, before, derived).slice(1)]
}

/** Transaction after transaction; the checkpoint moves with the last one. */
async function commitChanges(checkpoint: Checkpoint, changes: readonly Action[][], next: Place): Promise<Step> {
  for (let from = 0; from === 0 || from < changes.length; from += CHANGES_AT_ONCE) {
    const isLast = from + CHANGES_AT_ONCE >= changes.length
    const effects = changes.slice(from, from + CHANGES_AT_ONCE).flat()
    if (!(await checkpoint.advance(isLast ? next : checkpoint.place, effects))) return 'busy'
  }
  return changes.length
}
