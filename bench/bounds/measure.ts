import { setTimeout as pause } from 'node:timers/promises'
import type { Client, Outcome, Sent } from '../service/exchange'
import type { World } from '../service/world'
import { watchMemory } from './memory'
import { share, startQuiet, startReads, type Latencies } from './quiet'
import { inLanes, numbers, type Prepared, type Row } from './row'

/** Nobody waits longer for a dear request. */
export const MAX_MS = 20_000
const TIMES_ALONE = 5
const MAX_ALONE_MS = 20_000
const LOADED = { minTimes: 5, minMs: 3_000, maxMs: 30_000 }
const UNLOADED_MS = 3_000
/** Until the reader of the feed rests after what was prepared. */
const SETTLE_MS = 4_000
const WARM = 100

export interface Figures {
  /** Median; infinite beyond MAX_MS. */
  readonly ms: number
  readonly statuses: readonly string[]
  /** As the log tells them, and as this process's storage got them. */
  readonly calls: number | undefined
  readonly storageRequests: number | undefined
  readonly unloaded: Latencies
  readonly loaded: Latencies
  /** Of point reads from the storage itself meanwhile. */
  readonly storage: Latencies
  /** Longest while loaded; infinite when the process had to be ended. */
  readonly stallMs: number
  readonly memory: { readonly before: number; readonly peak: number } | undefined
  /** Something ended as nothing may. */
  readonly isBroken: boolean
}

interface Time {
  readonly ms: number
  readonly statuses: readonly string[]
}

/** @param quiet the light request of the other tenant */
export async function measure(world: World, row: Row, quiet: Sent): Promise<Figures> {
  const prepared = await row.prepare(world, `busy-${row.key}`)
  if (row.anew === true) await world.restart()
  await pause(SETTLE_MS)
  const warm = world.server().client(MAX_MS)
  for (let i = 0; i < WARM; i += 1) await warm.send(quiet)
  const unloading = startQuiet(warm, quiet)
  await pause(UNLOADED_MS)
  const unloaded = await unloading.stop()

  const memory = watchMemory(world.server().pid)
  const alone = await measureAlone(world, prepared)
  const underLoad = await measureLoaded(world, prepared, quiet)
  const statuses = [...new Set([...alone.times, ...underLoad.times].flatMap((time) => time.statuses))]
  return {
    ms: share(
      alone.times.map(({ ms }) => ms),
      0.5,
    ),
    statuses,
    calls: alone.calls,
    storageRequests: alone.storageRequests,
    unloaded,
    loaded: underLoad.latencies,
    storage: underLoad.storage,
    stallMs: underLoad.stallMs,
    memory: memory.stop(),
    isBroken: statuses.some((status) => ['500', 'broken', 'timeout'].includes(status)) || underLoad.latencies.failed > 0,
  }
}

async function measureAlone(world: World, prepared: Prepared) {
  const times: Time[] = []
  const calls: number[] = []
  const storageRequests: number[] = []
  const started = performance.now()
  for (let i = 0; i < TIMES_ALONE && performance.now() - started < MAX_ALONE_MS; i += 1) {
    await prepared.before?.(i)
    await world.server().count()
    const client = world.server().client(MAX_MS, false)
    const time = await once(client, prepared, i)
    times.push(time)
    if (isLate(time)) {
      await world.restart()
      break
    }
    const counted = await world.server().count()
    calls.push(counted.requests.reduce((sum, request) => sum + request.calls, 0))
    storageRequests.push(counted.storageRequests)
    await pause(prepared.pauseMs)
  }
  const median = (counts: readonly number[]) => (counts.length === 0 ? undefined : share(counts, 0.5))
  return { times, calls: median(calls), storageRequests: median(storageRequests) }
}

async function measureLoaded(world: World, prepared: Prepared, quiet: Sent) {
  await world.server().count()
  const client = world.server().client(MAX_MS, false)
  const quietly = startQuiet(world.server().client(LOADED.maxMs + MAX_MS), quiet)
  const reading = startReads(world.read)
  const times: Time[] = []
  const started = performance.now()
  const isOver = () => {
    const ms = performance.now() - started
    return ms > LOADED.maxMs || (ms > LOADED.minMs && times.length >= LOADED.minTimes)
  }
  for (let i = TIMES_ALONE; !isOver(); i += 1) {
    await prepared.before?.(i)
    const time = await once(client, prepared, i)
    times.push(time)
    if (isLate(time)) break
    await pause(prepared.pauseMs)
  }
  if (times.some(isLate)) {
    const [latencies, storage] = await Promise.all([quietly.stop(), reading.stop(), world.restart()])
    return { times, latencies: { ...latencies, failed: 0 }, storage, stallMs: Number.POSITIVE_INFINITY } // they broke by the restart
  }
  const [latencies, storage] = await Promise.all([quietly.stop(), reading.stop()])
  const { longestDelayMs } = await world.server().count()
  return { times, latencies, storage, stallMs: longestDelayMs }
}

const isLate = ({ statuses }: Time) => statuses.includes('timeout')

/** All the requests of one time. Together they may take as long as one may. */
async function once(client: Client, { requests, inFlight }: Prepared, i: number): Promise<Time> {
  const all = requests(i)
  const started = performance.now()
  const isTooLate = () => performance.now() - started > MAX_MS
  const late: Outcome = { status: 0, ms: MAX_MS, text: '', failure: 'timeout' }
  const outcomes = await inLanes(numbers(all.length), inFlight ?? all.length, (index) => {
    const sent = all[index]
    return sent === undefined || isTooLate() ? Promise.resolve(late) : client.send(sent)
  })
  const statuses = [...new Set(outcomes.map(({ status, failure }) => failure ?? String(status)))]
  return { ms: statuses.includes('timeout') ? Number.POSITIVE_INFINITY : performance.now() - started, statuses }
}
