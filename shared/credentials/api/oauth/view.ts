import * as z from 'zod'
import { label } from '../../../api/label'
import type { OpenedTenant } from '../../../api/operation'
import { isoTime, time } from '../../../api/page'
import type { ClientSecret, Trust } from '../../../tenants/directory-sign-in'
import { readLastSeen, type RequestStats } from '../../../usage/request-stats'
import { isLiveSecret, MAX_LIVE_SECRETS, secretFacts } from '../../oauth/client'
import { expiryWarnings } from '../../tokens/expiry'
import { endsIn, liveTokens } from '../../tokens/token-rotation'
import type { TokenStore } from '../../tokens/token-store'

export interface OAuthNeeds {
  /** Written before it is shown when something was used. */
  readonly stats: Pick<RequestStats, 'settle'>
  readonly tokens: Pick<TokenStore, 'list'>
}

export const grantId = z.string().regex(/^[0-9a-f]{32}$/, 'must be an id that the list shows')

export const shownSecret = z
  .object({
    id: z.string(),
    label,
    lastFour: z.string().describe('Its last four characters'),
    created: time,
    expires: time,
    lastUsed: time.optional().describe('By itself or by an access token that it gave, to the minute; absent: never seen'),
    state: z.enum(['live', 'expired']).describe(`At most ${MAX_LIVE_SECRETS} are live`),
    warning: z.string().optional().describe('Such as: expires in 6 days'),
  })
  .meta({ id: 'ClientSecret' })

export const shownTrust = z
  .object({
    id: z.string(),
    label,
    issuer: z.string(),
    subject: z.string(),
    tenantId: z.string().describe('The Entra ID tenant, which the issuer names'),
    audiences: z.array(z.string()),
    created: time,
    lastUsed: time.optional().describe('By an assertion or by an access token that one gave; absent: never seen'),
  })
  .meta({ id: 'Trust' })

type Opened = Pick<OpenedTenant, 'tenant' | 'directory'>

/** When each way into the tenant was used last. Times are milliseconds since the epoch. */
export interface Uses {
  /** By id of a secret or a trust. */
  readonly lastUsed: ReadonlyMap<string, number>
  /** Of the Secret Tokens, dead ones too. */
  readonly bearer: number | undefined
  /** Whether a Secret Token is live. */
  readonly isBearerLive: boolean
  readonly nowMs: number
}

export async function readUses({ stats, tokens }: OAuthNeeds, { tenant, directory: { table, now } }: Opened): Promise<Uses> {
  await stats.settle(tenant.table)
  const { secrets, trusts } = tenant.settings.directorySignIn
  const held = await tokens.list(tenant)
  const seen = await readLastSeen(
    table,
    [...held, ...secrets, ...trusts].map(({ id }) => id),
  )
  const times = held.flatMap(({ id }) => seen.tokens.get(id) ?? [])
  const nowMs = now().getTime()
  return {
    lastUsed: seen.tokens,
    bearer: times.length === 0 ? undefined : Math.max(...times),
    isBearerLive: liveTokens(held, tenant.settings.revokedTokens, nowMs).length > 0,
    nowMs,
  }
}

export function showSecret(secret: ClientSecret, { lastUsed, nowMs }: Uses): z.infer<typeof shownSecret> {
  const { id, label: called, lastFour, created, expires } = secret
  const facts = secretFacts({ secrets: [secret] }).map((one) => ({ ...one, lastUsedAt: lastUsed.get(id) }))
  const [warning] = expiryWarnings(facts, nowMs).map(({ expiresAt }) => endsIn(expiresAt, nowMs))
  return {
    id,
    label: called,
    lastFour,
    created,
    expires,
    lastUsed: isoTime(lastUsed.get(id)),
    state: isLiveSecret(secret, nowMs) ? 'live' : 'expired',
    warning,
  }
}

export const showTrust = ({ audiences, ...trust }: Trust, { lastUsed }: Pick<Uses, 'lastUsed'>): z.infer<typeof shownTrust> => ({
  ...trust,
  audiences: [...audiences],
  lastUsed: isoTime(lastUsed.get(trust.id)),
})

const DAY_MS = 86_400_000

/** What ending one way into the tenant would do, where somebody uses it or nothing else is left; undefined: no harm. */
export function harmOfEnding(
  what: string,
  { usedAt, isOtherLeft, nowMs }: { readonly usedAt: number | undefined; readonly isOtherLeft: boolean; readonly nowMs: number },
): string | undefined {
  if (usedAt !== undefined && nowMs - usedAt < DAY_MS) {
    const at = new Date(usedAt).toISOString().slice(0, 16).replace('T', ' ')
    return `${what} was last used at ${at} UTC, and whoever uses it will be refused.`
  }
  return isOtherLeft ? undefined : `Nothing else opens the tenant: provisioning stops until Entra has another way in.`
}
