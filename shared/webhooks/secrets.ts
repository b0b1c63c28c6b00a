import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { DirectoryContext } from '../directory/context'
import type { TenantKey } from '../directory/keys'

/** One signing secret of an endpoint: its number makes it, under a key of the tenant, and nothing else of it is stored. */
export interface SigningSecret {
  readonly number: number
  /** Version of the root key that it derives from, also after a newer one makes other secrets. */
  readonly key: string
  /** ISO 8601. */
  readonly created: string
  /** When it stops signing; absent for the newest. */
  readonly ends?: string | undefined
}

/**
 * The secret as the receiver knows it, `whsec_` and base64 of 32 bytes (Standard Webhooks). Derived from the tenant's key for
 * webhooks (docs/decisions/0013-root-key.md): endpoint ids are never reused, so no secret ever returns.
 */
export function secretText({ bytes }: TenantKey, endpointId: string, number: number): string {
  return `whsec_${createHmac('sha256', bytes).update(`${endpointId}.${number}`).digest('base64')}`
}

/**
 * The secrets by which a delivery is signed now. One whose version of the root key does not count any more is left out, so there
 * may be none. @throws VaultUnavailable or VaultForbidden when that cannot be said without the vault
 */
export async function liveTexts(
  { keys, now }: Pick<DirectoryContext, 'keys' | 'now'>,
  endpoint: { readonly id: string; readonly secrets: readonly SigningSecret[] },
): Promise<readonly string[]> {
  const texts = liveSecrets(endpoint.secrets, now()).map(({ number, key: version }) =>
    keys.find('webhooks', (key) => (key.version === version ? secretText(key, endpoint.id, number) : undefined)),
  )
  return (await Promise.all(texts)).filter((text) => text !== undefined)
}

/** What people may know of a secret. */
export const secretFacts = ({ number, created, ends }: SigningSecret) => ({
  number,
  created,
  ...(ends !== undefined && { ends }),
})

/** Those that sign at a time: a receiver accepts a message when one of its signatures fits. */
export const liveSecrets = (secrets: readonly SigningSecret[], now: Date) =>
  secrets.filter(({ ends }) => ends === undefined || Date.parse(ends) > now.getTime())

/**
 * The headers of Standard Webhooks 1.0, with a signature by every secret given. The last of several stands there twice: the .NET
 * library StandardWebhooks (1.1.2) never looks at the last one, and would refuse what only the newest secret has signed.
 */
export function signedHeaders(
  secretTexts: readonly string[],
  message: { readonly id: string; readonly body: string },
  now: Date,
): Record<string, string> {
  const signatures = secretTexts.map((text) => new Webhook(text).sign(message.id, now, message.body))
  if (signatures.length > 1) signatures.push(...signatures.slice(-1))
  return {
    'content-type': 'application/json',
    'user-agent': 'Rollcall-Webhooks',
    'webhook-id': message.id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  }
}
