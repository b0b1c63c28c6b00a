import type { SecretClient } from '@azure/keyvault-secrets' with { 'resolution-mode': 'import' }
import type { TokenOwner } from './token-digest'
import { VaultForbidden, isRestError, vaultError } from './vault-errors'
import { connectVault, secretName, within, type VaultOptions } from './vault-tokens'

/** A version of a tenant's secret, without its value. */
export interface StoredToken {
  readonly id: string
  readonly enabled: boolean
  readonly createdAt: Date | undefined
  readonly expiresAt: Date | undefined
}

/** What an operator does to the tokens in the vault. Failures are those of vaultTokens, in words for the operator. */
export interface VaultWriter {
  /** Adds a version and answers its id. The versions before stay as they are. */
  readonly add: (owner: TokenOwner, token: string, expiresAt: Date) => Promise<string>
  /** Disables a version; false when the tenant has no such version. */
  readonly disable: (owner: TokenOwner, version: string) => Promise<boolean>
  /** Every version, newest first. */
  readonly list: (owner: TokenOwner) => Promise<readonly StoredToken[]>
}

const DEFAULT_TIMEOUT_MS = 15_000

/** Writes tenants' tokens to Key Vault. The role "Key Vault Secrets Officer" is needed. */
export function vaultWriter(options: VaultOptions): VaultWriter {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  let connecting: Promise<SecretClient> | undefined

  async function call<T>(name: string, work: (client: SecretClient, abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await within(timeoutMs, async (abortSignal) => {
        connecting ??= connectVault(options, timeoutMs)
        return work(await connecting, abortSignal)
      })
    } catch (error) {
      throw forOperator(error, name)
    }
  }

  return {
    // The client repeats a request whose answer was lost; two versions of one token then do no harm.
    add: (owner, token, expiresAt) =>
      call(secretName(owner), async (client, abortSignal) => {
        const options = { expiresOn: expiresAt, contentType: 'Rollcall token', abortSignal }
        const { properties } = await client.setSecret(secretName(owner), token, options)
        if (properties.version === undefined) throw new Error('Key Vault named no version.')
        return properties.version
      }),
    disable: (owner, version) =>
      call(secretName(owner), async (client, abortSignal) => {
        try {
          await client.updateSecretProperties(secretName(owner), version, { enabled: false, abortSignal })
          return true
        } catch (error) {
          if (isRestError(error) && error.statusCode === 404) return false
          throw error
        }
      }),
    list: (owner) => call(secretName(owner), (client, abortSignal) => listVersions(client, secretName(owner), abortSignal)),
  }
}

async function listVersions(client: SecretClient, name: string, abortSignal: AbortSignal): Promise<StoredToken[]> {
  const versions: StoredToken[] = []
  try {
    for await (const properties of client.listPropertiesOfSecretVersions(name, { abortSignal })) {
      const { version = '', enabled = true, createdOn: createdAt, expiresOn: expiresAt } = properties
      versions.push({ id: version, enabled, createdAt, expiresAt })
    }
  } catch (error) {
    if (!(isRestError(error) && error.statusCode === 404)) throw error
  }
  return versions.sort((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0))
}

function forOperator(error: unknown, name: string): Error {
  const sorted = vaultError(error, name)
  if (!(sorted instanceof VaultForbidden)) return sorted
  const status = isRestError(error) ? error.statusCode : undefined
  return new VaultForbidden(
    status === undefined
      ? 'Key Vault needs a signed-in account: run "az login" first.'
      : `Key Vault refused the signed-in account (${status}): it needs the role "Key Vault Secrets Officer", and the vault's firewall must admit this machine.`,
    { cause: error },
  )
}
