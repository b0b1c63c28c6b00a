import * as z from 'zod'
import { lastPart, LISTED_HEALTH, listedHealthKey } from '../../storage/keys'
import { prefixRange, type Table } from '../../storage/table'
import { withoutTable } from '../../tenants/registry'
import { HEALTH_STATES } from './judge'

const listedValues = z.object({
  state: z.enum(HEALTH_STATES),
  /** ISO 8601. */
  since: z.string(),
  likelyQuarantine: z.boolean(),
})

/** What the list of tenants shows of the last judgement. */
export type ListedHealth = z.infer<typeof listedValues>

/** By slug, of every tenant that was judged. One trip for 1,000 of them; a row that cannot be read counts as none. */
export async function listHealth(list: Table): Promise<ReadonlyMap<string, ListedHealth>> {
  const rows = await withoutTable(() => list.all(prefixRange(LISTED_HEALTH)), [])
  const read = rows.map(({ key, values }) => [lastPart(key), listedValues.safeParse(values).data] as const)
  return new Map(read.filter((one): one is [string, ListedHealth] => one[1] !== undefined))
}

export async function putListed(list: Table, slug: string, health: ListedHealth): Promise<void> {
  await list.commit([{ type: 'upsert', key: listedHealthKey(slug), values: health }])
}
