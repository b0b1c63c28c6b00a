import * as z from 'zod'
import { MAX_ROLES, roleName } from './rules'

/**
 * What a tenant's people call its roles, by the name that the product knows. For the eyes of the customer alone: nothing that the
 * product reads has a label.
 */
export const roleLabels = z.array(z.object({ role: z.string(), label: roleName })).max(MAX_ROLES)

export type RoleLabels = Readonly<z.infer<typeof roleLabels>>

/** Of the label in answers of the management API. */
export const labelShown = z
  .string()
  .optional()
  .describe('What the tenant calls the role, where it has given it a label. The product does not see it')

/** The name of a role beside its label, if it has one, as answers of the management API carry it. */
export function labelled(labels: RoleLabels, role: string): { readonly role: string; readonly label?: string } {
  const label = labels.find((one) => one.role === role)?.label
  return { role, ...(label !== undefined && { label }) }
}

/** A role in a sentence for the customer. */
export const shownRole =
  (labels: RoleLabels) =>
  (role: string): string =>
    labelled(labels, role).label ?? role
