import { httpUrl, UsageError, wholeNumber } from '../flags'
import type { SignIn } from './sign-in'

/** The environment variable that holds the client secret: what stands on a command line is seen by every process. */
const SECRET_VARIABLE = 'SCIM_CLIENT_SECRET'

export const SIGN_IN_HELP = `  --token <token>            the Secret Token
  --auth <method>            bearer (default), client-credentials or federation
  --token-endpoint <url>     where access tokens are given, with the two OAuth methods
  --client-id <id>           the client's id there
  --credentials <where>      header (default) or body; the secret itself is in ${SECRET_VARIABLE}
  --issuer-port <n>          loopback port of the issuer that signs for federation (default 7081)`

export const SIGN_IN_FLAGS = {
  token: { type: 'string' },
  auth: { type: 'string', default: 'bearer' },
  'token-endpoint': { type: 'string' },
  'client-id': { type: 'string' },
  credentials: { type: 'string', default: 'header' },
  'issuer-port': { type: 'string', default: '7081' },
} as const

interface Flags {
  readonly token?: string | undefined
  readonly auth: string
  readonly 'token-endpoint'?: string | undefined
  readonly 'client-id'?: string | undefined
  readonly credentials: string
  readonly 'issuer-port': string
}

function given(flag: string, value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new UsageError(`${flag} is missing: give the ${what}.`)
  return value
}

/**
 * How to sign in, by the flags.
 * @throws UsageError with one sentence, which holds no secret
 */
export function parseSignIn(flags: Flags, environment: Readonly<Record<string, string | undefined>> = process.env): SignIn {
  const { auth, credentials } = flags
  if (auth === 'bearer') return { method: auth, token: given('--token', flags.token, 'Secret Token') }
  if (auth !== 'client-credentials' && auth !== 'federation')
    throw new UsageError('--auth takes bearer, client-credentials or federation.')
  const endpoint = httpUrl('token-endpoint', flags['token-endpoint'], 'address of the token endpoint')
  const clientId = given('--client-id', flags['client-id'], 'client id')
  if (auth === 'federation')
    return { method: auth, endpoint, clientId, issuerPort: wholeNumber('issuer-port', flags['issuer-port'], 0, 65_535) }
  if (credentials !== 'header' && credentials !== 'body') throw new UsageError('--credentials takes header or body.')
  const secret = given(`The environment variable ${SECRET_VARIABLE}`, environment[SECRET_VARIABLE], 'client secret')
  return { method: auth, endpoint, clientId, credentials, secret }
}
