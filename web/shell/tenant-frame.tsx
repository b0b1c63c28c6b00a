import type { ComponentType } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { answered, api } from '../api/client'
import { useAnswer } from '../api/use-answer'
import type { SessionFacts } from '../session/session'
import { PageLink } from '../ui/button'
import { Icon, type IconName } from '../ui/icons'
import { Empty, Loaded } from '../ui/loaded'
import { Notice } from '../ui/notice'
import { Header } from './header'
import { addressOf } from './router'
import { SessionEnding } from './session-ending'
import { TenantContext, type TenantPage } from './tenant'

export interface Page {
  /** Its part of the address, behind the tenant. */
  readonly path: string
  readonly title: string
  readonly icon: IconName
  readonly Part: ComponentType
}

interface Given {
  readonly session: SessionFacts
  readonly slug: string
  /** The path of the one that is shown. */
  readonly page: string
  readonly pages: readonly Page[]
}

async function readFacts(slug: string) {
  const params = { path: { tenant: slug } }
  const [tenant, settings] = await Promise.all([
    answered(api.GET('/api/manage/tenants/{tenant}', { params })),
    answered(api.GET('/api/manage/tenants/{tenant}/settings', { params })),
  ])
  return { tenant, settings }
}

let ahead: { readonly slug: string; readonly facts: ReturnType<typeof readFacts> } | undefined

/** Asks what the frame of this tenant will need, before it is known who looks: one trip for both. */
export function readAhead(slug: string): void {
  const facts = readFacts(slug)
  ahead = { slug, facts }
  facts.catch(() => undefined) // whoever takes it is told
}

/** What was asked ahead is for the first one who comes, if it is that tenant. */
function takeFacts(slug: string): ReturnType<typeof readFacts> {
  const taken = ahead?.slug === slug ? ahead.facts : readFacts(slug)
  ahead = undefined
  return taken
}

/** A tenant's pages with their navigation. */
export function TenantFrame({ session, slug, page, pages }: Given) {
  const [isOpen, setOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  const isFirst = useRef(true)
  const frame = useAnswer(() => takeFacts(slug), [slug])
  useLayoutEffect(() => {
    setOpen(false)
    window.scrollTo(0, 0)
    // Whoever listens to the page learns that it is another one.
    if (!isFirst.current) main.current?.querySelector('h1')?.focus()
    isFirst.current = false
  }, [slug, page])
  const entry = pages.find(({ path }) => path === page)
  const { branding } = frame.data?.settings ?? {}
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Header
        session={session}
        branding={branding}
        tenantName={frame.data?.tenant.name ?? session.tenant?.name ?? slug}
        onMenu={() => setOpen(!isOpen)}
        isMenuOpen={isOpen}
      />
      <div class="frame">
        <Navigation slug={slug} page={page} pages={pages} isOpen={isOpen} support={branding?.supportAddress} />
        <main class="main" id="main" ref={main} tabIndex={-1}>
          {session.expires !== undefined && <SessionEnding expires={session.expires} />}
          <Loaded of={frame} rows={6}>
            {({ tenant }) => (
              <TenantContext.Provider value={{ ...pageOf(session, tenant), reload: frame.reload }}>
                {tenant.paused && (
                  <Notice kind="warning" title="This tenant is paused">
                    Entra ID goes on to send changes, but roles, webhooks and reports wait until an operator resumes it.
                  </Notice>
                )}
                {session.role === 'reader' && (
                  <Notice>You may look at everything here and change nothing. Ask for a link with the right to change.</Notice>
                )}
                {entry === undefined ? (
                  <Empty title="There is no such page" text="Choose one from the navigation." />
                ) : (
                  <entry.Part />
                )}
              </TenantContext.Provider>
            )}
          </Loaded>
        </main>
      </div>
    </>
  )
}

type Facts = Pick<TenantPage, 'slug' | 'name' | 'tenantUrl' | 'paused'>

function pageOf(session: SessionFacts, tenant: Facts): Omit<TenantPage, 'reload'> {
  const may = new Set(session.may)
  return {
    slug: tenant.slug,
    name: tenant.name,
    tenantUrl: tenant.tenantUrl,
    paused: tenant.paused,
    session,
    isAdmin: may.has('tenantAdmin'),
    isOperator: session.kind === 'operator',
    isOperatorAdmin: may.has('operatorAdmin'),
  }
}

function Navigation(given: Omit<Given, 'session'> & { readonly isOpen: boolean; readonly support: string | undefined }) {
  const { slug, page, pages, isOpen, support } = given
  return (
    <nav class={`nav${isOpen ? ' nav-open' : ''}`} aria-label="Pages">
      <ul>
        {pages.map(({ path, title, icon }) => (
          <li key={path}>
            <PageLink class="nav-link" to={addressOf(slug, path)} aria-current={path === page ? 'page' : undefined}>
              <Icon name={icon} />
              {title}
            </PageLink>
          </li>
        ))}
      </ul>
      {support !== undefined && (
        <p class="nav-support">
          Questions? <a href={/^https:/i.test(support) ? support : `mailto:${support}`}>{supportName(support)}</a>
        </p>
      )}
    </nav>
  )
}

const supportName = (support: string) => (/^https:/i.test(support) ? 'Help and support' : support)
