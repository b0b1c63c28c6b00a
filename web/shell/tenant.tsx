import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { SessionFacts } from '../session/session'

/** The tenant that a page is about, and what the person may do there. */
export interface TenantPage {
  readonly slug: string
  readonly name: string
  readonly tenantUrl: string
  /** Whether the readers of its changes are held. */
  readonly paused: boolean
  readonly session: SessionFacts
  /** May change the tenant, not only look at it. */
  readonly isAdmin: boolean
  readonly isOperator: boolean
  /** May do what only an operator with the role Admin may. */
  readonly isOperatorAdmin: boolean
  /** Reads name, state and branding again, which stand around every page. */
  readonly reload: () => Promise<void>
}

export const TenantContext = createContext<TenantPage | undefined>(undefined)

export function useTenant(): TenantPage {
  const tenant = useContext(TenantContext)
  if (tenant === undefined) throw new Error('This belongs inside of a tenant.')
  return tenant
}

/** The path parameters of every operation on the tenant. */
export const pathOf = ({ slug: tenant }: TenantPage) => ({ tenant })
