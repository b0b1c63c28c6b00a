import { Header } from '../../shell/header'
import type { SessionFacts } from '../../session/session'
import { Page } from '../../ui/layout'
import { Sections } from '../../ui/sections'
import { AllTenantsKeys } from '../settings/product-keys'
import { RoleCatalogue } from './role-catalogue'
import { TenantList } from './tenant-list'

const BASE = '/console/tenants'
const ENTRIES = [
  { path: '', title: 'All tenants', to: BASE },
  { path: 'keys', title: 'Product keys', to: `${BASE}/keys` },
  { path: 'roles', title: 'Roles of the product', to: `${BASE}/roles` },
] as const

/** What is no single tenant's: for operators alone. */
export function OperatorPages({ session, section }: { readonly session: SessionFacts; readonly section: string }) {
  const isAdmin = session.may.includes('operatorAdmin')
  const { path } = ENTRIES.find((entry) => entry.path === section) ?? ENTRIES[0]
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Header session={session} />
      <main class="main main-alone" id="main" tabIndex={-1}>
        <Page title="Tenants" lead="Each customer's directory is a tenant of its own; nothing of one is reachable from another.">
          <Sections label="Tenants" entries={ENTRIES} current={path}>
            {path === '' && <TenantList isAdmin={isAdmin} />}
            {path === 'keys' && <AllTenantsKeys isAdmin={isAdmin} />}
            {path === 'roles' && <RoleCatalogue isAdmin={isAdmin} />}
          </Sections>
        </Page>
      </main>
    </>
  )
}
