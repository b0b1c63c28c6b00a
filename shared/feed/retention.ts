import type { DirectoryContext } from '../directory/context'
import { lastPart } from '../storage/keys'
import { prefixRange, type Action, type Row } from '../storage/table'

const DELETED_AT_ONCE = 100
const DAY_MS = 86_400_000

/**
 * Deletes the records that are older than so many days, from the front, so that what is left has no gap. One that the service's own
 * consumers have not done stays; webhooks hold nothing up, since a paused one would keep personal data for ever. Begins
 * nothing after maxMs; repeatable, and safe on several instances at once. Returns whether more may be left. One trip when there is
 * nothing to do.
 */
export async function expireRecords(context: DirectoryContext, days: number, maxMs: number): Promise<boolean> {
  const { table } = context
  const started = performance.now()
  const before = context.now().getTime() - days * DAY_MS
  do {
    const page = await table.page(prefixRange('f'), { limit: DELETED_AT_ONCE, select: ['at', 'time'] })
    const done = page.rows.some((row) => isOld(row, before)) ? await doneByAll(context) : 0
    const old = frontOf(page.rows, (row) => isOld(row, before) && Number(lastPart(row.key)) <= done)
    if (old.length === 0) return false
    const outcome = await table.commit(old.map(({ key }): Action => ({ type: 'delete', key })))
    if (!outcome.ok || old.length < DELETED_AT_ONCE) return !outcome.ok // another worker was faster, or all is done
  } while (performance.now() - started < maxMs)
  return true
}

/** When the service stored it, whatever the clock of the writer said. */
const isOld = ({ values }: Row, before: number) => Date.parse(String(values['at'] ?? values['time'])) < before

function frontOf(rows: readonly Row[], belongs: (row: Row) => boolean): readonly Row[] {
  const end = rows.findIndex((row) => !belongs(row))
  return end < 0 ? rows : rows.slice(0, end)
}

/** The offset that every consumer of the service itself has reached. */
async function doneByAll({ table }: DirectoryContext): Promise<number> {
  const consumers = await table.all(prefixRange('l'), { select: ['offset'] })
  const own = consumers.filter(({ key }) => key.split('!').length === 2) // neither webhooks nor what a consumer is asked
  return Math.min(Number.MAX_SAFE_INTEGER, ...own.map(({ values }) => Number(values['offset'])))
}
