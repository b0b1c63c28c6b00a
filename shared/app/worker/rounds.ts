import { ROUND_KEY } from '../../storage/keys'
import { isTableMissing, type Table } from '../../storage/table'

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
