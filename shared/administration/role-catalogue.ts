import * as z from 'zod'
import { catalogueSchema, knownRole, type Catalogue } from '../roles/catalogue'
import { labelled, labelShown } from '../roles/labels'
import type { Policy } from '../roles/rules'
import { inParallel } from '../storage/parallel'
import { listTenants, readTenant, type TenantStorage } from '../tenants/registry'
import { readCatalogue, saveCatalogue, type SavedCatalogue } from '../tenants/role-catalogue'
import { operation, tenantOperation, type Operation } from '../api/operation'
import { conflict, stale } from '../api/problem'
import { version } from '../api/save-settings'

const PARALLEL_READS = 16
const MAX_NAMED = 10

const shape = { roles: catalogueSchema.shape.roles, freeText: catalogueSchema.shape.freeText }
const catalogueShown = z.object({ version, ...shape }).meta({ id: 'RoleCatalogue' })

const read = operation(
  {
    id: 'readRoleCatalogue',
    method: 'GET',
    path: '/role-catalogue',
    summary: 'The roles that the product knows, among which every tenant chooses',
    access: 'operatorReader',
    answers: { 200: { description: 'The catalogue', schema: catalogueShown } },
  },
  async ({ registry }) => ({ status: 200, body: shown(await readCatalogue(registry.storage)) }),
)

const readForTenant = tenantOperation(
  {
    id: 'readKnownRoles',
    method: 'GET',
    path: '/tenants/{tenant}/role-catalogue',
    summary: 'The roles that the product knows, and whether the tenant may name others',
    access: 'tenantReader',
    answers: {
      200: {
        description: 'The catalogue',
        schema: z.object({ ...shape, roles: z.array(knownRole.extend({ label: labelShown })) }),
      },
    },
  },
  async ({ registry, tenant: { settings } }) => {
    const { roles, freeText } = await readCatalogue(registry.storage)
    const shownRoles = roles.map(({ name, ...role }) => ({ name, label: labelled(settings.roleLabels, name).label, ...role }))
    return { status: 200, body: { roles: shownRoles, freeText } }
  },
)

const save = operation(
  {
    id: 'saveRoleCatalogue',
    method: 'PUT',
    path: '/role-catalogue',
    summary:
      'Says which roles the product knows. Tenants keep what they have saved until they save again; new tenants begin with these',
    access: 'operatorAdmin',
    audit: 'roleCatalogue.saved',
    body: catalogueSchema.safeExtend({ version }),
    answers: { 200: { description: 'Saved', schema: catalogueShown } },
  },
  async ({ registry: { storage }, body: { version: expected, ...catalogue }, listAudit }) => {
    const current = await readCatalogue(storage)
    if (current.version !== expected) throw stale()
    await refuseTurned(storage, current, catalogue)
    const saved = await saveCatalogue(storage, current, catalogue, [
      listAudit({ before: { roles: current.roles, freeText: current.freeText }, after: catalogue }),
    ])
    if (saved === undefined) throw stale()
    return { status: 200, body: shown(saved) }
  },
)

const shown = ({ version: saved, roles, freeText }: SavedCatalogue) => ({ version: saved, roles, freeText })

/**
 * A role that tenants use says the same of access as before: their products hear of a person only when something about that
 * person changes. Reads the settings of every tenant, when a role is new or says something else.
 * @throws Problem 409 that names the first of them
 */
async function refuseTurned(storage: TenantStorage, current: Catalogue, { roles }: Catalogue): Promise<void> {
  const isNews = ({ name, grantsAccess }: Role) => current.roles.find((role) => role.name === name)?.grantsAccess !== grantsAccess
  const news = roles.filter(isNews)
  if (news.length === 0) return
  const turned: string[] = []
  await inParallel(await listTenants(storage), PARALLEL_READS, async (slug) => {
    const policy = (await readTenant(storage, slug))?.settings.policy
    const named = policy && news.find((role) => turns(policy, role))
    if (named !== undefined) turned.push(`${slug} (${named.name})`)
  })
  if (turned.length === 0) return
  const more = turned.length > MAX_NAMED ? ` and ${turned.length - MAX_NAMED} more` : ''
  throw conflict(
    `Tenants use a role whose grantsAccess would turn: ${turned.sort().slice(0, MAX_NAMED).join(', ')}${more}. Add a role of another name, and let them choose it first.`,
  )
}

type Role = Catalogue['roles'][number]

/** Whether somebody in the tenant may have the role, and it would say something else; who is locked to one may have it when it is gone. */
const turns = ({ roles, grantsAccess: granted }: Policy, { name, grantsAccess }: Role) =>
  (roles.includes(name) || granted.includes(name)) && granted.includes(name) !== grantsAccess

export const roleCatalogueOperations: readonly Operation[] = [read, save, readForTenant]
