import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { answered, api } from './api/client'
import { asProblem, Problem } from './api/problem'
import { useAnswer } from './api/use-answer'
import { PAGES } from './tenant-pages'
import { isSigningIn, operatorSignIn } from './session/offer'
import { finishSignIn } from './session/operator-sign-in'
import { ENDED, keepSession, lastEnding } from './api/session-token'
import { useHasSession, type SessionFacts } from './session/session'
import { SessionPaused } from './session/session-paused'
import { SignInPage } from './session/sign-in-page'
import { lazy } from './shell/lazy'
import { addressOf, go, isGuarded, useAddress } from './shell/router'
import { readAhead, TenantFrame } from './shell/tenant-frame'
import { Loaded, Skeleton } from './ui/loaded'
import { Toasts } from './ui/toast'

/** The whole console: first who looks, then what the address names. */
export function App() {
  const [hasSession, look] = useHasSession()
  const [arrival, setArrival] = useState<Arrival>({ isDone: !isArriving() })
  const [isPaused, setPaused] = useState(false)
  const goOn = () => setArrival({ isDone: true })
  function end(): void {
    goOn() // what is over is no reason any more
    setPaused(lastEnding() === 'ended' && isGuarded())
  }
  function come(link?: string): void {
    setArrival({ isDone: false })
    setPaused(false)
    arrive(link).then(
      () => {
        look()
        goOn()
      },
      (error: unknown) => setArrival({ isDone: true, problem: asProblem(error), link }),
    )
  }
  useLayoutEffect(() => {
    if (isArriving()) come(takenLink())
    // A link that is put into the address of this very tab loads nothing by itself.
    const begin = () => {
      if (location.hash.startsWith(LINK)) come(takenLink())
    }
    window.addEventListener('hashchange', begin)
    window.addEventListener(ENDED, end)
    return () => {
      window.removeEventListener('hashchange', begin)
      window.removeEventListener(ENDED, end)
    }
  }, [])
  const { isDone, problem, link } = arrival
  const again = link !== undefined && problem !== undefined && isPassing(problem) ? () => come(link) : undefined
  return (
    <>
      {!isDone ? (
        <Waiting />
      ) : (hasSession || isPaused) && problem === undefined ? (
        <SignedIn
          isPaused={isPaused}
          onResume={() => {
            look()
            setPaused(false)
          }}
        />
      ) : (
        <SignInPage problem={problem?.message} again={again} goOn={hasSession ? goOn : undefined} />
      )}
      <Toasts />
    </>
  )
}

interface Arrival {
  readonly isDone: boolean
  readonly problem?: Problem
  /** By which somebody came whom a passing trouble kept out. */
  readonly link?: string | undefined
}

const isPassing = ({ status }: Problem) => [0, 429, 500, 503].includes(status)

const LINK = '#link='
const isArriving = () => location.hash.startsWith(LINK) || isSigningIn()

/** The link in the address, which it is taken out of at once. */
function takenLink(): string | undefined {
  if (!location.hash.startsWith(LINK)) return undefined
  const link = location.hash.slice(LINK.length)
  history.replaceState(null, '', location.pathname)
  return link
}

/** Comes by a setup link, or back from Entra ID. @throws Problem */
async function arrive(link: string | undefined): Promise<void> {
  if (link !== undefined) {
    const { token } = await answered(api.POST('/api/manage/session', { body: { link } }))
    keepSession(token)
    return
  }
  const signIn = operatorSignIn()
  if (signIn === undefined) throw new Problem(0, 'sign-in', 'Operators cannot sign in here.')
  await finishSignIn(signIn)
}

function Waiting() {
  return (
    <main class="sign-in">
      <div class="card sign-in-card">
        <h1>Signing in…</h1>
        <Skeleton rows={3} />
      </div>
    </main>
  )
}

const operator = lazy(() => import('./pages/operator/operator-pages').then(({ OperatorPages }) => OperatorPages))

/** Where the address leads, if who looks may go there. */
function placeOf([first, slug, page = 'connect']: readonly string[]) {
  if (first === 't' && slug !== undefined) return { kind: 'tenant', slug, page } as const
  return first === 'tenants' ? ({ kind: 'list', section: slug ?? '' } as const) : undefined
}

/** Asks for all that the address needs at once: who looks, the tenant, the script of the page. */
function readSession(path: readonly string[]): Promise<SessionFacts> {
  const place = placeOf(path)
  if (place?.kind === 'tenant') {
    readAhead(place.slug)
    void PAGES.find((page) => page.path === place.page)?.fetch()
  } else void operator.fetch()
  return answered(api.GET('/api/manage/session'))
}

/** `isPaused`: the session has ended, and the page has what is not saved. */
function SignedIn({ isPaused, onResume }: { readonly isPaused: boolean; readonly onResume: () => void }) {
  const { path } = useAddress()
  const session = useAnswer(() => readSession(path), [])
  const { data, problem } = session
  if (data === undefined && problem?.status === 403) return <SignInPage problem={problem.message} asAnother />
  return (
    <Loaded of={session}>
      {(facts) => (
        <>
          <Addressed session={facts} />
          {isPaused && (
            <SessionPaused
              of={facts}
              onResume={(held) => {
                session.put(held)
                onResume()
              }}
            />
          )}
        </>
      )}
    </Loaded>
  )
}

/** Once the first page stands, the scripts of the others come by themselves, so that none is waited for, nor missed after an upgrade. */
function fetchRest(): () => void {
  const timer = setTimeout(() => {
    for (const page of PAGES) void page.fetch()
  }, REST_MS)
  return () => clearTimeout(timer)
}

const REST_MS = 3_000

/** A link opens one tenant; an operator comes to the list of all first. */
function Addressed({ session }: { readonly session: SessionFacts }) {
  const place = placeOf(useAddress().path)
  const own = session.tenant?.slug
  const isOpen = place !== undefined && (own === undefined || (place.kind === 'tenant' && place.slug === own))
  const home = own === undefined ? '/console/tenants' : addressOf(own, 'connect')
  useLayoutEffect(() => {
    if (!isOpen) go(home, { replace: true })
  }, [isOpen, home])
  useEffect(fetchRest, [])
  if (!isOpen) return null
  if (place.kind === 'list') return <operator.Part session={session} section={place.section} />
  return <TenantFrame key={place.slug} session={session} slug={place.slug} page={place.page} pages={PAGES} />
}
