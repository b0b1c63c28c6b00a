import * as z from 'zod'
import type { Person } from '../../access/read-access'
import { describeError } from '../../http/error-reply'
import { MAX_SHOWN, type ShownPerson } from '../effects'
import { previewRoutes, type TargetPreview } from '../preview'
import { inParallel } from '../../storage/parallel'
import type { Table } from '../../storage/table'
import { readEntry, readTenant } from '../../tenants/registry'
import type { Routing } from '../../tenants/routing'
import { tenantOperation, type Registry } from '../../api/operation'
import { checkedRouting, leaving, routesSent } from './routes-check'
import { namesFor } from '../../access/rule-groups'

const TARGETS_AT_ONCE = 8

const group = z.object({ groupId: z.string(), groupName: z.string() })

const targetShown = z.object({
  tenant: z.string(),
  name: z.string(),
  people: z.object({
    comes: z.int().describe('Copies that are made'),
    returns: z.int().describe('Copies that were left and are the same again'),
    leaves: z.int().describe('Copies that are disabled or deleted, as onLeave says'),
    stays: z.int(),
    heldBack: z
      .int()
      .describe('Somebody there has the name already, as far as that was tried: no copy before the conflict is solved'),
  }),
  groups: z.object({
    comes: z.array(group),
    leaves: z.array(group).describe('Their copies are deleted'),
    heldBack: z.int(),
  }),
})

const shown = z.object({
  onLeave: leaving,
  targets: z.array(targetShown),
  unreadable: z
    .array(z.object({ tenant: z.string(), name: z.string(), problem: z.string() }))
    .describe('Targets that could not be read, so nobody knows what would happen there'),
  first: z
    .array(
      z.object({
        id: z.string(),
        userName: z.string(),
        tenant: z.string(),
        effect: z.enum(['leaves', 'returns', 'comes']),
        reason: z.string(),
      }),
    )
    .describe(`The first ${MAX_SHOWN} people whose copies change, in all targets together: first those who leave`),
})

/** What would come of the routes in every target. */
export const routePreview = tenantOperation(
  {
    id: 'previewRoutes',
    method: 'POST',
    path: '/tenants/{tenant}/routes/preview',
    summary: 'Who would come to which tenant and who would leave if these routes were saved. Nothing is stored',
    access: 'tenantReader',
    audit: null,
    body: routesSent,
    answers: { 200: { description: 'What would happen in each connected tenant', schema: shown } },
  },
  async ({ registry, directory, tenant, body }) => {
    const { connections, routing: before } = tenant.settings
    const after = await checkedRouting(directory, tenant, body)
    const live = connections.filter(({ state }) => state === 'live')
    const targets = await inParallel(live, TARGETS_AT_ONCE, ({ tenant: slug }) =>
      openTarget(registry, { source: tenant.slug, slug }),
    )
    const tables = targets.flatMap(({ slug, table }) => (table === undefined ? [] : [[slug, table] as const]))
    const preview = await previewRoutes({
      slug: tenant.slug,
      source: directory,
      before,
      after,
      targets: new Map(tables),
      onFailure: warn,
    })
    const nameOf = namesIn([before, after], preview.groups)
    const found = targets.map((target) => ({ target, held: preview.targets.get(target.slug) }))
    return {
      status: 200,
      body: {
        onLeave: after.onLeave,
        targets: found.flatMap(({ target, held }) => (held === undefined ? [] : [showTarget(target, held, nameOf)])),
        unreadable: found
          .filter(({ held }) => held === undefined)
          .map(({ target: { slug, name, problem = UNREADABLE } }) => ({ tenant: slug, name, problem })),
        first: preview.first.map((person) => {
          const to = targets.find(({ slug }) => slug === person.tenant)?.name ?? person.tenant
          const { id, userName, tenant: slug, effect } = person
          return { id, userName, tenant: slug, effect, reason: sayEffect(person, nameOf, to) }
        }),
      } satisfies z.infer<typeof shown>,
    }
  },
)

interface Target {
  readonly slug: string
  readonly name: string
  /** Why there is no table. */
  readonly problem?: string
  readonly table?: Table
}

const UNREADABLE = 'It cannot be read now. Try again in a minute; if that does not help, tell whoever operates this service.'
const GONE = 'There is no such tenant any more. Its connection goes by itself.'
const NOT_SET_UP =
  'It is not set up to be fed by this tenant, as after a restore. Whoever operates this service connects the two again, or ends the connection.'

/** Nothing of a target is told but its name, not even whose it is instead. */
async function openTarget(
  { storage }: Registry,
  { source, slug }: { readonly source: string; readonly slug: string },
): Promise<Target> {
  try {
    const [entry, target] = await Promise.all([readEntry(storage, slug), readTenant(storage, slug)])
    if (entry === undefined) return { slug, name: slug, problem: GONE }
    const { name } = entry
    if (target?.settings.superTenant?.slug !== source) return { slug, name, problem: NOT_SET_UP }
    return { slug, name, table: storage.open(target.table) }
  } catch (error) {
    warn(slug, error)
    return { slug, name: slug, problem: UNREADABLE }
  }
}

function warn(tenant: string, error: unknown): void {
  console.warn(JSON.stringify({ operation: 'preview-routes', tenant, ...describeError(error) }))
}

type NameOf = (groupId: string) => string

/** The names of the groups as they are now; of those that are gone the last ones. */
function namesIn(routings: readonly Routing[], groups: ReadonlyMap<string, Person>): NameOf {
  const held = new Map(routings.flatMap(({ routes }) => routes).map(({ groupId, groupName }) => [groupId, groupName]))
  return (id) => {
    const found = groups.get(id)
    const name = found === undefined ? held.get(id) : namesFor(found.document).groupName
    return name === undefined || name === '' ? id : name
  }
}

function showTarget({ slug, name }: Target, { people, groups }: TargetPreview, nameOf: NameOf) {
  const { comes, leaves, heldBack } = groups
  const named = (ids: readonly string[]) => ids.map((groupId) => ({ groupId, groupName: nameOf(groupId) }))
  return { tenant: slug, name, people, groups: { comes: named(comes), leaves: named(leaves), heldBack } }
}

const MAX_NAMED = 3

/** The reason in a sentence. */
function sayEffect({ effect, groupIds }: ShownPerson, nameOf: NameOf, to: string): string {
  const names = groupIds.slice(0, MAX_NAMED).map(nameOf)
  const others = groupIds.length - names.length
  const all = others > 0 ? [...names, others === 1 ? 'one more group' : `${others} more groups`] : names
  const groups = all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`
  if (effect === 'comes') return `Comes with ${groups}.`
  if (effect === 'returns') return `Comes back with ${groups}: the copy of before.`
  if (groupIds.length === 0) return 'Left before. Whoever has left is deleted from now on.'
  return `Leaves with ${groups}, which ${all.length === 1 ? 'is' : 'are'} no longer routed to ${to}.`
}
