import { useAction } from '../api/use-answer'
import { Header } from '../shell/header'
import { Button } from '../ui/button'
import { Notice, ProblemNotice } from '../ui/notice'
import { operatorSignIn } from './offer'
import { beginSignIn } from './operator-sign-in'
import { lastEnding } from '../api/session-token'

/** Where one comes without a session: what opens the console, and why the last session is over. */
export function SignInPage(given: {
  /** Why the last try to come in failed. */
  readonly problem?: string | undefined
  /** Tries it once more. */
  readonly again?: (() => void) | undefined
  /** Goes on with the session that there is yet. */
  readonly goOn?: (() => void) | undefined
  /** Whoever signed in may do nothing here, so the account is asked for. */
  readonly asAnother?: boolean
}) {
  const { problem, again, goOn, asAnother = false } = given
  const signIn = operatorSignIn()
  const ending = lastEnding()
  const begin = useAction(async () => {
    if (signIn !== undefined) await beginSignIn(signIn, { asAnother: asAnother || ending === 'signed out' })
  })
  return (
    <>
      <Header session={undefined} />
      <main class="sign-in">
        <div class="card sign-in-card">
          <h1>Sign in</h1>
          {problem !== undefined && <Notice kind="error">{problem}</Notice>}
          {again !== undefined && (
            <Button kind="primary" icon="refresh" onClick={again}>
              Try again
            </Button>
          )}
          {goOn !== undefined && <Button onClick={goOn}>Go on with the session of before</Button>}
          {problem === undefined && ending === 'ended' && (
            <Notice kind="warning" title="Your session has ended">
              What was saved is there. Open your setup link again, or sign in again, to go on.
            </Notice>
          )}
          {problem === undefined && ending === 'signed out' && <Notice kind="success">You are signed out.</Notice>}
          <p>
            <strong>Do you set up provisioning for your company?</strong> Open the setup link that you were sent. It signs you in
            by itself; there is no password.
          </p>
          {signIn === undefined ? (
            <p class="field-hint">Operators cannot sign in here yet: the service has no app registration (SIGN_IN_CLIENT_ID).</p>
          ) : (
            <>
              <p>
                <strong>Do you operate this service?</strong> Use your work account.
              </p>
              <ProblemNotice problem={begin.problem} />
              <Button kind="primary" busy={begin.isRunning} onClick={() => void begin.run()}>
                {asAnother ? 'Sign in as somebody else' : 'Sign in with Entra ID'}
              </Button>
            </>
          )}
        </div>
      </main>
    </>
  )
}
