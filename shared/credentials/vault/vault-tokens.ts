// The types that a dynamic import gives: this package describes its two module formats apart.
import type { SecretClient, SecretProperties } from '@azure/keyvault-secrets' with { 'resolution-mode': 'import' }
import { digestFromHex, digestToHex, storedTokenDigest, type ReadTokens, type TokenVersion } from '../tokens/token-digest'
import { newestFirst, partTokens, versionsOf, versionOf, type TokenFacts } from '../tokens/token-store'
import { connectVault, secretName, within, type VaultOptions } from './vault-client'
import { isRestError, vaultError } from './vault-errors'

/**
 * Reads a tenant's tokens from Key Vault. Live are the five newest versions that are enabled and not expired; dead ones are
 * known where a tag has their digest, so their values are never asked for. The SDK is loaded and one client made on first
 * use: a client's first request costs an extra round trip, for the vault's challenge.
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
      const { live, dead } = partTokens(await listVersions(client, name, abortSignal), now())
      const versions = await Promise.all(live.map((facts) => tokenVersion(client, { name, facts, abortSignal })))
      return { live: versions.filter((version) => version !== undefined), dead: versionsOf(dead) }
    }
    try {
      return await within(timeoutMs, readVersions)
    } catch (error) {
      throw vaultError(error, name)
    }
  }
}

/** Every version of the secret, newest first; none where there is no such secret. Key Vault lists them in no order. */
export async function listVersions(client: SecretClient, name: string, abortSignal: AbortSignal): Promise<TokenFacts[]> {
  const versions: TokenFacts[] = []
  try {
    for await (const properties of client.listPropertiesOfSecretVersions(name, { abortSignal })) {
      abortSignal.throwIfAborted()
      versions.push(factsOf(properties))
    }
  } catch (error) {
    if (isRestError(error) && error.statusCode === 404) return []
    throw error
  }
  return newestFirst(versions)
}

/** What the tags of a version say. The digest of 256 random bits gives nothing away to those who may list versions but not read them. */
export function tagsOf({ label, lastFour, replaces, digest }: Omit<TokenFacts, 'id' | 'createdAt'>): Record<string, string> {
  return {
    ...(label !== undefined && { label }),
    ...(lastFour !== undefined && { lastFour }),
    ...(replaces !== undefined && { replaces }),
    ...(digest !== undefined && { sha256: digestToHex(digest) }),
  }
}

/** Whoever sets a secret by hand may give it any tags, or none. */
export function factsOf({ version = '', enabled = true, tags = {}, ...properties }: SecretProperties): TokenFacts {
  const tag = (name: string) => (Object.hasOwn(tags, name) ? tags[name] : undefined)
  return {
    id: version,
    label: tag('label'),
    lastFour: tag('lastFour')?.slice(-4),
    createdAt: properties.createdOn?.getTime(),
    notBefore: properties.notBefore?.getTime(),
    expiresAt: properties.expiresOn?.getTime(),
    enabled,
    replaces: tag('replaces'),
    digest: digestFromHex(tag('sha256')),
  }
}

/** The value decides, whatever the digest in a tag says. */
async function tokenVersion(
  client: SecretClient,
  { name, facts, abortSignal }: { readonly name: string; readonly facts: TokenFacts; readonly abortSignal: AbortSignal },
): Promise<TokenVersion | undefined> {
  let value: string | undefined
  try {
    value = (await client.getSecret(name, { version: facts.id, abortSignal })).value
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
  const digest = storedTokenDigest(value ?? '', `The secret ${name}`)
  return digest && versionOf(facts, digest)
}

/** Deleted or disabled after the list was read. A disabled version answers 403, as a missing role does. */
export function isGone(error: unknown): boolean {
  if (!isRestError(error)) return false
  const details = error.details as { error?: { innerError?: { code?: string } } } | undefined
  return error.statusCode === 404 || (error.statusCode === 403 && details?.error?.innerError?.code === 'SecretDisabled')
}
