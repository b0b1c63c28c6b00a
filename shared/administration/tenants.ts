import * as z from 'zod'
import { isTenantSlug } from '../config'
import { HEALTH_STATES } from '../monitoring/health/judge'
import { listHealth } from '../monitoring/health/listed'
import { createTenant, deleteTenant, renameTenant } from '../tenants/lifecycle'
import { askForCopies } from '../super-tenants/commands'
import { changeSettings, listEntries, readEntry, type TenantEntry } from '../tenants/registry'
import type { TenantSettings } from '../tenants/tenant'
import { noSuchTenant } from '../api/actor'
import { operation, tenantOperation, type Operation } from '../api/operation'
import { pageOf, pageQuery, time, toPage } from '../api/page'
import { conflict, invalid, needsConfirmation } from '../api/problem'

const slug = z
  .string()
  .refine(isTenantSlug, 'must be 1 to 40 lower-case letters, digits and inner hyphens')
  .describe('Part of the Tenant URL; never changes and never returns')
const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((text) => !/\p{C}/u.test(text), 'must not hold control characters')
  .describe('What people call the customer')

const listedTenant = z.object({
  slug,
  name,
  created: time.optional().describe('In UTC; absent for a tenant that is older than this'),
  tenantUrl: z.url().describe('Goes into Entra ID'),
})
const healthStates = z
  .string()
  .transform((text) => text.split(','))
  .refine(
    (names) => names.every((name) => HEALTH_STATES.some((state) => state === name)),
    `must be one or more of ${HEALTH_STATES.join(', ')}, with commas between`,
  )
  .describe(`Only tenants in one of these states, with commas between, such as \`failing,silent,late\``)
const judgedTenant = listedTenant.extend({
  health: z
    .object({
      state: z.enum(HEALTH_STATES),
      since: time.describe('When it began, as far as can be told'),
      likelyQuarantine: z.boolean().describe('Whether Entra ID has reason to have slowed down to about once a day'),
    })
    .optional()
    .describe('As it was judged within the last minutes; absent until the first time. `GET …/health` judges anew'),
})
const oneTenant = listedTenant
  .extend({
    paused: z.boolean().describe('Whether the readers of changes are held: roles are not announced, webhooks and routes wait'),
  })
  .meta({ id: 'Tenant' })

const factsOf = (entry: TenantEntry, origin: string) => ({
  slug: entry.slug,
  name: entry.name,
  ...(entry.created !== undefined && { created: entry.created }),
  tenantUrl: `${origin}/scim/${entry.slug}`,
})

const list = operation(
  {
    id: 'listTenants',
    method: 'GET',
    path: '/tenants',
    summary: 'All tenants, by slug',
    access: 'operatorReader',
    query: pageQuery.extend({
      search: z.string().max(100).optional().describe('Beginning of the slug, or part of the name'),
      health: healthStates.optional(),
    }),
    answers: { 200: { description: 'A page of tenants', schema: pageOf(judgedTenant) } },
  },
  async ({ registry: { storage }, query: { limit, after = '', search = '', health: states }, origin }) => {
    const wanted = search.toLowerCase()
    const [all, judged] = await Promise.all([listEntries(storage), listHealth(storage.list())])
    const entries = all
      .map((entry) => ({ ...entry, health: judged.get(entry.slug) }))
      .filter(({ slug, name, health }) => {
        const isFound = slug > after && (slug.startsWith(wanted) || name.toLowerCase().includes(wanted))
        return isFound && (states === undefined || (health !== undefined && states.includes(health.state)))
      })
    const page = toPage(entries, limit, (entry) => entry.slug)
    const items = page.items.map((entry) => ({ ...factsOf(entry, origin), health: entry.health }))
    return { status: 200, body: { ...page, items } }
  },
)

const create = operation(
  {
    id: 'createTenant',
    method: 'POST',
    path: '/tenants',
    summary: 'Makes a tenant with an empty directory and no token',
    access: 'operatorAdmin',
    audit: 'tenant.created',
    body: z.strictObject({ slug, name: name.optional().describe('What people call the customer; the slug unless given') }),
    answers: { 201: { description: 'Made', schema: oneTenant } },
  },
  async ({ registry, body, origin, audit, listAudit }) => {
    const entry = { slug: body.slug, name: body.name ?? body.slug, created: registry.now().toISOString(), generation: 1 }
    const fact = { subject: entry.slug, label: entry.name, after: { name: entry.name } }
    const records = { inList: [listAudit({ ...fact, tenant: entry.slug })], inTenant: [audit(fact)] }
    if (!(await createTenant(registry.storage, { ...entry, time: entry.created }, records))) {
      const detail = 'is taken, perhaps by a tenant that was deleted: slugs never return. Choose another.'
      throw conflict(`The slug ${detail}`, [{ path: '/slug', detail }])
    }
    registry.tenants.forget(entry.slug) // it may be remembered as absent
    const location = `${origin}/api/manage/tenants/${entry.slug}`
    return { status: 201, headers: { Location: location }, body: { ...factsOf(entry, origin), paused: false } }
  },
)

const read = tenantOperation(
  {
    id: 'readTenant',
    method: 'GET',
    path: '/tenants/{tenant}',
    summary: 'One tenant',
    access: 'tenantReader',
    answers: { 200: { description: 'The tenant', schema: oneTenant } },
  },
  async ({ registry, tenant, origin }) => {
    const entry = await readEntry(registry.storage, tenant.slug)
    if (entry === undefined) throw noSuchTenant()
    return { status: 200, body: { ...factsOf(entry, origin), paused: tenant.settings.paused } }
  },
)

const change = tenantOperation(
  {
    id: 'changeTenant',
    method: 'PATCH',
    path: '/tenants/{tenant}',
    summary: 'Changes the name for display, or holds the readers of changes',
    access: 'operatorAdmin',
    audit: 'tenant.changed',
    body: z.strictObject({
      name: name.optional(),
      paused: z
        .boolean()
        .optional()
        .describe('true holds the readers while SCIM goes on; what happens meanwhile is told in order after false'),
    }),
    answers: { 200: { description: 'Changed', schema: oneTenant } },
  },
  async ({ registry, tenant, body, origin, wake, audit, listAudit }) => {
    if (body.name === undefined && body.paused === undefined) throw invalid([{ path: '', detail: 'names nothing to change' }])
    const { paused = tenant.settings.paused } = body
    if (paused !== tenant.settings.paused) {
      const record = (current: TenantSettings) => audit({ before: { paused: current.paused }, after: { paused } })
      const saved = await changeSettings(registry.storage, tenant, (current) =>
        current.paused === paused ? undefined : { paused, beside: () => [record(current)] },
      )
      if (saved === undefined || saved === 'stale') throw noSuchTenant()
      registry.tenants.put(saved)
      wake()
    }
    const { slug: renamed } = tenant
    const { name } = body
    const record = (before: TenantEntry) => [
      listAudit({ tenant: renamed, subject: renamed, label: name, before: { name: before.name }, after: { name } }),
    ]
    const entry =
      name === undefined
        ? await readEntry(registry.storage, renamed)
        : await renameTenant(registry.storage, { slug: renamed, name }, record)
    if (entry === undefined) throw noSuchTenant()
    return { status: 200, body: { ...factsOf(entry, origin), paused } }
  },
)

const remove = tenantOperation(
  {
    id: 'deleteTenant',
    method: 'DELETE',
    path: '/tenants/{tenant}',
    summary: 'Deletes the tenant with all its people, groups, settings and tokens, for good',
    access: 'operatorAdmin',
    audit: 'tenant.deleted',
    query: z.object({ confirm: z.string().optional().describe('The slug again') }),
    answers: {
      202: {
        description:
          'Deleted: no instance lets anybody in after 30 seconds. Tokens and stored data go within three minutes. The slug never returns.',
      },
    },
  },
  async ({ registry, tenant: { slug: deleted, settings }, query: { confirm }, listAudit }) => {
    const targets = settings.connections.map(({ tenant }) => tenant)
    if (targets.length > 0)
      throw conflict(
        `${deleted} routes people to ${targets.join(', ')}. Disconnect it there first, and wait until its copies have left.`,
      )
    if (confirm !== deleted) {
      throw needsConfirmation({
        confirm: deleted,
        harm: `This deletes everything of ${deleted}, and nothing brings it back but an export.`,
      })
    }
    const time = registry.now().toISOString()
    await deleteTenant(registry.storage, { slug: deleted, time }, [listAudit({ tenant: deleted, subject: deleted })])
    registry.tenants.forget(deleted)
    // Its consumer finds the target gone, and forgets the connection.
    await askForCopies(registry, settings.superTenant?.slug)
    return { status: 202 }
  },
)

export const tenantOperations: readonly Operation[] = [list, create, read, change, remove]
