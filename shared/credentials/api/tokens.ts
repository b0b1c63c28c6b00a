import * as z from 'zod'
import { expiryWarnings } from '../tokens/expiry'
import { MAX_LIVE_TOKENS, TokenRefused, type NewToken, type TokenFacts, type TokenStore } from '../tokens/token-store'
import { readLastSeen, type RequestStats } from '../../usage/request-stats'
import { announceTokens } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import { tenantOperation, type OpenedTenant, type Operation, type Registry } from '../../api/operation'
import { label as anyLabel } from '../../api/label'
import { isoTime, pageBehind, pageOf, pageQuery, time } from '../../api/page'
import { absent, conflict, invalid, needsConfirmation } from '../../api/problem'
import { endsIn, liveTokens, readRotations, remember, revokeToken, watchSoon, type Rotation } from '../tokens/token-rotation'
import type { Audit } from '../../audit/record'
import { describeError } from '../../http/error-reply'

interface Needs {
  readonly tokens: TokenStore
  /** Written before it is shown when a token was used. */
  readonly stats: Pick<RequestStats, 'settle'>
}

const DAY_MS = 86_400_000

const id = z.string().describe('The version in the vault')

const label = anyLabel.describe('What people call it')

const tokenFacts = z.object({
  id,
  label: label.optional(),
  lastFour: z.string().optional().describe('Its last four characters; absent where they would give away much of it'),
  created: time.optional(),
  expires: time.optional(),
  lastUsed: time.optional().describe('To the minute; absent: never seen'),
  state: z.enum(['live', 'expired', 'revoked', 'notYetValid']).describe(`At most ${MAX_LIVE_TOKENS} are live`),
  replaces: id.optional().describe('The token that this one takes over from'),
  replacedBy: id.optional(),
  retiresAt: time.optional().describe('Revoked then by itself: the token that replaces it was seen in use an hour before'),
  warning: z.string().optional().describe('Such as: expires in 6 days'),
})

type Opened = Pick<OpenedTenant, 'tenant' | 'directory'>

interface Known {
  readonly tokens: readonly TokenFacts[]
  readonly live: readonly TokenFacts[]
  /** Milliseconds since the epoch, by id. */
  readonly lastUsed: ReadonlyMap<string, number>
  readonly rotations: readonly Rotation[]
  readonly nowMs: number
}

async function readKnown({ stats, tokens: store }: Needs, { tenant, directory: { table, now } }: Opened): Promise<Known> {
  await stats.settle(tenant.table)
  const tokens = await store.list(tenant)
  const ids = tokens.map((token) => token.id)
  const [seen, rotations] = await Promise.all([readLastSeen(table, ids), readRotations(table)])
  const nowMs = now().getTime()
  return { tokens, live: liveTokens(tokens, tenant.settings.revokedTokens, nowMs), lastUsed: seen.tokens, rotations, nowMs }
}

function shown(token: TokenFacts, known: Known): z.infer<typeof tokenFacts> {
  const { live, lastUsed, rotations, nowMs } = known
  const replacedBy = live.find(({ replaces }) => replaces === token.id)?.id
  const rotation = rotations.find(({ from, to }) => from === token.id && to === replacedBy)
  const facts = {
    id: token.id,
    label: token.label,
    lastFour: token.lastFour,
    created: isoTime(token.createdAt),
    expires: isoTime(token.expiresAt),
    lastUsed: isoTime(lastUsed.get(token.id)),
    state: stateOf(token, known),
    replaces: token.replaces,
    replacedBy,
    retiresAt: live.includes(token) ? isoTime(rotation?.retiresAt) : undefined,
    warning: warningsOf(live, lastUsed, nowMs).get(token.id),
  }
  return facts
}

function stateOf(token: TokenFacts, { live, nowMs }: Known): z.infer<typeof tokenFacts>['state'] {
  if (live.includes(token)) return nowMs < (token.notBefore ?? -Infinity) ? 'notYetValid' : 'live'
  return token.enabled && nowMs >= (token.expiresAt ?? Infinity) ? 'expired' : 'revoked'
}

function warningsOf(live: readonly TokenFacts[], lastUsed: ReadonlyMap<string, number>, nowMs: number) {
  const used = live.map((token) => ({ ...token, lastUsedAt: lastUsed.get(token.id) }))
  return new Map(expiryWarnings(used, nowMs).map(({ id: of, expiresAt }) => [of, endsIn(expiresAt, nowMs)]))
}

const list = (needs: Needs) =>
  tenantOperation(
    {
      id: 'listTokens',
      method: 'GET',
      path: '/tenants/{tenant}/tokens',
      summary: 'Every secret token, newest first; never a value',
      access: 'tenantReader',
      query: pageQuery,
      answers: { 200: { description: 'A page of tokens', schema: pageOf(tokenFacts) } },
    },
    async ({ query, ...opened }) => {
      const known = await readKnown(needs, opened)
      const page = pageBehind(known.tokens, query, (token) => token.id)
      return { status: 200, body: { ...page, items: page.items.map((token) => shown(token, known)) } }
    },
  )

const create = (needs: Needs) =>
  tenantOperation(
    {
      id: 'createToken',
      method: 'POST',
      path: '/tenants/{tenant}/tokens',
      summary: 'Makes a secret token for Entra ID; those before go on to work',
      access: 'tenantAdmin',
      audit: 'token.created',
      body: z.strictObject({
        label: label.optional(),
        days: z.int().min(1).max(3650).default(365).describe('How long it is valid'),
        replaces: id
          .optional()
          .describe('Both work until an hour after the new token is first used; then the old one is revoked by itself'),
      }),
      answers: {
        201: {
          description: 'Made. The value is shown this once',
          schema: tokenFacts.extend({
            value: z.string().describe('Goes into Entra ID as Secret Token'),
            tenantUrl: z.url().describe('Goes into Entra ID beside it'),
          }),
        },
      },
    },
    async ({ registry, body, origin, ...opened }) => {
      const { tenant } = opened
      const { label: given, days, replaces } = body
      if (replaces !== undefined) await checkReplaced(needs, opened, replaces)
      const now = registry.now()
      const token = {
        label: given ?? `Made on ${now.toISOString().slice(0, 10)}`,
        expiresAt: now.getTime() + days * DAY_MS,
        ...(replaces !== undefined && { replaces }),
      }
      const { value, facts } = await add(needs, tenant, token)
      await announce(needs, registry, { ...opened, facts })
      const known = { tokens: [facts], live: [facts], lastUsed: new Map(), rotations: [], nowMs: now.getTime() }
      const tenantUrl = `${origin}/scim/${tenant.slug}`
      return { status: 201, body: { ...shown(facts, known), value, tenantUrl } }
    },
  )

async function checkReplaced(needs: Needs, opened: Opened, replaces: string): Promise<void> {
  const { live } = await readKnown(needs, opened)
  const token = live.find((one) => one.id === replaces)
  if (token === undefined) throw invalid([{ path: '/replaces', detail: 'is not the id of a live token of this tenant' }])
  if (token.isFixed)
    throw invalid([{ path: '/replaces', detail: 'is a token of local.settings.json, which nothing can replace' }])
}

async function add({ tokens }: Needs, tenant: Tenant, token: NewToken) {
  try {
    return await tokens.add(tenant, token)
  } catch (error) {
    if (error instanceof TokenRefused) throw conflict(error.message)
    throw error
  }
}

/** A token of which no record could be kept is shown to nobody: it ends here, and whoever asked for it asks again. */
async function announce(
  { tokens }: Needs,
  registry: Registry,
  { tenant, directory, audit, facts }: Opened & { readonly audit: Audit; readonly facts: TokenFacts },
): Promise<void> {
  const { id: subject, label: called, expiresAt, replaces } = facts
  const beside = [audit({ subject, label: called, after: { expires: isoTime(expiresAt), replaces } })]
  try {
    await announceTokens(registry.storage, tenant, { beside })
  } catch (error) {
    await tokens.disable(tenant, subject).catch(warnOf(tenant)) // nobody knows its value
    throw error
  }
  // It is shown this once, so nothing keeps it back from here on: every instance finds it by itself within 30 s.
  await remember(registry, tenant)
    .then(() => watchSoon(directory.table))
    .catch(warnOf(tenant))
}

const warnOf =
  ({ slug }: Tenant) =>
  (error: unknown) => {
    console.warn(JSON.stringify({ operation: 'announce-token', tenant: slug, ...describeError(error) }))
  }

const revoke = (needs: Needs) =>
  tenantOperation(
    {
      id: 'revokeToken',
      method: 'DELETE',
      path: '/tenants/{tenant}/tokens/{token}',
      summary: 'Ends a token: at once here, within 30 seconds on every instance',
      access: 'tenantAdmin',
      audit: 'token.revoked',
      parameters: z.object({ token: z.string().max(200) }),
      query: z.object({
        confirm: z.literal('used').optional().describe('Needed for a token used within 24 hours, and for the last live one'),
      }),
      answers: { 204: { description: 'Revoked' } },
    },
    async ({ registry, path: { token: wanted }, query, audit, ...opened }) => {
      const known = await readKnown(needs, opened)
      const token = known.tokens.find((one) => one.id === wanted)
      if (token === undefined) throw absent('The tenant has no such token. GET /tokens lists all.')
      if (token.isFixed) throw conflict(new TokenRefused('fixed').message)
      const harm = query.confirm === undefined ? harmOf(token, known) : undefined
      if (harm !== undefined) throw needsConfirmation({ confirm: 'used', harm })
      const beside = [audit({ subject: token.id, label: token.label, before: { expires: isoTime(token.expiresAt) } })]
      await revokeToken({ ...registry, tokens: needs.tokens }, opened.tenant, { id: token.id, beside })
      await watchSoon(opened.directory.table)
      return { status: 204 }
    },
  )

function harmOf(token: TokenFacts, { live, lastUsed, nowMs }: Known): string | undefined {
  if (!live.includes(token)) return undefined
  const usedAt = lastUsed.get(token.id)
  if (usedAt !== undefined && nowMs - usedAt < DAY_MS) {
    return `This token was last used at ${isoTime(usedAt)?.slice(0, 16).replace('T', ' ') ?? ''} UTC, and whoever uses it will be refused.`
  }
  if (live.length > 1) return undefined
  return "This is the tenant's last live token: provisioning stops until Entra has a new one."
}

export const tokenOperations = (needs: Needs): readonly Operation[] => [list(needs), create(needs), revoke(needs)]
