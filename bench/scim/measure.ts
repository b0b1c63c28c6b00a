import { inLanes } from '../bounds/row'
import { share } from '../bounds/quiet'
import type { Server } from '../service/server'
import type { Contender } from './contender'
import { processorMs, untilQuiet } from './processor'
import type { Row } from './row'

const MAX_MS = 60_000

/** What the server's process worked, and its HTTP requests to the storage. */
export interface Spent {
  readonly processorMs: number | undefined
  readonly storageRequests: number
}

/** One contender's turn, or the medians of several. */
export interface Figures {
  /** In the unit of the row: items a second, or the median of their milliseconds. */
  readonly value: number
  /** For each request, until the last answer. */
  readonly spent: Spent
  /** What went on until the server was quiet, where something was stored and a follower has to look at it. */
  readonly later: Spent | undefined
  /** In all of the turns. */
  readonly wrong: number
}

/** @param round from 1; 0 is for warming up */
export async function takeTurn(contender: Contender, row: Row, round: number): Promise<Figures> {
  const { items, inFlight, judge } = await row.prepare(contender, round)
  const server = contender.server()
  const client = server.client(MAX_MS)
  const requests = items.reduce((sum, item) => sum + item.length, 0)
  const spending = await watchSpending(server, requests)
  const started = performance.now()
  const answers = await inLanes(items, inFlight, async (item) => {
    const outcomes = []
    for (const sent of item) outcomes.push(await client.send(sent, { keep: true }))
    return outcomes
  })
  const seconds = (performance.now() - started) / 1000
  const spent = await spending.take()
  client.close()
  const isFollowed = row.stores && contender.name !== 'bare'
  if (isFollowed) await untilQuiet(server.pid)
  const times = answers.flat().map(({ ms }) => ms)
  return {
    value: row.unit === 'ms' ? share(times, 0.5) : items.length / seconds,
    spent,
    later: isFollowed ? await spending.take() : undefined,
    wrong: await judge(answers),
  }
}

/** @param requests among which it is shared out */
async function watchSpending(server: Server, requests: number) {
  await server.count()
  let last = processorMs(server.pid)
  return {
    /** Since the call before. */
    async take(): Promise<Spent> {
      const now = processorMs(server.pid)
      const worked = now === undefined || last === undefined ? undefined : (now - last) / requests
      last = now
      const { storageRequests } = await server.count()
      return { processorMs: worked, storageRequests: storageRequests / requests }
    },
  }
}

/** Of several turns the median of each figure, and all that was wrong. */
export function medians(turns: readonly Figures[]): Figures {
  const later = turns.map((turn) => turn.later).filter((one) => one !== undefined)
  return {
    value: median(turns.map(({ value }) => value)),
    spent: medianSpent(turns.map(({ spent }) => spent)),
    later: later.length === 0 ? undefined : medianSpent(later),
    wrong: turns.reduce((sum, { wrong }) => sum + wrong, 0),
  }
}

const median = (values: readonly number[]) => share(values, 0.5)

function medianSpent(all: readonly Spent[]): Spent {
  const worked = all.map((one) => one.processorMs).filter((ms) => ms !== undefined)
  return {
    processorMs: worked.length === 0 ? undefined : median(worked),
    storageRequests: median(all.map(({ storageRequests }) => storageRequests)),
  }
}
