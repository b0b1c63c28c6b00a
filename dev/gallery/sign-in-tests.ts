import { TokenRefused } from '../sign-in/token-endpoint'
import type { TokenAnswer } from '../sign-in/token-endpoint'
import { NotApplicable, Unmet } from './outcome'
import type { Requirement } from './requirement'
import type { Run } from './run'

const LEAST_MINUTES = 60
const MOST_MINUTES = 360

const CHANGE = {
  credentials:
    'Give the client a token by grant_type=client_credentials; its id and secret come form-encoded in the Basic header, or in the body.',
  federation:
    'Give a token for a client_assertion of type jwt-bearer whose signature and claims fit the trust record, each time until the assertion ends.',
}

/** @throws NotApplicable when the run signs in by another method */
function need(run: Run, method: Run['tokens']['method']): void {
  const { method: used } = run.tokens
  if (used !== method)
    throw new NotApplicable(`The run signs in by ${used} (--auth ${method}). A listing needs one of the two tests.`)
}

async function fetched(run: Run, change: string): Promise<TokenAnswer> {
  try {
    return await run.tokens.fresh()
  } catch (error) {
    throw error instanceof TokenRefused ? new Unmet(error.message, change) : error
  }
}

/** @throws Unmet unless the endpoint answers whoever has the token */
async function mustOpen(run: Run, { accessToken }: TokenAnswer): Promise<void> {
  const answer = await run.visit(accessToken, { method: 'GET', path: '/Users', query: [['count', '1']] })
  if (answer?.status === 200) return
  throw new Unmet(
    `GET /Users with the token that was just given: wanted 200, came ${answer?.status ?? 'no answer'}.`,
    'Accept at the SCIM endpoint what the token endpoint gives.',
  )
}

async function validateCredentials(run: Run): Promise<void> {
  need(run, 'client-credentials')
  const answer = await fetched(run, CHANGE.credentials)
  const minutes = (answer.expiresInSeconds ?? 0) / 60
  if (minutes < LEAST_MINUTES || minutes > MOST_MINUTES)
    throw new Unmet(
      answer.expiresInSeconds === undefined ? 'expires_in is missing.' : `The token lives ${minutes.toFixed(0)} minutes.`,
      `Let access tokens live ${LEAST_MINUTES} to ${MOST_MINUTES} minutes, and say so by expires_in, a number of seconds.`,
    )
  await mustOpen(run, answer)
}

/** Twice: Entra ID sends one assertion again and again. The life of the token is not measured: it may end with the assertion. */
async function federate(run: Run): Promise<void> {
  need(run, 'federation')
  await mustOpen(run, await fetched(run, CHANGE.federation))
  await mustOpen(run, await fetched(run, CHANGE.federation))
}

export const SIGN_IN_TESTS: readonly Requirement[] = [
  { name: 'Validate_Credentials_Test', withoutToken: true, run: validateCredentials },
  { name: 'Federated_Identity_Test', withoutToken: true, run: federate },
]
