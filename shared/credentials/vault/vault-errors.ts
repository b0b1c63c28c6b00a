import type { RestError } from '@azure/keyvault-secrets'
import { VaultForbidden, VaultUnavailable } from '../../http/outage'

const MAX_RETRY_AFTER_SECONDS = 60

/** As the SDK's own function of this name, without loading the SDK. */
export function isRestError(error: unknown): error is RestError {
  return error instanceof Error && error.name === 'RestError'
}

/** What @azure/identity throws when it gets no token. */
const SIGN_IN_ERRORS = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
])

/** Sorts what reading a secret threw into: no answer, a refusal, anything else. */
export function vaultError(error: unknown, name: string): Error {
  if (!(error instanceof Error)) return new Error(`Reading the secret ${name} failed.`, { cause: error })
  if (error.name === 'AbortError') return new VaultUnavailable('Key Vault did not answer in time.', { cause: error })
  if (isRestError(error) && error.code === 'PARSE_ERROR') {
    // No cause: its message quotes the body, and the body may hold the token.
    return new VaultUnavailable('Key Vault answered with something that is not JSON.')
  }
  const status = statusOf(error)
  // A lost or refused connection is a RestError that has no status.
  if (isOutage(status) || (isRestError(error) && status === undefined)) {
    const message = status === undefined ? 'Key Vault could not be reached.' : `Key Vault answered ${status}.`
    return new VaultUnavailable(message, { cause: error, retryAfterSeconds: retryAfterSeconds(error) })
  }
  if (SIGN_IN_ERRORS.has(error.name)) {
    return new VaultForbidden('The app could not sign in to Key Vault: check its managed identity.', { cause: error })
  }
  if (status === 401 || status === 403) {
    const remedy = 'it needs the role "Key Vault Secrets User", and the vault\'s firewall must admit it'
    return new VaultForbidden(`Key Vault refused the app's identity the secret ${name} (${status}): ${remedy}.`, { cause: error })
  }
  return error
}

function statusOf(error: Error): number | undefined {
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined
}

function isOutage(status: number | undefined): boolean {
  return status !== undefined && (status === 408 || status === 429 || status >= 500)
}

function retryAfterSeconds(error: Error): number | undefined {
  const header = isRestError(error) ? error.response?.headers.get('retry-after') : undefined
  return header !== undefined && /^[1-9]\d*$/.test(header) ? Math.min(Number(header), MAX_RETRY_AFTER_SECONDS) : undefined
}
