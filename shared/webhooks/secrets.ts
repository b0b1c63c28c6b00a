import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/** One signing secret of an endpoint: its number makes it, and nothing else of it is stored. */
export interface SigningSecret {
  readonly number: number
  /** ISO 8601. */
  readonly created: string
  /** When it stops signing; absent for the newest. */
  readonly ends?: string | undefined
}

/**
 * The secret as the receiver knows it, `whsec_` and base64 of 32 bytes (Standard Webhooks). Derived from the tenant's own
 * key (docs/decisions/0009-webhook-secrets.md): endpoint ids are never reused, so no secret ever returns.
 */
export function secretText(tenantKey: string, endpointId: string, number: number): string {
  const key = createHmac('sha256', tenantKey).update('rollcall webhooks 1').digest()
  return `whsec_${createHmac('sha256', key).update(`${endpointId}.${number}`).digest('base64')}`
}

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
