import * as z from 'zod'
import { describeError } from '../../http/error-reply'
import { rateLimit } from '../../http/rate-limit'
import { REFUSED_ASSERTION_KEY } from '../../storage/keys'
import type { Row, Table } from '../../storage/table'
import type { Tenant } from '../../tenants/tenant'
import type { AssertionRefusal, SeenAssertion } from './assertion'

/** What is kept of the last assertion that was refused: its claims, and nothing that opens anything. */
export interface RefusedAssertion {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly reason: string
  readonly seen: SeenAssertion
}

const claims = z.object({
  alg: z.string().optional(),
  kid: z.string().optional(),
  iss: z.string().optional(),
  sub: z.string().optional(),
  aud: z.string().optional(),
  tid: z.string().optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
})
const keptValues = z.object({ at: z.string(), reason: z.string(), seen: z.string() })

/** Anybody can have assertions refused: of each tenant, an instance keeps two a minute of a trusted issuer, and two of strangers. */
const PER_SECOND = 1 / 30
const BURST = 2

/** Keeps refused assertions in the background; a failure is told in the log and to nobody who waits. */
export function refusedAssertions(open: (table: string) => Table, now: () => number) {
  const limit = rateLimit(PER_SECOND, BURST, now)
  return (tenant: Tenant, { reason, seen }: { readonly reason: AssertionRefusal; readonly seen: SeenAssertion }): void => {
    const key = isOfStranger(reason) ? STRANGER_KEY : REFUSED_ASSERTION_KEY
    if (limit.take(`${tenant.table} ${key}`) !== undefined) return
    const values = { at: new Date(now()).toISOString(), reason, seen: JSON.stringify(seen) }
    open(tenant.table)
      .commit([{ type: 'upsert', key, values }])
      .catch((error: unknown) => {
        console.warn(JSON.stringify({ operation: 'keep-assertion', tenant: tenant.slug, ...describeError(error) }))
      })
  }
}

/** Of no issuer that the tenant trusts: it may be anybody's, and stands beside those that are not. */
const isOfStranger = (reason: AssertionRefusal) => reason === 'malformed' || reason === 'unknownIssuer'
const STRANGER_KEY = `${REFUSED_ASSERTION_KEY}!stranger`
/** For so long one of a trusted issuer is more worth seeing than a later one of a stranger. */
const WORTH_MS = 24 * 3_600_000

/** The last one that was kept, one of a trusted issuer first. One trip. */
export async function readRefusedAssertion(table: Table): Promise<RefusedAssertion | undefined> {
  const rows = await table.all({ from: REFUSED_ASSERTION_KEY, before: `${REFUSED_ASSERTION_KEY}"` })
  const read = (key: string) => refusedOf(rows.find((row) => row.key === key))
  const [own, strangers] = [read(REFUSED_ASSERTION_KEY), read(STRANGER_KEY)]
  if (own === undefined || strangers === undefined) return own ?? strangers
  return strangers.at - own.at > WORTH_MS ? strangers : own
}

/** Undefined also for a row that cannot be read: the next refusal puts it right. */
function refusedOf(row: Row | undefined): RefusedAssertion | undefined {
  const { success, data } = keptValues.safeParse(row?.values)
  const seen = success ? claims.safeParse(JSON.parse(data.seen)) : undefined
  if (!success || seen?.success !== true) return undefined
  return { at: Date.parse(data.at), reason: data.reason, seen: seen.data as SeenAssertion }
}
