import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { previewPolicy } from '../read-access'
import { visitAccess } from '../visit-access'
import { sayReason } from '../../roles/derive'
import { policySchema, type Policy, type Rule } from '../../roles/rules'
import { inParallel } from '../../storage/parallel'
import type { TenantSettings } from '../../tenants/tenant'
import { noSuchTenant } from '../../api/actor'
import { tenantOperation, type Operation } from '../../api/operation'
import { invalid, needsConfirmation, stale, type WrongField } from '../../api/problem'
import { groupIgnored, groupShown, namesOf, readGroups, showBound, withGroupNames, type Groups } from '../rule-groups'
import { savePolicy } from '../save-policy'
import { version } from '../../api/save-settings'

const ruleShown = z.object({ id: z.string(), role: z.string(), ...groupShown })

/** Roles and rules as they are shown. */
export const policyShown = z.object({
  version,
  inheritedFrom: z
    .object({ slug: z.string(), name: z.string() })
    .optional()
    .describe('The super tenant whose roles and rules these are, until some are saved here'),
  canInheritFrom: z
    .object({ slug: z.string(), name: z.string() })
    .optional()
    .describe('The super tenant that routes people here, while these are roles and rules of the tenant itself'),
  roles: z.array(z.string()),
  defaultRole: z.string(),
  rules: z
    .array(ruleShown)
    .describe('In the order in which they are tried: the first whose group holds the person gives the role'),
})

/** What the policy's own schema does not bound is bounded here. */
const policySent = z.strictObject({
  roles: z.array(z.string()).max(50).describe('Disabled and Pending are reserved'),
  defaultRole: z
    .string()
    .describe('For people whom no rule names. Name a role without rights where leaving a group must mean no access'),
  rules: z
    .array(
      z.strictObject({
        id: z.string().optional().describe('Made when absent'),
        groupId: z.string(),
        role: z.string(),
        ...groupIgnored,
      }),
    )
    .max(500),
})
type PolicySent = z.infer<typeof policySent>

const read = tenantOperation(
  {
    id: 'readRoles',
    method: 'GET',
    path: '/tenants/{tenant}/roles',
    summary: 'Access roles and the rules that give them to the members of groups',
    access: 'tenantReader',
    answers: { 200: { description: 'Roles and rules', schema: policyShown } },
  },
  async ({ directory, tenant: { settings } }) => ({
    status: 200,
    body: await showPolicy(directory, settings),
  }),
)

const save = tenantOperation(
  {
    id: 'saveRoles',
    method: 'PUT',
    path: '/tenants/{tenant}/roles',
    summary: 'Saves roles and rules as a whole; the roles of people follow within seconds',
    access: 'tenantAdmin',
    query: z.object({
      confirm: z
        .enum(['locks'])
        .optional()
        .describe('Saves although people are locked to a role that is no longer named; they keep it'),
    }),
    body: policySent.extend({ version }),
    answers: { 200: { description: 'Saved', schema: policyShown } },
  },
  async ({ registry, directory, tenant, query, body: { version: expectedVersion, ...sent }, actor, wake }) => {
    const { settings } = tenant
    if (settings.version !== expectedVersion) throw stale()
    const groups = await readGroups(directory, groupIds(sent))
    const policy = checkedPolicy(groups, settings.policy, sent)
    if (query.confirm !== 'locks') await refuseLockedRoles(directory, settings.policy, policy)
    const holds = isDeepStrictEqual(policy, settings.policy) && !settings.inheritsRoles
    const saved = holds
      ? tenant
      : await savePolicy(registry, tenant, { policy: () => policy, expectedVersion, by: actor.name, inheritsRoles: false })
    if (saved === 'stale') throw stale()
    if (saved === undefined) throw noSuchTenant()
    wake()
    return { status: 200, body: await showPolicy(directory, saved.settings, groups) }
  },
)

const roleAndReason = z.object({ role: z.string(), reason: z.string() })

const preview = tenantOperation(
  {
    id: 'previewRoles',
    method: 'POST',
    path: '/tenants/{tenant}/roles/preview',
    summary: 'Who would change from which role to which if these roles and rules were saved. Nothing is stored',
    access: 'tenantReader',
    body: policySent,
    answers: {
      200: {
        description: 'The changes',
        schema: z.object({
          people: z.int().describe('Everybody in the directory'),
          changed: z.int(),
          moves: z.array(z.object({ from: z.string(), to: z.string(), count: z.int() })).describe('Most people first'),
          first: z
            .array(z.object({ id: z.string(), userName: z.string(), from: roleAndReason, to: roleAndReason }))
            .describe('The first hundred of them, by id'),
        }),
      },
    },
  },
  async ({ directory, tenant: { settings }, body }) => {
    const after = checkedPolicy(await readGroups(directory, groupIds(body)), settings.policy, body)
    const before = withGroupNames(settings.policy, await readGroups(directory, groupIds(settings.policy)))
    const { first, ...counts } = await previewPolicy(directory, before, after)
    const inWords = ({ role, reason }: (typeof first)[number]['from']) => ({ role, reason: sayReason(reason) })
    const shown = first.map(({ id, userName, from, to }) => ({ id, userName, from: inWords(from), to: inWords(to) }))
    return { status: 200, body: { ...counts, first: shown } }
  },
)

const groupIds = ({ rules }: PolicySent | Policy) => rules.map(({ groupId }) => groupId)

/**
 * What was sent as a policy, names and externalIds read from the groups. A rule whose group is gone may stay as it was.
 * @throws Problem 400 that names every wrong field
 */
function checkedPolicy(groups: Groups, current: Policy, sent: PolicySent): Policy {
  const unknown: WrongField[] = []
  const rules = sent.rules.map(({ id = randomUUID(), groupId, role }, index): Rule => {
    const names = namesOf(groups, current.rules, groupId)
    if (names === undefined) unknown.push({ path: `/rules/${index}/groupId`, detail: NO_GROUP })
    return { id, groupId, role, ...(names ?? { groupName: '' }) }
  })
  const checked = policySchema.safeParse({ ...sent, rules })
  if (checked.success && unknown.length === 0) return checked.data
  const issues = checked.error?.issues ?? []
  const wrong = issues
    .map(({ path, message }) => ({ path: path.map((part) => `/${String(part)}`).join(''), detail: message }))
    .filter(({ path }) => !unknown.some((field) => field.path === path))
  throw invalid([...unknown, ...wrong])
}

const NO_GROUP = 'is not the id of a group here. Provision the group first, or choose another from the list of groups'

/** A lock outlives the role it names, so a role that people are locked to goes only when somebody says so. */
async function refuseLockedRoles(directory: DirectoryContext, before: Policy, after: Policy): Promise<void> {
  const removed = new Map(before.roles.filter((role) => !after.roles.includes(role)).map((role) => [role, 0]))
  if (removed.size === 0) return
  await visitAccess(directory, (_id, { lock }) => {
    const count = lock && removed.get(lock.role)
    if (lock !== undefined && count !== undefined) removed.set(lock.role, count + 1)
  })
  const held = [...removed].filter(([, count]) => count > 0).map(([role, count]) => `${count} to ${JSON.stringify(role)}`)
  if (held.length === 0) return
  throw needsConfirmation({
    confirm: 'locks',
    harm: `People are locked to roles that would no longer be there: ${held.join(', ')}. They keep the role until their locks are taken off.`,
  })
}

const PARALLEL_READS = 16

export async function showPolicy(
  directory: DirectoryContext,
  { policy, version: saved, inheritsRoles, superTenant }: TenantSettings,
  known?: Groups,
): Promise<z.infer<typeof policyShown>> {
  const groups = known ?? (await readGroups(directory, groupIds(policy)))
  const rules = await inParallel(policy.rules, PARALLEL_READS, async (rule) => ({
    id: rule.id,
    role: rule.role,
    ...(await showBound(directory, groups, rule)),
  }))
  const from = superTenant === null ? {} : inheritsRoles ? { inheritedFrom: superTenant } : { canInheritFrom: superTenant }
  return { version: saved, ...from, roles: policy.roles, defaultRole: policy.defaultRole, rules }
}

export const roleOperations: readonly Operation[] = [read, save, preview]
