import { randomBytes } from 'node:crypto'
// The types that a dynamic import gives: this package describes its two module formats apart.
import type { SecretClient } from '@azure/keyvault-secrets' with { 'resolution-mode': 'import' }
import { VaultForbidden } from '../../http/outage'
import type { ReadRootKeys, RootKey } from '../keys/root-keys'
import { isLive, type TokenFacts } from '../tokens/token-store'
import { connectVault, within, type VaultOptions } from './vault-client'
import { isRestError, vaultError } from './vault-errors'
import { isGone, listVersions } from './vault-tokens'

/** No tenant's secret has this name: theirs begin with `scim-token-`. */
export const ROOT_KEY_SECRET = 'rollcall-root-key'
const KEY_BYTES = 32

/**
 * Reads the root key from Key Vault: every version of its secret that is enabled and has not expired. Where there is no such
 * secret it makes one, 32 random bytes in base64url, and reads again: of two instances that do so at the same time each may find
 * two versions, of which both then count, or its own alone until it reads the next time (rootKeys says which one makes).
 * @throws VaultUnavailable on time-out, lost connection, 429 and 5xx; VaultForbidden on 401, 403, failed sign-in, and for a secret
 * that the operator has to mend: deleted, disabled as a whole, or with a value that is no key
 */
export function vaultRootKeys(options: VaultOptions): ReadRootKeys {
  const { timeoutMs = 5_000, now = Date.now } = options
  let connecting: Promise<SecretClient> | undefined
  return async () => {
    try {
      return await within(timeoutMs, async (abortSignal) => {
        connecting ??= connectVault(options, timeoutMs)
        const client = await connecting
        const versions = await listVersions(client, ROOT_KEY_SECRET, abortSignal)
        if (versions.length > 0) return await valuesOf({ client, abortSignal }, versions, now())
        await makeFirst({ client, abortSignal })
        return await valuesOf({ client, abortSignal }, await listVersions(client, ROOT_KEY_SECRET, abortSignal), now())
      })
    } catch (error) {
      throw error instanceof VaultForbidden ? error : vaultError(error, ROOT_KEY_SECRET)
    }
  }
}

interface Call {
  readonly client: SecretClient
  readonly abortSignal: AbortSignal
}

async function valuesOf(call: Call, versions: readonly TokenFacts[], now: number): Promise<readonly RootKey[]> {
  const live = versions.filter((version) => isLive(version, now))
  const keys = (await Promise.all(live.map((version) => keyOf(call, version)))).filter((key) => key !== undefined)
  // Of one second in an order that is the same everywhere.
  if (keys.length > 0) return keys.toSorted((a, b) => b.createdAt - a.createdAt || (a.version < b.version ? -1 : 1))
  throw new VaultForbidden(`The secret ${ROOT_KEY_SECRET} has no version that is enabled: enable one, or add one.`)
}

async function keyOf({ client, abortSignal }: Call, { id, createdAt = 0 }: TokenFacts): Promise<RootKey | undefined> {
  try {
    const { value = '' } = await client.getSecret(ROOT_KEY_SECRET, { version: id, abortSignal })
    const bytes = Buffer.from(value, 'base64url')
    if (bytes.length !== KEY_BYTES) {
      throw new VaultForbidden(`The version ${id} of ${ROOT_KEY_SECRET} is not ${KEY_BYTES} bytes in base64url: disable it.`)
    }
    return { version: id, bytes, createdAt }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

async function makeFirst({ client, abortSignal }: Call): Promise<void> {
  try {
    const value = randomBytes(KEY_BYTES).toString('base64url')
    await client.setSecret(ROOT_KEY_SECRET, value, { contentType: 'Rollcall root key', abortSignal })
  } catch (error) {
    const words = isRestError(error) ? REMEDIES[error.statusCode ?? 0] : undefined
    if (words === undefined) throw error
    throw new VaultForbidden(`The secret ${ROOT_KEY_SECRET} is absent, and ${words}.`, { cause: error })
  }
}

/** By what the vault answers to whoever wants to make the secret. */
const REMEDIES: Readonly<Record<number, string>> = {
  403: "the app's identity may not make it: add it by hand, as docs/operations.md says",
  409: 'its name is taken by one that was deleted: recover that one',
}
