import * as z from 'zod'
import { MAX_ROLES, plainText, refuseRoleNames, roleName, type Policy } from './rules'

const MAX_DESCRIPTION_LENGTH = 300

/** One of them. */
export const knownRole = z.object({
  name: roleName,
  description: plainText(MAX_DESCRIPTION_LENGTH).describe('What it allows in the product, for the customer who chooses it'),
  grantsAccess: z.boolean().describe('Whether who has it may enter the product'),
})

/**
 * The roles that the vendor's product knows. Tenants choose among them, so the product never meets a name that it does not know;
 * others only where freeText allows them, and then the tenant says of each whether it lets anybody in.
 */
export const catalogueSchema = z
  .object({
    roles: z.array(knownRole).min(1).max(MAX_ROLES).describe('In the order in which they are offered'),
    freeText: z.boolean().describe('Whether tenants may name roles of their own'),
  })
  .superRefine(({ roles }, check) => {
    const refuse = (path: (string | number)[], message: string) => {
      check.addIssue({ code: 'custom', path, message })
    }
    refuseRoleNames(
      roles.map(({ name }) => name),
      (path, message) => {
        refuse([...path, 'name'], message)
      },
    )
    if (roles.every(({ grantsAccess }) => grantsAccess))
      refuse(['roles'], 'One role has to let nobody in: people whom no rule names have it in a new tenant')
  })

export type Catalogue = z.infer<typeof catalogueSchema>

/** What holds until an operator says what the product knows. */
export const defaultCatalogue: Catalogue = {
  roles: [
    { name: 'User', description: 'May use the product.', grantsAccess: true },
    { name: 'No access', description: 'May not enter the product.', grantsAccess: false },
  ],
  freeText: true,
}

/** What a new tenant begins with: nobody gets in before its administrator makes a rule. */
export function firstPolicy({ roles }: Catalogue): Policy {
  const closed = roles.find(({ grantsAccess }) => !grantsAccess)
  if (closed === undefined) throw new Error('A catalogue has a role that lets nobody in.')
  return {
    roles: roles.map(({ name }) => name),
    grantsAccess: roles.filter(({ grantsAccess }) => grantsAccess).map(({ name }) => name),
    defaultRole: closed.name,
    rules: [],
  }
}

/** The policy of a tenant until its administrator saves one, where no operator has said what the product knows. */
export const defaultPolicy = firstPolicy(defaultCatalogue)
