import type { TokenCredential } from '@azure/identity'
// The types that a dynamic import gives: this package describes its two module formats apart.
import type { SecretClient, SecretClientOptions, SecretProperties } from '@azure/keyvault-secrets' with {
  'resolution-mode': 'import',
}
import { storedTokenDigest } from './token-digest'
import { VaultUnavailable, isRestError, vaultError } from './vault-errors'
import type { ReadTokens, TokenOwner, TokenVersion } from './token-digest'

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

/** Live versions that count, the newest ones. A rotation needs two; each more costs a request in every read. */
export const MAX_VERSIONS = 5
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

/**
 * Reads a tenant's tokens from Key Vault: the five newest versions that are enabled and not expired; none when there is no
 * such secret. The SDK is loaded and one client made on first use: a client's first request costs an extra round trip, for
 * the vault's challenge.
 * @throws VaultUnavailable on time-out, lost connection, 429 and 5xx; VaultForbidden on 401, 403 and failed sign-in; Error
 * for a value that is an unresolved Key Vault reference
 */
export function vaultTokens(options: VaultOptions): ReadTokens {
  const { timeoutMs = 5_000, now = Date.now } = options
  let connecting: Promise<SecretClient> | undefined
  return async (owner) => {
    const name = secretName(owner)
    const readVersions = async (abortSignal: AbortSignal) => {
      connecting ??= connectVault(options, timeoutMs)
      const client = await connecting
      const live = await liveProperties(client, name, { abortSignal, now: now() })
      const versions = await Promise.all(live.map((properties) => tokenVersion(client, properties, abortSignal)))
      return versions.filter((version) => version !== undefined)
    }
    try {
      return await within(timeoutMs, readVersions)
    } catch (error) {
      throw vaultError(error, name)
    }
  }
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

/** A version that is not yet valid counts: it may become valid while the answer is cached. */
async function liveProperties(
  client: SecretClient,
  name: string,
  { abortSignal, now }: { readonly abortSignal: AbortSignal; readonly now: number },
): Promise<SecretProperties[]> {
  const live: SecretProperties[] = []
  try {
    for await (const properties of client.listPropertiesOfSecretVersions(name, { abortSignal })) {
      abortSignal.throwIfAborted()
      const expiresAt = properties.expiresOn?.getTime() ?? Infinity
      if (properties.enabled !== false && now < expiresAt) live.push(properties)
    }
  } catch (error) {
    if (isRestError(error) && error.statusCode === 404) return []
    throw error
  }
  // Key Vault lists versions in no order.
  const createdAt = (properties: SecretProperties) => properties.createdOn?.getTime() ?? 0
  return live.sort((a, b) => createdAt(b) - createdAt(a)).slice(0, MAX_VERSIONS)
}

async function tokenVersion(
  client: SecretClient,
  properties: SecretProperties,
  abortSignal: AbortSignal,
): Promise<TokenVersion | undefined> {
  const { name, version = '' } = properties
  let value: string | undefined
  try {
    value = (await client.getSecret(name, { version, abortSignal })).value
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
  const digest = storedTokenDigest(value ?? '', `The secret ${name}`)
  if (digest === undefined) return undefined
  return {
    id: version,
    digest,
    ...(properties.expiresOn && { expiresAt: properties.expiresOn.getTime() }),
    ...(properties.notBefore && { notBefore: properties.notBefore.getTime() }),
  }
}

/** Deleted or disabled after the list was read. A disabled version answers 403, as a missing role does. */
function isGone(error: unknown): boolean {
  if (!isRestError(error)) return false
  const details = error.details as { error?: { innerError?: { code?: string } } } | undefined
  return error.statusCode === 404 || (error.statusCode === 403 && details?.error?.innerError?.code === 'SecretDisabled')
}
