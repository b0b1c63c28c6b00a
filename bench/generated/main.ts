import { ownMs } from '../service/protocol'
import { startWorld, type Places, type World } from '../service/world'
import { makePool } from './pool'
import { readOptions, type Options } from './options'
import { longest, printRun, type Run } from './report'
import { describe, requestAt, type Doors } from './requests'

const TENANTS = 20
const IN_FLIGHT = 8
const MAX_REQUEST_MS = 240_000
/** Between two looks at what the server has counted, which keeps 10,000. */
const COUNT_EVERY = 1_000
const ALONE = 60
const STALL_MS = 50
const TIMES_ALONE = 2
/** The server is gone then, and the rest would say nothing. */
const MAX_BROKEN = 100

/** @param args as bench/README.md tells. Answers with the exit code. */
export async function main(args: readonly string[], places: Places): Promise<number> {
  const options = readOptions(args)
  const slugs = Array.from({ length: TENANTS }, (_, i) => `generated-${i}`)
  const world = await startWorld(places, slugs, { BENCH_TRACE: String(options.trace) })
  try {
    const pools = await Promise.all(slugs.map((slug) => makePool(slug, world.make(slug))))
    const made = { pools, doors: await openDoors(world) }
    const request = (index: number) => requestAt(index, options.seed, made)
    if (options.only !== undefined) {
      console.log(describe(request(options.only)))
      console.log(await alone(world, request(options.only), 3))
      return 0
    }
    const run = await fire(world, options, request)
    printRun(run, (index) => describe(request(index)), STALL_MS)
    await printAlone(world, suspects(run), request)
    return run.broken.length + (run.statuses.get(500) ?? 0) > 0 ? 1 : 0
  } finally {
    await world.stop()
  }
}

async function openDoors(world: World): Promise<Doors> {
  const scopes = ['people:read', 'changes:read']
  const { value } = await world.manage('POST', '/product-keys', { label: 'Bench', scopes })
  return { scim: world.scim, operator: world.operator, product: { authorization: `Bearer ${String(value)}` } }
}

/** Numbers of the requests that were under way at the longest stalls, or that did most of them. */
function suspects(run: Run): number[] {
  const long = longest(run, STALL_MS)
  const names = long.flatMap(({ underway, spent }) => spent?.slice(0, 1).map(([name]) => name) ?? underway)
  return [...new Set(names)].filter((name) => /^\d+$/.test(name)).map(Number)
}

/** Sends some requests once more, each alone, and tells those at which the event loop stands still. */
async function printAlone(world: World, indexes: readonly number[], request: Request): Promise<void> {
  const lines: { ms: number; line: string }[] = []
  for (const index of indexes.slice(0, ALONE)) {
    const { ms, words } = await aloneFigures(world, request(index), TIMES_ALONE)
    lines.push({ ms, line: `  #${index} ${words}; ${describe(request(index))}` })
  }
  const own = lines.filter(({ ms }) => ms > 0).toSorted((a, b) => b.ms - a.ms)
  if (lines.length > 0)
    console.log(`\nOf ${indexes.length} such requests ${lines.length} once more, each alone; of these stood still at:`)
  for (const { line } of own) console.log(line)
}

type Request = (index: number) => ReturnType<typeof requestAt>

/** Sends all of them, so many in flight, until they are through or the time is over. */
async function fire(world: World, options: Options, request: Request): Promise<Run> {
  const server = world.server()
  const client = server.client(MAX_REQUEST_MS)
  await server.count()
  const started = performance.now()
  const run: Run = { sent: 0, seconds: 0, statuses: new Map(), broken: [], failed: [], stalls: [], longestDelayMs: 0 }
  const isOver = () => performance.now() - started > options.maxSeconds * 1000 || run.broken.length >= MAX_BROKEN
  let next = 0
  async function lane(): Promise<void> {
    while (next < options.count && !isOver()) {
      const index = next
      next += 1
      const { status, failure } = await client.send(request(index).sent)
      run.sent += 1
      if (failure !== undefined) run.broken.push({ index, failure })
      else run.statuses.set(status, (run.statuses.get(status) ?? 0) + 1)
      if (status === 500) run.failed.push(index)
      if (index % COUNT_EVERY === COUNT_EVERY - 1) await look()
    }
  }
  async function look(): Promise<void> {
    const { stalls, longestDelayMs } = await server.count()
    run.stalls.push(...stalls)
    run.longestDelayMs = Math.max(run.longestDelayMs, longestDelayMs)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  await look()
  run.seconds = (performance.now() - started) / 1000
  client.close()
  return run
}

async function aloneFigures(world: World, { sent }: ReturnType<Request>, times: number): Promise<{ ms: number; words: string }> {
  const client = world.server().client(MAX_REQUEST_MS)
  await world.server().count()
  const ends: string[] = []
  for (let i = 0; i < times; i += 1) {
    const { status, failure, ms } = await client.send(sent)
    ends.push(`${failure ?? status} in ${Math.round(ms)} ms`)
  }
  const { stalls } = await world.server().count()
  client.close()
  const ms = Math.max(0, ...stalls.map(ownMs))
  return { ms, words: `stall ${Math.round(ms)} ms (${ends.join(', ')})` }
}

const alone = async (world: World, request: ReturnType<Request>, times: number) =>
  (await aloneFigures(world, request, times)).words
