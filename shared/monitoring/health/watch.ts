import * as z from 'zod'
import { secretFacts, trustFacts } from '../../credentials/oauth/client'
import { isLive, type TokenFacts, type TokenStore } from '../../credentials/tokens/token-store'
import type { DirectoryContext } from '../../directory/context'
import { newWriteId } from '../../directory/identifiers'
import { outboxFact } from '../../directory/documents/record'
import { HEALTH_KEY } from '../../storage/keys'
import type { Action, Row, Table } from '../../storage/table'
import { activityOf, clearCounts, STATS, sumOf, type Activity } from '../../usage/request-stats'
import type { Tenant } from '../../tenants/tenant'
import { cycleBegin, HEALTH_STATES, judge, type Health, type HealthFacts, type HealthState, type TokenState } from './judge'
import { putListed, type ListedHealth } from './listed'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** A vault is not asked more often for a tenant without a token that works. */
const ASK_AGAIN_MS = 5 * MINUTE_MS

const keptValues = z.object({
  state: z.enum(HEALTH_STATES),
  quarantine: z.boolean(),
  /** ISO 8601. Absent after an import: the list of tenants is told again. */
  since: z.string().optional(),
  /** ISO 8601; empty: the tokens are not known. */
  asked: z.string(),
  isAnyLive: z.boolean(),
  endsAt: z.number().optional(),
})

type Tokens = Pick<TokenStore, 'list'>

/** The judgement and what it was made from. */
export interface Judged {
  readonly health: Health
  readonly facts: HealthFacts
}

/**
 * Judges the tenant, and leaves a record `health.changed` when its state is another one than before: record and kept state
 * are one transaction, so that of several instances one tells it. Returns whether there may be such a record. One trip when nothing has changed; the store of tokens is
 * asked once an hour. `list` is the table of tenants: it is told whatever is kept, before that is kept, so that a crash between
 * the two repeats it.
 */
export async function watchHealth(
  store: Tokens,
  tenant: Tenant,
  { table, now, list }: Pick<DirectoryContext, 'table' | 'now'> & { readonly list: Table },
): Promise<boolean> {
  const time = now()
  const nowMs = time.getTime()
  const rows = await table.all(STATS)
  const row = rows.find(({ key }) => key === HEALTH_KEY)
  const kept = keptOf(row)
  const activity = activityOf(rows)
  const tokens = await askedTokens(store, tenant, { activity, kept, nowMs })
  const { health } = judged(activity, { tokens, kept, nowMs })
  const isNews = kept !== undefined && kept.state !== health.state
  const isSame = kept?.since !== undefined && kept.state === health.state && kept.quarantine === health.likelyQuarantine
  if (!isSame || tokens?.askedAt !== kept.tokens?.askedAt) {
    const records = isNews ? [recordOf(tenant, time, { before: kept.state, health })] : []
    const listed = listedOf(health, kept, nowMs)
    await putListed(list, tenant.slug, listed)
    const outcome = await table.commit([noteOf(row, listed, tokens), ...records])
    if (!outcome.ok) await listKept(list, tenant, table) // another instance was faster, and has told it
  }
  await clearCounts(table, rows, nowMs)
  return isNews
}

function recordOf({ slug }: Tenant, time: Date, { before, health }: { before: HealthState; health: Health }): Action {
  const body = { before, after: health.state, reason: health.reason, likelyQuarantine: health.likelyQuarantine }
  return outboxFact({ writeId: newWriteId(time.getTime()), type: 'health.changed', id: slug, time: time.toISOString(), body })
}

/** A state that goes on has begun when it did. */
function listedOf({ state, since, likelyQuarantine }: Health, kept: Kept | undefined, nowMs: number): ListedHealth {
  const began = kept?.state === state ? kept.since : undefined
  return { state, since: began ?? new Date(since ?? nowMs).toISOString(), likelyQuarantine }
}

/** Puts the list right after two instances judged differently at once: what counts is what the tenant keeps. */
async function listKept(list: Table, { slug }: Tenant, table: Table): Promise<void> {
  const kept = keptOf(await table.get(HEALTH_KEY))
  if (kept?.since === undefined) return
  await putListed(list, slug, { state: kept.state, since: kept.since, likelyQuarantine: kept.quarantine })
}

function noteOf(row: Row | undefined, { state, since, likelyQuarantine }: ListedHealth, tokens: Asked | undefined): Action {
  const asked = tokens && { asked: new Date(tokens.askedAt).toISOString(), isAnyLive: tokens.isAnyLive }
  const ends = tokens?.endsAt === undefined ? {} : { endsAt: tokens.endsAt }
  const values = { state, since, quarantine: likelyQuarantine, ...(asked ?? { asked: '', isAnyLive: false }), ...ends }
  return row === undefined
    ? { type: 'create', key: HEALTH_KEY, values }
    : { type: 'replace', key: HEALTH_KEY, values, etag: row.etag }
}

/** How the tenant is now, told nobody. */
export async function readHealth(
  store: Tokens,
  tenant: Tenant,
  { table, nowMs }: { table: Table; nowMs: number },
): Promise<Judged> {
  const rows = await table.all(STATS)
  const kept = keptOf(rows.find(({ key }) => key === HEALTH_KEY))
  const activity = activityOf(rows)
  const tokens = await askedTokens(store, tenant, { activity, kept: undefined, nowMs })
  return judged(activity, { tokens: tokens ?? kept?.tokens, kept, nowMs })
}

interface Asked extends TokenState {
  /** Milliseconds since the epoch. */
  readonly askedAt: number
}

interface Kept extends Pick<z.infer<typeof keptValues>, 'state' | 'quarantine' | 'since'> {
  readonly tokens: Asked | undefined
}

/** Undefined also for a row that cannot be read, which the next write puts right. */
function keptOf(row: Row | undefined): Kept | undefined {
  const { success, data } = keptValues.safeParse(row?.values)
  if (!success) return undefined
  const { state, quarantine, since, asked, isAnyLive, endsAt } = data
  const askedAt = asked === '' ? undefined : Date.parse(asked)
  return { state, quarantine, since, tokens: askedAt === undefined ? undefined : { askedAt, isAnyLive, endsAt } }
}

/** What the store of tokens says, or said within the hour. Nobody asks for a tenant that Entra ID has not reached. */
async function askedTokens(
  store: Tokens,
  tenant: Tenant,
  { activity, kept, nowMs }: { activity: Activity; kept: Kept | undefined; nowMs: number },
): Promise<Asked | undefined> {
  if (activity.request === undefined) return undefined
  const held = kept?.tokens
  const isEnded = held !== undefined && (!held.isAnyLive || (held.endsAt ?? Infinity) <= nowMs)
  if (held !== undefined && nowMs - held.askedAt < (isEnded ? ASK_AGAIN_MS : HOUR_MS)) return held
  try {
    return { ...(await tokenState(store, tenant, { activity, nowMs })), askedAt: nowMs }
  } catch {
    return held // the watch over tokens tells of the outage
  }
}

async function tokenState(
  store: Tokens,
  tenant: Tenant,
  { activity, nowMs }: { activity: Activity; nowMs: number },
): Promise<TokenState> {
  const tokens = await waysIn(store, tenant)
  const live = tokens.filter((token) => isLive(token, nowMs))
  const useOf = (id: string) => activity.lastUse(id) ?? Number.NEGATIVE_INFINITY
  const [inUse] = live.filter(({ id }) => activity.lastUse(id) !== undefined).sort((a, b) => useOf(b.id) - useOf(a.id))
  if (inUse !== undefined) return { isAnyLive: true, endsAt: inUse.expiresAt }
  const ends = (live.length > 0 ? live : tokens).map(({ expiresAt = Infinity }) => expiresAt)
  const last = Math.max(...ends)
  return { isAnyLive: live.length > 0, endsAt: Number.isFinite(last) ? last : undefined }
}

/** What opens the tenant, or did: Secret Tokens, unless they are switched off, client secrets and trusted identities. */
async function waysIn(store: Tokens, tenant: Tenant): Promise<readonly TokenFacts[]> {
  const { revokedTokens, directorySignIn } = tenant.settings
  const bearer = directorySignIn.bearer ? (await store.list(tenant)).filter(({ id }) => !revokedTokens.has(id)) : []
  return [...bearer, ...secretFacts(directorySignIn), ...trustFacts(directorySignIn)]
}

function judged(
  activity: Activity,
  { tokens, kept, nowMs }: { tokens: TokenState | undefined; kept: Kept | undefined; nowMs: number },
): Judged {
  const facts: HealthFacts = {
    lastRequest: activity.request,
    lastProbe: activity.probe,
    lastGood: activity.good,
    lastDenied: activity.denied,
    lastEnded: activity.ended,
    cycleBegan: cycleBegin(activity.counts.map(({ until }) => until)) ?? activity.request,
    lastHour: sumOf(activity.counts.filter(({ until }) => until > nowMs - HOUR_MS)),
    tokens,
    hadQuarantineSigns: kept?.quarantine ?? false,
  }
  return { health: judge(facts, nowMs), facts }
}
