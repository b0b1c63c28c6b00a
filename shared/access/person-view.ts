import * as z from 'zod'
import type { DirectoryContext } from '../directory/context'
import type { SuperTenant } from '../directory/context'
import type { Document } from '../directory/documents/document'
import { readGroupNames } from '../directory/memberships/group-names'
import { managerName } from '../directory/documents/managed'
import { labelled, labelShown, shownRole, type RoleLabels } from '../roles/labels'
import { isActive, type DerivedRole, type Reason, type RuleCause } from '../roles/derive'
import { sayReason } from '../roles/say-reason'
import { isObject, own, type JsonObject } from '../scim/json'
import { time } from '../api/page'

export const personId = z.object({ id: z.string().max(64).describe('As SCIM gives it, 32 hex digits') })

/** What a rule looked at; which of them are there, `ruleKind` says. */
const cause = {
  ruleKind: z.enum(['group', 'appRole', 'attribute']),
  groupId: z.string().optional(),
  groupName: z.string().optional(),
  appRole: z.string().optional(),
  attribute: z.string().optional(),
  value: z.string().optional(),
}

export const ruleMatch = z.object({ ruleId: z.string(), ...cause, role: z.string(), label: labelShown }).meta({ id: 'RuleMatch' })

const reasonShown = z
  .object({
    kind: z.enum(['inactive', 'staged', 'locked', 'rule', 'default', 'deleted']),
    words: z.string(),
    by: z.string().optional().describe('Who set the lock'),
    at: time.optional().describe('When the lock was set'),
    would: z.string().optional().describe('The role without the lock'),
    ruleId: z.string().optional(),
    ...cause,
    ruleKind: cause.ruleKind.optional(),
    others: z.array(ruleMatch).optional().describe('Rules further down that match as well, the first ten'),
    more: z.int().optional().describe('How many more match'),
  })
  .meta({ id: 'Reason' })

const lockShown = z.object({ role: z.string(), label: labelShown, by: z.string(), at: time }).meta({ id: 'Lock' })

/** Another tenant, as one is told of it. */
export const tenantName = z.object({ slug: z.string(), name: z.string() }).meta({ id: 'TenantName' })

export const managedBy = tenantName.optional().describe('Of a copy: the super tenant that manages it')

export const personShown = z
  .object({
    id: z.string(),
    userName: z.string(),
    displayName: z.string().optional(),
    email: z.string().optional().describe('The primary address, else the one for work, else the first'),
    active: z.boolean(),
    role: z.string().describe('Disabled and Pending are reserved for the inactive and for those who wait for a release'),
    label: labelShown,
    grantsAccess: z.boolean().describe('Whether the role lets the person into the product'),
    reason: reasonShown,
    lock: lockShown.optional(),
    productId: z.string().optional(),
    staged: z.boolean().describe('Waits for a release'),
    managedBy,
    lastModified: time,
  })
  .meta({ id: 'Person' })

/** A person with the role that holds now. */
export type Derived = DerivedRole & {
  readonly document: Document
  readonly groupIds: readonly string[]
  readonly managedBy?: SuperTenant | undefined
}

/** @param labels the tenant's own, of its roles */
export function showPerson(
  { document, role, grantsAccess, reason, managedBy: manager }: Derived,
  labels: RoleLabels,
): z.infer<typeof personShown> {
  const { id, attributes, access, lastModified } = document
  const { lock, productId, staged = false } = access
  const [displayName, email] = [textOf(attributes, 'displayName'), emailOf(attributes)]
  return {
    id,
    userName: textOf(attributes, 'userName') ?? '',
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && { email }),
    active: isActive(attributes),
    ...labelled(labels, role),
    grantsAccess,
    reason: showReason(reason, labels),
    ...(lock !== undefined && { lock: { ...lock, ...labelled(labels, lock.role) } }),
    ...(productId !== undefined && { productId }),
    staged,
    ...(manager !== undefined && { managedBy: manager }),
    lastModified,
  }
}

function showReason(reason: Reason, labels: RoleLabels): z.infer<typeof reasonShown> {
  const words = sayReason(reason, shownRole(labels))
  if (reason.kind !== 'rule') return { ...reason, words }
  return { ...reason, others: reason.others.map((other) => ({ ...other, ...labelled(labels, other.role) })), words }
}

export function textOf(attributes: JsonObject, name: string): string | undefined {
  const value = own(attributes, name)
  return typeof value === 'string' ? value : undefined
}

export function emailOf(attributes: JsonObject): string | undefined {
  const entries = own(attributes, 'emails')
  const emails = Array.isArray(entries) ? entries.filter(isObject) : []
  const email =
    emails.find((entry) => own(entry, 'primary') === true) ?? emails.find((entry) => own(entry, 'type') === 'work') ?? emails[0]
  return email && textOf(email, 'value')
}

/** A rule keeps the name that its group had when the rules were saved; reasons are told with the one of now. Copies with who manages them. */
export async function withNamesOfNow(context: DirectoryContext, found: readonly Derived[]): Promise<Derived[]> {
  const people = found.map((person) => ({ ...person, managedBy: managerName(context, person.document) }))
  const ruled = people.flatMap(({ reason }) => (reason.kind === 'rule' ? [reason, ...reason.others] : []))
  const groupIds = ruled.flatMap((one) => (one.ruleKind === 'group' ? [one.groupId] : []))
  if (groupIds.length === 0) return people
  const names = await readGroupNames(context.table, groupIds)
  const renamed = <T extends RuleCause>(one: T): T =>
    one.ruleKind === 'group' ? { ...one, groupName: names.get(one.groupId) ?? one.groupName } : one
  return people.map((person) => {
    const { reason } = person
    if (reason.kind !== 'rule') return person
    return { ...person, reason: { ...renamed(reason), others: reason.others.map(renamed) } }
  })
}
