import type { DirectoryContext } from '../directory/context'
import { readPlace, takeCheckpoint, type Checkpoint, type Place } from '../feed/checkpoint'
import { feedKey, lastPart, readerKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Action } from '../storage/table'
import { listEndpoints, readEndpoint, readerOf, replacement, wants, type WebhookEndpoint } from './endpoints'
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
  /** done: nothing is left that is due. more: the time was up. busy: another worker is at it. */
  readonly state: 'done' | 'more' | 'busy'
  /** When the next try is due, in milliseconds since the epoch; undefined when nothing waits. */
  readonly nextDueMs: number | undefined
}

/**
 * Sends the numbered records to every active endpoint of the tenant that wants them, each endpoint by a reader of its own
 * (row l!w!<endpoint>). Records of one person go one after another in the order of the feed, also when some fail; those of
 * others go on meanwhile, up to eight at a time. It may break off anywhere and any number of workers may call it: nothing
 * is lost, and what is sent twice carries the same id. One trip without endpoints, three when nothing is left.
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
    state: (['more', 'busy'] as const).find((one) => done.some(({ state }) => state === one)) ?? 'done',
    nextDueMs: due.length === 0 ? undefined : Math.min(...due),
  }
}

async function deliverTo(
  context: DirectoryContext,
  endpoint: WebhookEndpoint,
  options: DeliveryOptions,
): Promise<DeliveryProgress> {
  const { table } = context
  const reader = readerOf(endpoint.id)
  const [place, waiting] = await Promise.all([readPlace(table, reader), readWaiting(table, endpoint.id)])
  const nowMs = context.now().getTime()
  const isIdle = !hasOrders(endpoint) && !waiting.some(isDueAt(nowMs, place))
  if (isIdle && (await recordsBehind(context, place?.seq ?? endpoint.begin, 1)).length === 0)
    return { state: 'done', nextDueMs: nextDueOf(waiting) }
  const checkpoint = await takeCheckpoint(table, reader, {
    begin: () => Promise.resolve({ seq: endpoint.begin }),
    now: context.now,
  })
  if (checkpoint === undefined) return { state: 'busy', nextDueMs: nextDueOf(waiting) }
  const started = performance.now()
  const hasTime = () => checkpoint.isFresh() && performance.now() - started < options.maxMs
  let progress: DeliveryProgress | 'on' | 'lost' = 'on'
  while (progress === 'on') {
    progress = hasTime()
      ? await takeStep({ context, checkpoint, id: endpoint.id, hasTime, options })
      : { state: 'more', nextDueMs: undefined }
  }
  if (progress === 'lost') return { state: 'busy', nextDueMs: undefined }
  await checkpoint.release()
  return progress
}

interface Run {
  readonly context: DirectoryContext
  readonly checkpoint: Checkpoint
  readonly id: string
  readonly hasTime: () => boolean
  readonly options: DeliveryOptions
}

/** One bounded piece of work, stored in one transaction at its end; `lost` when another worker has taken over. */
async function takeStep(run: Run): Promise<DeliveryProgress | 'on' | 'lost'> {
  const { context, checkpoint, id } = run
  const { place } = checkpoint
  const [endpoint, waiting, records] = await Promise.all([
    readEndpoint(context.table, id),
    readWaiting(context.table, id),
    recordsBehind(context, place.seq, RECORDS_READ),
  ])
  if (endpoint === undefined || endpoint.state === 'removed') {
    await context.table.commit([{ type: 'delete', key: readerKey(readerOf(id)) }]) // its removal may have come before the lease
    return 'lost'
  }
  if (endpoint.state === 'paused') return { state: 'done', nextDueMs: undefined }
  if (hasOrders(endpoint)) return (await obey(context, checkpoint, { endpoint, waiting })) ? 'on' : 'lost'
  const startedMs = context.now().getTime()
  const isDue = isDueAt(startedMs, place)
  const plan = planStep({ seq: place.seq, waiting, isDue, records, isWanted: (type) => wants(endpoint, type) })
  if (plan.lanes.length === 0 && plan.seq === place.seq) return { state: 'done', nextDueMs: nextDueOf(waiting) }
  const { slug, send } = run.options
  const tally = { delivered: 0, failed: 0, isGone: false, lastStatus: 0, lastMs: 0 }
  const known = new Map(records.map((record) => [Number(lastPart(record.key)), record]))
  const step: Step = { context, slug, send, endpoint, records: known, hasTime: run.hasTime, tally }
  const ends = await inParallel(plan.lanes, LANES_AT_ONCE, (lane) => runLane(step, lane))
  const isStored = await checkpoint.advance(
    placeAfter(context, { place, plan, ends, tally, startedMs }),
    effectsOf(step, { plan, ends, logged: Number(place['logged'] ?? 0) }),
  )
  return isStored ? 'on' : 'lost'
}

/**
 * The reader's place: how far it is, when it last delivered, since when all fails, how many failed tries were told, and
 * when it last hurried: what was last tried before that is due.
 */
function placeAfter(
  context: DirectoryContext,
  step: { place: Place; plan: StepPlan; ends: readonly LaneEnd[]; tally: Tally; startedMs: number },
): Place {
  const { place, plan, ends, tally, startedMs } = step
  const nowMs = context.now().getTime()
  const { failing, hurried = 0, ...rest } = place
  const told = ends.flatMap(({ tries }) => tries).slice(0, TRIES_TOLD).length
  const next = { ...rest, hurried, seq: plan.seq, logged: Number(place['logged'] ?? 0) + told }
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

/** Due by its time, or because the reader has hurried since it was last tried. */
const isDueAt =
  (nowMs: number, place: Place | undefined) =>
  ({ dueMs, lastTriedMs = 0 }: Waiting) =>
    dueMs <= nowMs || lastTriedMs < Number(place?.['hurried'] ?? 0)

const nextDueOf = (waiting: readonly Waiting[]) =>
  waiting.length === 0 ? undefined : Math.min(...waiting.map(({ dueMs }) => dueMs))

const recordsBehind = ({ table }: DirectoryContext, seq: number, limit: number) =>
  table.all({ from: feedKey(seq + 1), before: prefixRange('f').before }, { limit })
