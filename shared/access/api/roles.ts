import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { previewPolicy } from '../read-access'
import { visitAccess } from '../visit-access'
import type { DerivedRole } from '../../roles/derive'
import { sayReason } from '../../roles/say-reason'
import type { Catalogue } from '../../roles/catalogue'
import { labelled, labelShown, shownRole, type RoleLabels } from '../../roles/labels'
import { MAX_GRANTS, policySchema, type Policy } from '../../roles/rules'
import { foldCase } from '../../scim/fold'
import { inParallel } from '../../storage/parallel'
import { readCatalogue } from '../../tenants/role-catalogue'
import type { TenantSettings } from '../../tenants/tenant'
import { noSuchTenant } from '../../api/actor'
import { tenantOperation, type Operation } from '../../api/operation'
import { invalid, needsConfirmation, stale, type WrongField } from '../../api/problem'
import { readGroups, withGroupNames, type Groups } from '../rule-groups'
import { checkedRules, groupIdsOf, labelIgnored, ruleSent, ruleShown, showRule } from './rules'
import { savePolicy } from '../save-policy'
import { version } from '../../api/save-settings'
import { tenantName } from '../person-view'

/** Roles and rules as they are shown. */
export const policyShown = z
  .object({
    version,
    inheritedFrom: tenantName.optional().describe('The super tenant whose roles and rules these are, until some are saved here'),
    canInheritFrom: tenantName
      .optional()
      .describe('The super tenant that routes people here, while these are roles and rules of the tenant itself'),
    roles: z.array(z.string()),
    grantsAccess: z.array(z.string()).describe('Those of the roles that let people into the product. No other role does'),
    labels: z
      .array(z.object({ role: z.string(), label: z.string() }).meta({ id: 'RoleLabel' }))
      .describe('What the tenant calls those of the roles that it has given a label. The product does not see them'),
    defaultRole: z.string(),
    rules: z
      .array(ruleShown)
      .describe('In the order in which they are tried: the first that holds for the person gives the role'),
  })
  .meta({ id: 'Roles' })

/** What the policy's own schema does not bound is bounded here. */
const policySent = z.strictObject({
  roles: z
    .array(z.string())
    .max(50)
    .describe('From the catalogue; others where it allows them. Disabled and Pending are reserved'),
  grantsAccess: z
    .array(z.string())
    .max(50)
    .describe('Which of the roles let people into the product. Those of the catalogue do as it says, named here or not'),
  defaultRole: z
    .string()
    .describe(
      'For people for whom no rule holds. Name a role without rights where leaving a group or losing an app role must mean no access',
    ),
  rules: z.array(ruleSent).max(500),
  labels: labelIgnored,
})
type PolicySent = z.infer<typeof policySent>

const read = tenantOperation(
  {
    id: 'readRoles',
    method: 'GET',
    path: '/tenants/{tenant}/roles',
    summary: 'Access roles and the rules that give them',
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
    audit: 'roles.saved',
    query: z.object({
      confirm: z
        .enum(['locks'])
        .optional()
        .describe('Saves although people are locked to a role that is no longer named; they keep it'),
    }),
    body: policySent.extend({ version }),
    answers: { 200: { description: 'Saved', schema: policyShown } },
  },
  async ({ registry, directory, tenant, query, body: { version: expectedVersion, ...sent }, actor, audit, wake }) => {
    const { settings } = tenant
    if (settings.version !== expectedVersion) throw stale()
    const [groups, catalogue] = await Promise.all([readGroups(directory, groupIdsOf(sent)), readCatalogue(registry.storage)])
    const policy = checkedPolicy({ groups, catalogue }, settings, sent)
    if (query.confirm !== 'locks') await refuseLockedRoles(directory, settings.policy, policy)
    const holds = isDeepStrictEqual(policy, settings.policy) && !settings.inheritsRoles
    const saved = holds
      ? tenant
      : await savePolicy(registry, tenant, { policy: () => policy, expectedVersion, by: actor.name, audit, inheritsRoles: false })
    if (saved === 'stale') throw stale()
    if (saved === undefined) throw noSuchTenant()
    wake()
    return { status: 200, body: await showPolicy(directory, saved.settings, groups) }
  },
)

const roleAndReason = z.object({ role: z.string(), label: labelShown, grantsAccess: z.boolean(), reason: z.string() })

const preview = tenantOperation(
  {
    id: 'previewRoles',
    method: 'POST',
    path: '/tenants/{tenant}/roles/preview',
    summary: 'Who would change from which role to which if these roles and rules were saved. Nothing is stored',
    access: 'tenantReader',
    audit: null,
    body: policySent,
    answers: {
      200: {
        description: 'The changes',
        schema: z.object({
          people: z.int().describe('Everybody in the directory'),
          changed: z.int().describe('How many have another role then, or a role that says something else of access'),
          gain: z.int().describe('How many get into the product who did not before'),
          lose: z.int().describe('How many get into the product no more'),
          moves: z
            .array(z.object({ from: z.string(), fromLabel: labelShown, to: z.string(), toLabel: labelShown, count: z.int() }))
            .describe('Most people first'),
          first: z
            .array(z.object({ id: z.string(), userName: z.string(), from: roleAndReason, to: roleAndReason }))
            .describe('The first hundred of them, by id'),
        }),
      },
    },
  },
  async ({ registry, directory, tenant: { settings }, body }) => {
    const [groups, catalogue] = await Promise.all([readGroups(directory, groupIdsOf(body)), readCatalogue(registry.storage)])
    const after = checkedPolicy({ groups, catalogue }, settings, body)
    const before = withGroupNames(settings.policy, await readGroups(directory, groupIdsOf(settings.policy)))
    const { first, moves, ...counts } = await previewPolicy(directory, before, after)
    const labels = settings.roleLabels
    const inWords = ({ role, grantsAccess, reason }: DerivedRole) => ({
      ...labelled(labels, role),
      grantsAccess,
      reason: sayReason(reason, shownRole(labels)),
    })
    const shown = first.map(({ id, userName, from, to }) => ({ id, userName, from: inWords(from), to: inWords(to) }))
    return { status: 200, body: { ...counts, moves: moves.map(labelledMove(labels)), first: shown } }
  },
)

const labelledMove =
  (labels: RoleLabels) =>
  ({ from, to, count }: { readonly from: string; readonly to: string; readonly count: number }) => {
    const [fromLabel, toLabel] = [from, to].map((role) => labelled(labels, role).label)
    return { from, ...(fromLabel !== undefined && { fromLabel }), to, ...(toLabel !== undefined && { toLabel }), count }
  }

/**
 * What was sent as a policy, with its rules checked.
 * @throws Problem 400 that names every wrong field
 */
function checkedPolicy({ groups, catalogue }: Known, settings: TenantSettings, sent: PolicySent): Policy {
  const { policy: current, roleLabels, types } = settings
  const unknown: WrongField[] = [...wrongRoles(catalogue, current, sent), ...namedAsLabels(roleLabels, sent)]
  const rules = checkedRules(sent.rules, { groups, type: types.User }, current, (field) => unknown.push(field))
  const checked = policySchema.safeParse({
    ...sent,
    grantsAccess: granted(catalogue, current, sent),
    rules,
  })
  if (checked.success && unknown.length === 0) return checked.data
  const issues = checked.error?.issues ?? []
  const wrong = issues
    .map(({ path, message }) => ({ path: path.map((part) => `/${String(part)}`).join(''), detail: message }))
    .filter(({ path }) => !unknown.some((field) => field.path === path))
  throw invalid([...unknown, ...wrong])
}

interface Known {
  readonly groups: Groups
  readonly catalogue: Catalogue
}

const grantedNow = ({ roles, grantsAccess }: Policy) => grantsAccess.filter((name) => roles.includes(name))

/** Roles that the product does not know, where it knows all; and those said to let people in that do not. */
function wrongRoles({ roles: known, freeText }: Catalogue, current: Policy, { roles, grantsAccess }: PolicySent): WrongField[] {
  const wrong: WrongField[] = []
  for (const [index, name] of roles.entries()) {
    const same = known.find((role) => foldCase(role.name) === foldCase(name))
    if (same !== undefined && same.name !== name) wrong.push({ path: `/roles/${index}`, detail: `is spelled ${same.name}` })
    if (same === undefined && !freeText && !current.roles.includes(name))
      wrong.push({ path: `/roles/${index}`, detail: `is no role of the product. Choose among ${namesOfRoles(known)}` })
  }
  for (const [index, name] of grantsAccess.entries()) {
    const path = `/grantsAccess/${index}`
    if (!roles.includes(name)) wrong.push({ path, detail: 'is not one of roles' })
    if (known.some((role) => role.name === name && !role.grantsAccess))
      wrong.push({ path, detail: 'is a role of the product that lets nobody in' })
  }
  return wrong
}

/** A name under which people here know another role already. */
const namedAsLabels = (labels: RoleLabels, { roles }: PolicySent): WrongField[] =>
  roles.flatMap((name, index): WrongField[] => {
    const other = labels.find(({ role, label }) => role !== name && roles.includes(role) && foldCase(label) === foldCase(name))
    return other === undefined ? [] : [{ path: `/roles/${index}`, detail: `is what ${other.role} is called here` }]
  })

const namesOfRoles = (roles: Catalogue['roles']) => roles.map(({ name }) => name).join(', ')

/** What lets people in: by the catalogue, else as the tenant says. Roles that are gone keep it, for who is locked to one. */
function granted({ roles: known }: Catalogue, current: Policy, { roles, grantsAccess }: PolicySent): string[] {
  const byName = new Map(known.map((role) => [role.name, role.grantsAccess]))
  const gone = current.grantsAccess.filter((name) => !roles.includes(name))
  return [...roles.filter((name) => byName.get(name) ?? grantsAccess.includes(name)), ...gone].slice(0, MAX_GRANTS)
}

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
  { policy, roleLabels: labels, version: saved, inheritsRoles, superTenant }: TenantSettings,
  known?: Groups,
): Promise<z.infer<typeof policyShown>> {
  const groups = known ?? (await readGroups(directory, groupIdsOf(policy)))
  const rules = await inParallel(policy.rules, PARALLEL_READS, (rule) => showRule(directory, rule, { groups, labels }))
  const from = superTenant === null ? {} : inheritsRoles ? { inheritedFrom: superTenant } : { canInheritFrom: superTenant }
  return {
    version: saved,
    ...from,
    roles: policy.roles,
    grantsAccess: grantedNow(policy),
    labels: labels.filter(({ role }) => policy.roles.includes(role)),
    defaultRole: policy.defaultRole,
    rules,
  }
}

export const roleOperations: readonly Operation[] = [read, save, preview]
