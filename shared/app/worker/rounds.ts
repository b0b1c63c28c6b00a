import { expireAudit } from '../../audit/read-audit'
import { endTokens } from '../../credentials/tokens/end-tokens'
import { watchEach } from '../../credentials/tokens/token-rotation'
import type { TokenStore } from '../../credentials/tokens/token-store'
import { inParallel } from '../../storage/parallel'
import { finishDeletion, listForRound } from '../../tenants/lifecycle'
import type { TenantStorage } from '../../tenants/registry'
import type { TenantCache } from '../../tenants/tenant-cache'
import type { RequestStats } from '../../usage/request-stats'
import { atMostEvery } from './at-most-every'
import type { Follower } from './follower'
import { ROUND_KEY } from '../../storage/keys'
import { isTableMissing, type Table } from '../../storage/table'

interface RoundParts {
  readonly storage: TenantStorage
  readonly tenants: TenantCache
  readonly tokens: TokenStore
  readonly stats: Pick<RequestStats, 'flush'>
  readonly follower: Pick<Follower, 'round'>
  readonly now: () => Date
  readonly onFailure: (operation: string, tenant: string, error: unknown) => void
}

const HOUR_MS = 3_600_000
const DELETED_AT_ONCE = 4
/** How long it is kept who made and deleted tenants, and changed what holds for all. */
const LIST_AUDIT_DAYS = 365

/**
 * The timer's round: for all tenants what writes left behind, deletions that are due, what an instance still remembers, and what time
 * brings. @throws Error when a tenant failed; it was told by its name before
 */
export function rounds({ storage, tenants, tokens, stats, follower, now, onFailure }: RoundParts): () => Promise<void> {
  const isHourOf = atMostEvery(HOUR_MS, 1)
  const finish = (slug: string) => finishDeletion(storage, slug, (tenant) => endTokens(tokens, tenant))
  return async () => {
    const { live, due } = await listForRound(storage, now())
    const deleting = finishDeletions(due, finish, onFailure)
    const ends = await Promise.allSettled([follower.round(live), deleting, stats.flush()])
    await noteRound(storage.list(), now())
    if (isHourOf('audit')) await expireAudit(storage.list(), 'list', { days: LIST_AUDIT_DAYS, now: now() })
    await watchEach({ storage, tenants, tokens, now }, live) // last: what follows from writes waits for no vault
    if (ends.some(({ status }) => status === 'rejected'))
      throw new Error('Some tenants could not be followed or deleted; the lines before name them.')
  }
}

/** One tenant's failure holds up no other. @throws Error when there was one */
async function finishDeletions(
  slugs: readonly string[],
  finish: (slug: string) => Promise<void>,
  onFailure: RoundParts['onFailure'],
): Promise<void> {
  let failures = 0
  await inParallel(slugs, DELETED_AT_ONCE, (slug) =>
    finish(slug).catch((error: unknown) => {
      failures += 1
      onFailure('finish-deletion', slug, error)
    }),
  )
  if (failures > 0) throw new Error('Some tenants could not be deleted.')
}

/** Some rounds may take minutes, and one may be lost with an instance. */
const MAX_SILENCE_MS = 5 * 60_000

/** Notes in the table of tenants that the timer has been round, so that every instance can tell. */
export async function noteRound(list: Table, now: Date): Promise<void> {
  await list.commit([{ type: 'upsert', key: ROUND_KEY, values: { at: now.toISOString() } }]).catch((error: unknown) => {
    if (!isTableMissing(error)) throw error // there is no tenant yet
  })
}

/** @throws Error in words when the timer was not round for five minutes */
export async function checkRounds(list: Table, now: Date): Promise<void> {
  const row = await list.get(ROUND_KEY).catch((error: unknown) => {
    if (isTableMissing(error)) return undefined
    throw error
  })
  if (row === undefined) throw new RoundsMissed('The timer has not run yet.')
  const silentMs = now.getTime() - Date.parse(String(row.values['at']))
  if (silentMs > MAX_SILENCE_MS) throw new RoundsMissed(`The timer has not run for ${Math.round(silentMs / 60_000)} minutes.`)
}

/** The Functions host runs no timer while it may not use its blobs. */
class RoundsMissed extends Error {
  override readonly name = 'RoundsMissed'

  constructor(what: string) {
    super(
      `${what} Changes are followed all the same; what an instance left that ended, and what is due by the clock, waits. The host runs no timer without the role "Storage Blob Data Owner" on AzureWebJobsStorage.`,
    )
  }
}
