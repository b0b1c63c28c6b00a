import { useEffect, useState } from 'preact/hooks'
import { answered, api } from './api/client'
import { asProblem } from './api/problem'
import { useAnswer } from './api/use-answer'
import { isSigningIn, operatorSignIn } from './session/offer'
import { keepSession, useHasSession, type SessionFacts } from './session/session'
import { SignInPage } from './session/sign-in-page'
import { addressOf } from './shell/pages'
import { go, useAddress } from './shell/router'
import { TenantFrame } from './shell/tenant-frame'
import { Loaded, Skeleton } from './ui/loaded'
import { Toasts } from './ui/toast'

/** The whole console: first who looks, then what the address names. */
export function App() {
  const [hasSession, look] = useHasSession()
  const [arrival, setArrival] = useState<{ isDone: boolean; problem?: string }>({ isDone: !isArriving() })
  useEffect(() => {
    if (arrival.isDone) return
    arrive().then(
      () => {
        look()
        setArrival({ isDone: true })
      },
      (error: unknown) => {
        setArrival({ isDone: true, problem: error instanceof Error ? error.message : asProblem(error).message })
      },
    )
  }, [])
  return (
    <>
      {!arrival.isDone ? <Waiting /> : hasSession ? <SignedIn /> : <SignInPage problem={arrival.problem} />}
      <Toasts />
    </>
  )
}

const LINK = '#link='
const isArriving = () => location.hash.startsWith(LINK) || isSigningIn()

/** Comes by a setup link or back from Entra ID, and takes what signs in out of the address at once. */
async function arrive(): Promise<void> {
  if (location.hash.startsWith(LINK)) {
    const link = location.hash.slice(LINK.length)
    history.replaceState(null, '', location.pathname)
    const { token } = await answered(api.POST('/api/manage/session', { body: { link } }))
    keepSession(token)
    return
  }
  const signIn = operatorSignIn()
  if (signIn === undefined) throw new Error('Operators cannot sign in here.')
  const { finishSignIn } = await import('./session/operator-sign-in')
  go(await finishSignIn(signIn), { replace: true })
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

function SignedIn() {
  const session = useAnswer(() => answered(api.GET('/api/manage/session')), [])
  return <Loaded of={session}>{(facts) => <Addressed session={facts} />}</Loaded>
}

function Addressed({ session }: { readonly session: SessionFacts }) {
  const { path } = useAddress()
  const [first, slug, page = 'connect'] = path
  const own = session.tenant?.slug
  const isElsewhere = own !== undefined && (first !== 't' || slug !== own)
  useEffect(() => {
    if (isElsewhere) go(addressOf(own, 'connect'), { replace: true })
  }, [isElsewhere, own])
  if (isElsewhere) return null
  if (first === 't' && slug !== undefined) return <TenantFrame key={slug} session={session} slug={slug} page={page} />
  return null
}
