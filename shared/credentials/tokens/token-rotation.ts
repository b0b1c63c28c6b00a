import * as z from 'zod'
import { expiryWarnings, type UsedToken } from './expiry'
import { secretFacts } from '../oauth/client'
import { partTokens, TokenRefused, type TokenFacts, type TokenStore } from './token-store'
import { VaultForbidden, VaultUnavailable } from '../../http/outage'
import { newWriteId } from '../../directory/identifiers'
import { outboxFact } from '../../directory/documents/record'
import { describeError } from '../../http/error-reply'
import { inParallel } from '../../storage/parallel'
import type { Action, Row, Table } from '../../storage/table'
import { clearLinks } from '../sign-in/link-rows'
import { announceTokens, readTenant, type TenantStorage } from '../../tenants/registry'
import { clearRefusals } from '../../usage/refusal-rows'
import { readLastSeen } from '../../usage/request-stats'
import type { Tenant } from '../../tenants/tenant'
import type { TenantCache } from '../../tenants/tenant-cache'
import { auditor } from '../../audit/record'

interface RotationNeeds {
  readonly storage: TenantStorage
  readonly tenants: Pick<TenantCache, 'put'>
  readonly tokens: Pick<TokenStore, 'list' | 'disable'>
  readonly now: () => Date
}

const WATCH_KEY = 'w!'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A cycle of Entra ID that runs while the new token is pasted goes on with the old one. */
const OVERLAP_MS = HOUR_MS
const AT_ONCE = 8

/** A token that another is to take over from. Once the other was seen in use, the time from which it is refused. */
const rotation = z.object({ from: z.string(), to: z.string(), retiresAt: z.number().optional() })
export type Rotation = z.infer<typeof rotation>

const watchValues = z.object({
  checked: z.string().default(''),
  rotations: z
    .string()
    .default('[]')
    .transform((text) => z.array(rotation).parse(JSON.parse(text))),
  told: z
    .string()
    .default('{}')
    .transform((text) => z.record(z.string(), z.number()).parse(JSON.parse(text))),
})

interface Watched {
  /** Milliseconds since the epoch of the last look at the vault. */
  readonly checkedAt: number
  readonly rotations: readonly Rotation[]
  /** By token: the stage of its expiry that was told last. */
  readonly told: Readonly<Record<string, number>>
}

function watchedOf(row: Row | undefined): Watched {
  const { checked, rotations, told } = watchValues.parse(row?.values ?? {})
  return { checkedAt: Date.parse(checked) || 0, rotations, told }
}

/** What the watch knows of tokens that others take over from. */
export const readRotations = async (table: Table) => watchedOf(await table.get(WATCH_KEY)).rotations

/** Lets the next turn of the watch look at the vault: its tokens have changed. */
export async function watchSoon(table: Table): Promise<void> {
  const soon: Action = { type: 'merge', key: WATCH_KEY, values: { checked: '' }, etag: '*' }
  await table.commit([soon]) // without the row the next turn looks anyway
}

/**
 * A turn for each tenant. A vault that does not answer ends it for those that need the vault; the next minute tries again.
 * A tenant's failure is told by its name.
 */
export async function watchEach(
  needs: RotationNeeds & { readonly tenants: Pick<TenantCache, 'find'> },
  slugs: readonly string[],
): Promise<void> {
  let isVaultOut = false
  await inParallel(slugs, AT_ONCE, async (slug) => {
    if (isVaultOut) return
    try {
      const tenant = await needs.tenants.find(slug)
      if (tenant !== undefined) await watchTokens(needs, tenant)
    } catch (error) {
      isVaultOut ||= error instanceof VaultUnavailable || error instanceof VaultForbidden
      console.warn(JSON.stringify({ operation: 'watch-tokens', tenant: slug, ...describeError(error) }))
    }
  })
}

/**
 * What time brings to a tenant's tokens: one that was replaced retires an hour after the new one was first seen in use, and
 * records tell, once for each stage, of tokens that end soon. The vault is asked once an hour, after a change of tokens, and
 * when one is to retire; most turns cost one trip. Repeatable after a failure in the middle.
 */
export async function watchTokens(needs: RotationNeeds, tenant: Tenant): Promise<void> {
  const table = needs.storage.open(tenant.table)
  const nowMs = needs.now().getTime()
  const row = await table.get(WATCH_KEY)
  const watched = watchedOf(row)
  const isDue = nowMs - watched.checkedAt >= HOUR_MS
  if (!isDue && watched.rotations.length === 0) return
  const rotations = await withFirstUses(table, watched.rotations)
  const isRipe = rotations.some(({ retiresAt = Infinity }) => retiresAt <= nowMs)
  if (isDue || isRipe) {
    const next = await checkTokens(needs, tenant, { ...watched, rotations })
    await save(table, row, next)
    await clearLinks(table, nowMs)
    await clearRefusals(table, nowMs)
  } else if (rotations.some(({ retiresAt }, i) => retiresAt !== watched.rotations[i]?.retiresAt)) {
    await save(table, row, { watched: { ...watched, rotations }, records: [] })
  }
}

/** The time of first use is the last one known when the watch first sees it, which is at most about a minute later. */
async function withFirstUses(table: Table, rotations: readonly Rotation[]): Promise<readonly Rotation[]> {
  if (rotations.every(({ retiresAt }) => retiresAt !== undefined)) return rotations
  const { tokens } = await readLastSeen(
    table,
    rotations.map(({ to }) => to),
  )
  return rotations.map((one) => {
    const usedAt = tokens.get(one.to)
    return one.retiresAt !== undefined || usedAt === undefined ? one : { ...one, retiresAt: usedAt + OVERLAP_MS }
  })
}

interface Next {
  readonly watched: Watched
  readonly records: readonly Action[]
}

async function checkTokens(needs: RotationNeeds, { slug, ...held }: Tenant, watched: Watched): Promise<Next> {
  const tenant = (await readTenant(needs.storage, slug)) ?? { slug, ...held }
  const nowMs = needs.now().getTime()
  const tokens = await needs.tokens.list(tenant)
  const revoked = tenant.settings.revokedTokens
  // Revoked while the vault did not answer.
  for (const { id, enabled, isFixed } of tokens) if (enabled && !isFixed && revoked.has(id)) await disable(needs, tenant, id)
  const table = needs.storage.open(tenant.table)
  const live = liveTokens(tokens, revoked, nowMs)
  const rotations = await withFirstUses(table, rotationsOf(live, watched.rotations))
  const ripe = rotations.filter(({ retiresAt = Infinity }) => retiresAt <= nowMs)
  for (const { from, to } of ripe)
    await revokeToken(needs, tenant, { id: from, beside: [retired(tokens, { from, to }, needs.now)] })
  const remaining = live.filter(({ id }) => !ripe.some(({ from }) => from === id))
  const secrets = secretFacts(tenant.settings.directorySignIn)
  const seen = await readLastSeen(
    table,
    [...remaining, ...secrets].map(({ id }) => id),
  )
  const withUse = (token: TokenFacts): UsedToken => ({ ...token, lastUsedAt: seen.tokens.get(token.id) })
  const now = needs.now()
  const tokensTold = expiring('token.expiring', { tokens: remaining.map(withUse), told: watched.told, now })
  const secretsTold = expiring('clientSecret.expiring', { tokens: secrets.map(withUse), told: watched.told, now })
  const told = { ...tokensTold.told, ...secretsTold.told }
  const records = [...tokensTold.records, ...secretsTold.records]
  return { watched: { checkedAt: nowMs, rotations: rotations.filter((one) => !ripe.includes(one)), told }, records }
}

/** Nobody did it now: somebody said so when the other token was made. */
function retired(tokens: readonly TokenFacts[], { from, to }: Rotation, now: () => Date): Action {
  const by = { kind: 'service', name: 'Rollcall' } as const
  const label = tokens.find(({ id }) => id === from)?.label
  return auditor({ action: 'token.revoked', by, now })({ subject: from, label, after: { replacedBy: to } })
}

/** The tokens that open the tenant, or will. */
export function liveTokens(tokens: readonly TokenFacts[], revoked: ReadonlySet<string>, nowMs: number): TokenFacts[] {
  return partTokens(
    tokens.filter(({ id }) => !revoked.has(id)),
    nowMs,
  ).live
}

/** Both must be live: nothing retires for a token that has ended itself. */
function rotationsOf(live: readonly TokenFacts[], known: readonly Rotation[]): Rotation[] {
  return live.flatMap(({ id: to, replaces }) => {
    const from = live.find(({ id, isFixed }) => id === replaces && !isFixed)?.id
    return from === undefined ? [] : [known.find((one) => one.from === from && one.to === to) ?? { from, to }]
  })
}

/**
 * Records of the stages that have begun and were not told yet. Nobody is told of a token made for ten days that less than
 * thirty are left.
 */
function expiring(
  type: 'token.expiring' | 'clientSecret.expiring',
  { tokens, told, now }: { readonly tokens: readonly UsedToken[]; readonly told: Watched['told']; readonly now: Date },
): { records: Action[]; told: Watched['told'] } {
  const nowMs = now.getTime()
  const fresh = expiryWarnings(tokens, nowMs).flatMap(({ id, daysLeft, lastFour, expiresAt }) => {
    const token = tokens.find((one) => one.id === id)
    const isLater = expiresAt - (token?.createdAt ?? -Infinity) > daysLeft * DAY_MS
    const isNew = (told[id] ?? Infinity) > daysLeft
    return isLater && isNew ? [{ id, daysLeft, lastFour, expiresAt, label: token?.label }] : []
  })
  const records = fresh.map(({ id, lastFour, label, expiresAt }) => {
    const body = { lastFour, label, expires: new Date(expiresAt).toISOString(), days: daysUntil(expiresAt, nowMs) }
    return outboxFact({ writeId: newWriteId(nowMs), type, id, time: now.toISOString(), body })
  })
  const kept = tokens.flatMap(({ id }) => (told[id] === undefined ? [] : [[id, told[id]] as const]))
  return { records, told: Object.fromEntries([...kept, ...fresh.map(({ id, daysLeft }) => [id, daysLeft] as const)]) }
}

/** Begun ones count. */
const daysUntil = (timeMs: number, nowMs: number) => Math.ceil((timeMs - nowMs) / DAY_MS)

/** For people. */
export function endsIn(timeMs: number, nowMs: number): string {
  const days = daysUntil(timeMs, nowMs)
  return days <= 1 ? 'expires within a day' : `expires in ${days} days`
}

/** The records and the note that they were left are one transaction. Whoever was faster leaves the rest to the next turn. */
async function save(table: Table, row: Row | undefined, { watched, records }: Next): Promise<void> {
  const { checkedAt, rotations, told } = watched
  const values = {
    checked: checkedAt === 0 ? '' : new Date(checkedAt).toISOString(),
    rotations: JSON.stringify(rotations),
    told: JSON.stringify(told),
  }
  const note: Action =
    row === undefined ? { type: 'create', key: WATCH_KEY, values } : { type: 'replace', key: WATCH_KEY, values, etag: row.etag }
  await table.commit([note, ...records])
}

/**
 * Ends a token: from now on for this instance, within 30 s for the others, by the tenant's settings; then in the vault too,
 * so that restoring older tables cannot bring it back. `beside` are rows of the first transaction. Repeatable.
 */
export async function revokeToken(
  needs: RotationNeeds,
  tenant: Tenant,
  { id, beside }: { readonly id: string; readonly beside: readonly Action[] },
): Promise<void> {
  if (!tenant.settings.revokedTokens.has(id)) {
    await announceTokens(needs.storage, tenant, { revoked: id, beside })
    await remember(needs, tenant)
  }
  await disable(needs, tenant, id)
}

/** Lets this instance know at once what changed of the tenant's tokens. */
export async function remember(
  { storage, tenants }: Pick<RotationNeeds, 'storage' | 'tenants'>,
  { slug }: Tenant,
): Promise<void> {
  const tenant = await readTenant(storage, slug)
  if (tenant !== undefined) tenants.put(tenant)
}

/** One that is gone, or that local.settings.json gives, is ended by the settings alone. */
async function disable({ tokens }: RotationNeeds, tenant: Tenant, id: string): Promise<void> {
  await tokens.disable(tenant, id).catch((error: unknown) => {
    if (!(error instanceof TokenRefused)) throw error
  })
}
