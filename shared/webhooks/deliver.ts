import type { DirectoryContext } from '../directory/context'
import { consume, type Consumer, type Progress } from '../feed/consume'
import type { Checkpoint, Lease } from '../feed/lease'
import { seqOf } from '../feed/read-feed'
import { consumerKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import type { Action, Row } from '../storage/table'
import { consumerOf, listEndpoints, readEndpoint, replacement, wants, type WebhookEndpoint } from './endpoints'
import { runLane, type LaneEnd, type Step, type Tally } from './lane'
import { hasOrders, obey } from './orders'
import { planStep, type StepPlan } from './plan'
import type { Send } from './send'
import { parkedAction, readWaiting, tryAction, waitingAction, type Waiting } from './waiting'

const RECORDS_READ = 100
const LANES_AT_ONCE = 8
/** Failed tries of one step that are told; the checkpoint, 48 lanes and 16 parked records share its transaction. */
const TRIES_TOLD = 30
/** While a receiver takes other records, those that wait are tried at least so often. */
const HURRY_EVERY_MS = 10 * 60_000

export interface DeliveryOptions {
  /** The tenant's. */
  readonly slug: string
  readonly send: Send
  /** Begins no delivery after that. */
  readonly maxMs: number
}

export interface DeliveryProgress {
  readonly state: Progress
  /** When the next try is due, in milliseconds since the epoch; undefined when nothing waits. */
  readonly nextDueMs: number | undefined
}

/**
 * Sends the numbered records to every active endpoint of the tenant that wants them: each endpoint is a consumer of its own
 * (row l!w!<endpoint>). Records of one person go one after another in the order of the feed, also when some fail; those of
 * others go on meanwhile, up to eight at a time. Nothing is lost, and what is sent twice carries the same id. One trip without
 * endpoints, three when nothing is left.
 */
export async function deliverWebhooks(context: DirectoryContext, options: DeliveryOptions): Promise<DeliveryProgress> {
  const active = (await listEndpoints(context.table)).filter(({ state }) => state === 'active')
  const ends = await Promise.allSettled(active.map((endpoint) => deliverTo(context, endpoint, options)))
  const done = ends.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
  const due = done.map(({ nextDueMs }) => nextDueMs).filter((time) => time !== undefined)
  return {
    state: (['more', 'later'] as const).find((one) => done.some(({ state }) => state === one)) ?? 'done',
    nextDueMs: due.length === 0 ? undefined : Math.min(...due),
  }
}

async function deliverTo(
  context: DirectoryContext,
  endpoint: WebhookEndpoint,
  options: DeliveryOptions,
): Promise<DeliveryProgress> {
  const { table, now } = context
  const { id } = endpoint
  const started = performance.now()
  let nextDueMs: number | undefined
  const consumer: Consumer = {
    name: consumerOf(id),
    pageSize: RECORDS_READ,
    begin: () => ({ offset: endpoint.begin }),
    hasWork: async (checkpoint) => {
      const waiting = await readWaiting(table, id)
      nextDueMs = nextDueOf(waiting)
      return hasOrders(endpoint) || waiting.some(isDueAt(now().getTime(), checkpoint))
    },
    step: async (lease, read) => {
      const hasTime = () => lease.isFresh() && performance.now() - started < options.maxMs
      const [current, waiting, records] = await Promise.all([readEndpoint(table, id), readWaiting(table, id), read()])
      nextDueMs = undefined
      // The removal of the endpoint may have come before the lease.
      if (current === undefined || current.state === 'removed')
        await table.commit([{ type: 'delete', key: consumerKey(consumerOf(id)) }])
      if (current?.state !== 'active') return 'done'
      nextDueMs = nextDueOf(waiting)
      return takeStep({ context, lease, hasTime, options, endpoint: current, waiting, records })
    },
  }
  const state = await consume(context, consumer, options.maxMs)
  return { state, nextDueMs: state === 'done' ? nextDueMs : undefined }
}

interface Found {
  readonly context: DirectoryContext
  readonly lease: Lease
  readonly hasTime: () => boolean
  readonly options: DeliveryOptions
  readonly endpoint: WebhookEndpoint
  readonly waiting: readonly Waiting[]
  readonly records: readonly Row[]
}

/** One bounded piece of work, committed in one transaction at its end. */
async function takeStep(found: Found): Promise<'more' | 'done'> {
  const { context, lease, endpoint, waiting, records } = found
  const { checkpoint } = lease
  if (hasOrders(endpoint)) {
    await obey(context, lease, { endpoint, waiting })
    return 'more'
  }
  const startedMs = context.now().getTime()
  const isDue = isDueAt(startedMs, checkpoint)
  const { offset } = checkpoint
  const plan = planStep({ offset, waiting, isDue, records, isWanted: (type) => wants(endpoint, type) })
  if (plan.lanes.length === 0 && plan.offset === offset) return 'done'
  const { slug, send } = found.options
  const tally = { delivered: 0, failed: 0, isGone: false, lastStatus: 0, lastMs: 0 }
  const known = new Map(records.map((record) => [seqOf(record), record]))
  const step: Step = { context, slug, send, endpoint, records: known, hasTime: found.hasTime, tally }
  const ends = await inParallel(plan.lanes, LANES_AT_ONCE, (lane) => runLane(step, lane))
  await lease.commit(checkpointAfter(context, { checkpoint, plan, ends, tally, startedMs }), [
    effectsOf(step, { plan, ends, logged: Number(checkpoint['logged'] ?? 0) }),
  ])
  return 'more'
}

/**
 * How far the consumer is, when it last delivered, since when all fails, how many failed tries were told, and when it last
 * hurried: what was last tried before that is due.
 */
function checkpointAfter(
  context: DirectoryContext,
  step: { checkpoint: Checkpoint; plan: StepPlan; ends: readonly LaneEnd[]; tally: Tally; startedMs: number },
): Checkpoint {
  const { checkpoint, plan, ends, tally, startedMs } = step
  const nowMs = context.now().getTime()
  const { failing, hurried = 0, ...rest } = checkpoint
  const told = ends.flatMap(({ tries }) => tries).slice(0, TRIES_TOLD).length
  const next = { ...rest, hurried, offset: plan.offset, logged: Number(checkpoint['logged'] ?? 0) + told }
  if (tally.delivered > 0) {
    const hurries = nowMs - Number(hurried) >= HURRY_EVERY_MS
    return {
      ...next,
      delivered: nowMs,
      status: tally.lastStatus,
      ms: tally.lastMs,
      hurried: hurries ? startedMs : hurried,
    }
  }
  return tally.failed > 0 || failing !== undefined ? { ...next, failing: failing ?? nowMs } : next
}

function effectsOf(
  { endpoint, tally }: Step,
  { plan, ends, logged }: { plan: StepPlan; ends: readonly LaneEnd[]; logged: number },
): Action[] {
  const { id } = endpoint
  const before = new Set(plan.lanes.filter((lane) => lane.before !== undefined).map(({ entry }) => entry))
  const stay = ends.map(({ waiting }) => waiting).filter(({ entry, seqs }) => seqs.length > 0 || before.has(entry))
  const tries = ends.flatMap((end) => end.tries).slice(0, TRIES_TOLD)
  return [
    ...[...stay, ...plan.grown].map((waiting) => waitingAction(id, waiting)),
    ...ends.flatMap(({ parked }) => parked).map((parked) => parkedAction(id, parked)),
    ...tries.map((failed, i) => tryAction(id, failed, logged + i)),
    ...(tally.isGone ? [replacement({ ...endpoint, state: 'paused', isGone: true })] : []),
  ]
}

/** Due by its time, or because the consumer has hurried since it was last tried. */
const isDueAt =
  (nowMs: number, checkpoint: Checkpoint) =>
  ({ dueMs, lastTriedMs = 0 }: Waiting) =>
    dueMs <= nowMs || lastTriedMs < Number(checkpoint['hurried'] ?? 0)

const nextDueOf = (waiting: readonly Waiting[]) =>
  waiting.length === 0 ? undefined : Math.min(...waiting.map(({ dueMs }) => dueMs))
