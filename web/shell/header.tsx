import { signOut, type Answer } from '../api/client'
import type { SessionFacts } from '../session/session'
import { Button, IconButton, PageLink } from '../ui/button'
import { leaving } from './router'
import { useTheme } from './theme'

type Branding = Answer<'readSettings'>['branding']

/** The bar above everything: whose product it is, which tenant, who looks. */
export function Header({
  session,
  branding,
  tenantName,
  onMenu,
  isMenuOpen,
}: {
  readonly session: SessionFacts | undefined
  readonly branding?: Branding | undefined
  readonly tenantName?: string | undefined
  /** Opens the navigation on a narrow screen; undefined where there is none. */
  readonly onMenu?: (() => void) | undefined
  readonly isMenuOpen?: boolean
}) {
  const [theme, toggleTheme] = useTheme()
  const product = branding?.displayName ?? 'Rollcall'
  return (
    <header class="top">
      {onMenu !== undefined && (
        <span class="top-menu">
          <IconButton icon="menu" label="Navigation" expanded={isMenuOpen} onClick={onMenu} />
        </span>
      )}
      <div class="top-brand">
        {branding?.logo === undefined ? <Mark /> : <img class="top-logo" src={branding.logo} alt="" />}
        <span class="top-product">{product}</span>
        {tenantName !== undefined && <span class="top-tenant">{tenantName}</span>}
      </div>
      <div class="top-tools">
        {session?.kind === 'operator' && (
          <PageLink to="/console/tenants" kind="subtle">
            All tenants
          </PageLink>
        )}
        <IconButton
          icon={theme === 'dark' ? 'sun' : 'moon'}
          label={theme === 'dark' ? 'Light colours' : 'Dark colours'}
          onClick={toggleTheme}
        />
        {session !== undefined && (
          <>
            <span class="top-person" title={`Signed in as ${session.name}`}>
              {session.name}
            </span>
            <Button
              kind="subtle"
              icon="signOut"
              onClick={() => {
                leaving(() => {
                  signOut(session.kind)
                })
              }}
            >
              Sign out
            </Button>
          </>
        )}
      </div>
    </header>
  )
}

function Mark() {
  return (
    <svg class="top-mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M9 10.5h8M9 16h6M9 21.5h4m3.5-1 3 3 5.5-7" />
    </svg>
  )
}
