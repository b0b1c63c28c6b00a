import type { TokenCredential } from '@azure/identity'
// The types that a dynamic import gives: this package describes its two module formats apart.
import type { SecretClient, SecretClientOptions } from '@azure/keyvault-secrets' with { 'resolution-mode': 'import' }
import type { TokenOwner } from '../tokens/token-digest'
import { VaultUnavailable } from '../../http/outage'

export interface VaultOptions {
  readonly vaultUrl: string
  /** Client id of the user-assigned managed identity; without it DefaultAzureCredential looks for one. */
  readonly clientId?: string
  /** Replaces the identity. */
  readonly credential?: TokenCredential
  /** Merged over our options of SecretClient. */
  readonly client?: SecretClientOptions
  /** Time for one whole read, retries and sign-in included; 5,000 unless given. */
  readonly timeoutMs?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** Names of secrets in Key Vault: 1 to 127 of 0-9, a-z, A-Z and hyphen. */
const MAX_NAME_LENGTH = 127

/**
 * The name of the tenant's secret in the vault. Names in a purge-protected vault stay taken after deletion, so the
 * generation is part of it.
 * @throws RangeError when the owner gives no name that Key Vault allows; the client does not check names
 */
export function secretName({ slug, generation }: TokenOwner): string {
  const name = `scim-token-${slug}-${generation}`
  if (!/^[a-z0-9-]+$/.test(slug) || !Number.isSafeInteger(generation) || generation < 0 || name.length > MAX_NAME_LENGTH) {
    throw new RangeError('The slug and generation of the tenant give no name for a secret.')
  }
  return name
}

/** A client whose every request ends within timeoutMs. */
export async function connectVault(options: VaultOptions, timeoutMs: number): Promise<SecretClient> {
  const credential = options.credential ?? (await signIn(options.clientId))
  const { SecretClient } = await import('@azure/keyvault-secrets')
  return new SecretClient(options.vaultUrl, credential, {
    retryOptions: { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 },
    // SecretClient passes the abort signal to the first page of a list only (4.12), so a hung later one needs its own end.
    additionalPolicies: [
      {
        position: 'perCall',
        policy: {
          name: 'abortPolicy',
          sendRequest: (request, next) => {
            request.abortSignal ??= AbortSignal.timeout(timeoutMs)
            return next(request)
          },
        },
      },
    ],
    ...options.client,
  })
}

async function signIn(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity')
  return clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId })
}

/** Bounds the whole of the work: not every step in it heeds the signal (credentials do not). */
export async function within<T>(timeoutMs: number, work: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new VaultUnavailable(`Key Vault did not answer within ${timeoutMs} ms.`))
      abort.abort()
    }, timeoutMs)
  })
  try {
    return await Promise.race([work(abort.signal), timeout])
  } finally {
    clearTimeout(timer)
  }
}
