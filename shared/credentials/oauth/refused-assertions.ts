import * as z from 'zod'
import { describeError } from '../../http/error-reply'
import { rateLimit } from '../../http/rate-limit'
import { REFUSED_ASSERTION_KEY } from '../../storage/keys'
import type { Table } from '../../storage/table'
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

/** Anybody can have assertions refused: of each tenant, an instance keeps two a minute. */
const PER_SECOND = 1 / 30
const BURST = 2

/** Keeps refused assertions in the background; a failure is told in the log and to nobody who waits. */
export function refusedAssertions(open: (table: string) => Table, now: () => number) {
  const limit = rateLimit(PER_SECOND, BURST, now)
  return (tenant: Tenant, { reason, seen }: { readonly reason: AssertionRefusal; readonly seen: SeenAssertion }): void => {
    if (limit.take(tenant.table) !== undefined) return
    const values = { at: new Date(now()).toISOString(), reason, seen: JSON.stringify(seen) }
    open(tenant.table)
      .commit([{ type: 'upsert', key: REFUSED_ASSERTION_KEY, values }])
      .catch((error: unknown) => {
        console.warn(JSON.stringify({ operation: 'keep-assertion', tenant: tenant.slug, ...describeError(error) }))
      })
  }
}

/** The last one that was kept. One trip. */
export async function readRefusedAssertion(table: Table): Promise<RefusedAssertion | undefined> {
  const { success, data } = keptValues.safeParse((await table.get(REFUSED_ASSERTION_KEY))?.values)
  if (!success) return undefined
  const seen = claims.parse(JSON.parse(data.seen)) as SeenAssertion
  return { at: Date.parse(data.at), reason: data.reason, seen }
}
