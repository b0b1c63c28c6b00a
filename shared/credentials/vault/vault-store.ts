import type { SecretClient } from '@azure/keyvault-secrets' with { 'resolution-mode': 'import' }
import { digestToHex, digestToKeep, tokenDigest, type TokenOwner } from '../tokens/token-digest'
import { factsToAdd, TokenRefused, valueToAdd, type NewToken, type TokenFacts, type TokenStore } from '../tokens/token-store'
import { connectVault, secretName, within, type VaultOptions } from './vault-client'
import { VaultForbidden } from '../../http/outage'
import { isRestError, vaultError } from './vault-errors'
import { factsOf, listVersions, tagsOf, vaultTokens } from './vault-tokens'

export interface VaultStoreOptions extends VaultOptions {
  /** Time for one listing or change; 15,000 unless given. */
  readonly changeTimeoutMs?: number
  /** Whose sign-in it is, for the words of a refusal; the app unless given. */
  readonly actor?: keyof typeof REMEDIES
}

const DEFAULT_CHANGE_TIMEOUT_MS = 15_000

const REMEDIES = {
  app: {
    signIn: 'The app could not sign in to Key Vault: check its managed identity.',
    refused: "Key Vault refused the app's identity",
    firewall: 'must admit it',
  },
  operator: {
    signIn: 'Key Vault needs a signed-in account: run "az login" first.',
    refused: 'Key Vault refused the signed-in account',
    firewall: 'must admit this machine',
  },
}

interface Call {
  readonly client: SecretClient
  readonly name: string
  readonly abortSignal: AbortSignal
}

/**
 * Tokens in Key Vault: a version of the tenant's secret for each, which holds the token's digest and not the token; its tags describe it. All but `read` needs the role "Key
 * Vault Secrets Officer".
 */
export function vaultStore(options: VaultStoreOptions): TokenStore {
  const { changeTimeoutMs = DEFAULT_CHANGE_TIMEOUT_MS, actor = 'app', now = Date.now } = options
  let connecting: Promise<SecretClient> | undefined

  async function call<T>(owner: TokenOwner, work: (call: Call) => Promise<T>): Promise<T> {
    const name = secretName(owner)
    try {
      return await within(changeTimeoutMs, async (abortSignal) => {
        connecting ??= connectVault(options, changeTimeoutMs)
        return work({ client: await connecting, name, abortSignal })
      })
    } catch (error) {
      throw inWordsFor(actor, error, name)
    }
  }

  return {
    read: vaultTokens(options),
    list: (owner) => call(owner, ({ client, name, abortSignal }) => listVersions(client, name, abortSignal)),
    add: (owner, token) => call(owner, (vault) => add(vault, token, now())),
    disable: (owner, id) => call(owner, (vault) => disable(vault, id)),
  }
}

async function add({ client, name, abortSignal }: Call, token: NewToken, now: number) {
  const value = valueToAdd(token, await listVersions(client, name, abortSignal), now)
  // A made-up token could be guessed from its digest, which more people may see than may read the secret.
  const digest = token.value === undefined ? tokenDigest(value) : undefined
  const { properties } = await client.setSecret(name, digestToKeep(value), {
    expiresOn: new Date(token.expiresAt),
    contentType: 'Rollcall token',
    tags: tagsOf({ ...factsToAdd(token, value), digest }),
    abortSignal,
  })
  if (properties.version === undefined) throw new Error('Key Vault named no version.')
  return { value, facts: factsOf(properties) }
}

/** The client repeats an addition whose answer was lost, so one token may stand in two versions: both end. */
async function disable({ client, name, abortSignal }: Call, id: string): Promise<void> {
  const versions = await listVersions(client, name, abortSignal)
  const meant = versions.find((version) => version.id === id)
  if (meant === undefined) throw new TokenRefused('unknown')
  const text = textOf(meant)
  const same = versions.filter((version) => version.id === id || (text !== undefined && textOf(version) === text))
  for (const version of same) await client.updateSecretProperties(name, version.id, { enabled: false, abortSignal })
}

const textOf = ({ digest }: TokenFacts) => digest && digestToHex(digest)

function inWordsFor(actor: keyof typeof REMEDIES, error: unknown, name: string): Error {
  const sorted = vaultError(error, name)
  if (!(sorted instanceof VaultForbidden)) return sorted
  const status = isRestError(error) ? error.statusCode : undefined
  const { signIn, refused, firewall } = REMEDIES[actor]
  const message =
    status === undefined
      ? signIn
      : `${refused} (${status}): it needs the role "Key Vault Secrets Officer", and the vault's firewall ${firewall}.`
  return new VaultForbidden(message, { cause: error })
}
