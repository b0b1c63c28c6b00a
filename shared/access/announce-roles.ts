import type { DirectoryContext } from '../directory/context'
import { newWriteId } from '../directory/identifiers'
import { derive, readPeople, readPeoplePage, type Person } from './read-access'
import { outboxFact } from '../directory/documents/record'
import type { DerivedRole } from '../roles/derive'
import { DISABLED_ROLE, groupRules, type Policy } from '../roles/rules'
import { consume, type Consumer, type Progress } from '../feed/consume'
import type { Checkpoint } from '../feed/lease'
import { readHead, seqOf } from '../feed/read-feed'
import { announcedKey, lastPart } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import type { Action, Row, Values } from '../storage/table'
import { effectOf, rebindRules, type Rebind } from './role-effects'

const RECORDS_AT_ONCE = 200
/** People whose roles are derived between two advances of the checkpoint; one record can name about a hundred. */
const PEOPLE_AT_ONCE = 200
const PARALLEL_READS = 64

export interface RoleRules {
  readonly policy: Policy
  /** Of the settings the policy comes from; grows with each save. The record rules.saved names it. */
  readonly version: number
  readonly rebind: Rebind
}

export interface RoleProgress {
  /** How many records came of it, role.changed or of rules that follow their group: they are in the outbox. */
  readonly recorded: number
  /** stale: the rules given are older than those already applied or saved; read the settings again and call once more. */
  readonly state: Progress | 'stale'
}

/**
 * Consumes the feed: derives the role of everybody whom the records may concern and leaves a role.changed record where it differs
 * from the one last announced (row o!<id>); both are stored in one transaction. Rules saved, the DELETE of a group that a rule
 * names, and the very first run sweep over everybody, page after page.
 */
export async function announceRoles(context: DirectoryContext, rules: RoleRules, maxMs: number): Promise<RoleProgress> {
  let recorded = 0
  const consumer: Consumer<'stale'> = {
    name: 'roles',
    pageSize: RECORDS_AT_ONCE,
    // Looks at everybody once; what is in the outbox by then comes behind.
    begin: async () => ({ offset: await readHead(context.table), sweep: '' }),
    hasWork: isSweeping,
    step: async ({ checkpoint, commit }, read) => {
      if (isStale(checkpoint, rules)) return 'stale'
      const work = isSweeping(checkpoint) ? await sweep(context, rules, checkpoint) : await apply(context, rules, await read())
      if (typeof work === 'string') return work
      await commit(work.next, work.changes)
      recorded += work.changes.length + work.rebound
      return 'more'
    },
  }
  const state = await consume(context, consumer, maxMs)
  return { recorded, state }
}

/** `sweep` is the id behind which the sweep goes on, '' at its beginning; absent when there is none. */
const isSweeping = (checkpoint: Checkpoint) => checkpoint['sweep'] !== undefined

/** Roles derived by newer rules are never overwritten by those of older ones that an instance still remembers. */
const isStale = (checkpoint: Checkpoint, rules: RoleRules) => Number(checkpoint['version'] ?? 0) > rules.version

/** What one step is to store. */
interface Work {
  readonly changes: readonly (readonly Action[])[]
  readonly next: Checkpoint
  /** Records of rules that follow their group. */
  readonly rebound: number
}

async function sweep(context: DirectoryContext, rules: RoleRules, { offset, sweep: after }: Checkpoint): Promise<Work> {
  const page = await readPeoplePage(context, { after: String(after) }, PEOPLE_AT_ONCE)
  const rows =
    page.span === undefined
      ? []
      : await context.table.all({ from: announcedKey(page.span.first), before: `${announcedKey(page.span.last)}!` })
  const announced = new Map(rows.map((row) => [lastPart(row.key), row]))
  const changes = changesOf(context, rules.policy, { people: page.people, announced, gone: [] })
  return { changes, next: { offset, version: rules.version, ...(page.after !== undefined && { sweep: page.after }) }, rebound: 0 }
}

async function apply(context: DirectoryContext, rules: RoleRules, records: readonly Row[]): Promise<Work | 'done' | 'stale'> {
  if (records.length === 0) return 'done'
  const { ids, offset, isSweep, rebound } = await collect(context, rules, records)
  if (offset === undefined) return 'stale' // the very first record is beyond these rules
  const affected = [...ids]
  const [people, rows] = await Promise.all([
    readPeople(context, affected, rules.policy),
    inParallel(affected, PARALLEL_READS, (id) => context.table.get(announcedKey(id))),
  ])
  const announced = new Map(rows.filter((row) => row !== undefined).map((row) => [lastPart(row.key), row]))
  const living = new Set(people.map(({ document }) => document.id))
  const gone = [...announced.keys()].filter((id) => !living.has(id))
  const changes = changesOf(context, rules.policy, { people, announced, gone })
  return { changes, next: { offset, version: rules.version, ...(isSweep && { sweep: '' }) }, rebound }
}

/** Whom the first of the records concern: as many as one step takes, up to the first that calls for a sweep. */
async function collect(context: DirectoryContext, rules: RoleRules, records: readonly Row[]) {
  const ids = new Set<string>()
  let offset: number | undefined
  let rebound = 0
  for (const record of records) {
    const effect = effectOf(record, rules.policy)
    if (effect.version > rules.version) break
    for (const id of effect.ids) ids.add(id)
    if (effect.boundGroup !== undefined)
      rebound += await rebindRules(context, { bound: groupRules(rules.policy), rebind: rules.rebind }, effect.boundGroup)
    offset = seqOf(record)
    if (effect.isSweep) return { ids, offset, rebound, isSweep: true }
    if (ids.size >= PEOPLE_AT_ONCE) break
  }
  return { ids, offset, rebound, isSweep: false }
}

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
    outboxFact({ writeId: newWriteId(Date.parse(time)), type: 'role.changed', id, time, body, productId }),
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
