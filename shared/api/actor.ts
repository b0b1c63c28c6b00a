import type { AuditBy } from '../audit/record'
import { absent, readOnly } from './problem'

/** What a key of the product may do. */
export const PRODUCT_SCOPES = ['people:read', 'changes:read', 'product-id:write', 'person:erase'] as const
export type ProductScope = (typeof PRODUCT_SCOPES)[number]

export const isProductScope = (text: string): text is ProductScope => PRODUCT_SCOPES.some((scope) => scope === text)

/**
 * Who may: an operator signs in with Entra ID and may use every tenant; a setup link opens one tenant. An administrator
 * may all that a reader may, an operator all that a tenant's administrator may. The vendor's product has keys of its own,
 * and each of its operations asks for a scope.
 */
export type Access = 'open' | 'tenantReader' | 'tenantAdmin' | 'operatorReader' | 'operatorAdmin' | ProductScope

/** Who asks, after the sign-in was checked. */
export type Actor =
  /** Signed in with Entra ID by an app role of the operator's own tenant. */
  | {
      readonly kind: 'operator'
      readonly role: 'admin' | 'reader'
      /** Object id in Entra ID. */
      readonly id: string
      readonly name: string
    }
  /** Came by a setup link, which opens one tenant. */
  | {
      readonly kind: 'link'
      readonly role: 'admin' | 'reader'
      readonly name: string
      readonly tenant: string
      /** Of the link. */
      readonly id: string
      readonly sessionId: string
      /** Milliseconds since the epoch. */
      readonly expiresAt: number
    }
  /** The vendor's product, by a key that was found to open the tenant of the request. */
  | {
      readonly kind: 'product'
      readonly role: 'reader'
      /** Of the key. */
      readonly id: string
      readonly name: string
      readonly scopes: readonly ProductScope[]
    }

/** The actor as a record of the audit names it. */
export const byOf = ({ kind, id, name }: Actor): AuditBy => ({ kind, id, name })

export const noSuchTenant = () => absent('There is no such tenant, or your sign-in does not open it.')

type Right = Exclude<Access, 'open' | ProductScope>

/** Who has which right; docs/management.md says the same in a table, and a test tries every operation by it. */
export const RIGHTS: Readonly<Record<Right, readonly `${'operator' | 'link'} ${'admin' | 'reader'}`[]>> = {
  tenantReader: ['operator admin', 'operator reader', 'link admin', 'link reader'],
  tenantAdmin: ['operator admin', 'link admin'],
  operatorReader: ['operator admin', 'operator reader'],
  operatorAdmin: ['operator admin'],
}

/**
 * Lets the actor do it or not. A link meets every other tenant as one that does not exist.
 * @throws Problem 403 or 404 that says what is missing
 */
export function authorize(actor: Actor, access: Exclude<Access, 'open'>, tenant: string | undefined): void {
  if (isProductScope(access) || actor.kind === 'product') {
    authorizeProduct(actor, access)
    return
  }
  if (actor.kind === 'link' && tenant !== undefined && tenant !== actor.tenant) throw noSuchTenant()
  if (RIGHTS[access].includes(`${actor.kind} ${actor.role}`)) return
  if (actor.kind === 'operator') {
    throw readOnly('Your app role is Rollcall.Reader, which only reads. Rollcall.Admin may change things.')
  }
  throw readOnly(
    access === 'tenantAdmin'
      ? 'This setup link is for reading. Ask whoever made it for one of an administrator.'
      : 'Only an operator of the service may do this. A setup link opens one tenant.',
  )
}

function authorizeProduct(actor: Actor, access: Access): void {
  if (actor.kind === 'product' && actor.scopes.some((scope) => scope === access)) return
  throw readOnly(`The key lacks the scope ${access}. An operator can make one that has it.`)
}
