import type { DirectoryContext } from '../directory/context'
import { consume, type Consumer, type Progress } from '../feed/consume'
import type { Checkpoint, Lease } from '../feed/lease'
import { seqOf } from '../feed/read-feed'
import { consumerKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import type { Action, Row } from '../storage/table'
import { consumerOf, listEndpoints, readEndpoint, replacement, wants, type WebhookEndpoint } from './endpoints'
import { runPartition, type PartitionEnd, type Step, type Tally } from './partition'
import { applyCommands, hasCommands } from './commands'
import { planStep, type StepPlan } from './plan'
import type { Send } from './send'
import { deadLetterAction, failedAttemptAction, readRetryQueues, retryQueueAction, type RetryQueue } from './delivery-rows'

const RECORDS_READ = 100
const PARTITIONS_AT_ONCE = 8
/** Failed attempts of one step that are stored; the checkpoint, 48 partitions and 16 dead letters share its transaction. */
const ATTEMPTS_STORED = 30
/** While a receiver takes other records, those that wait are tried at least so often. */
const RETRY_ALL_EVERY_MS = 10 * 60_000

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
      const queues = await readRetryQueues(table, id)
      nextDueMs = nextDueOf(queues)
      return hasCommands(endpoint) || queues.some(isDueAt(now().getTime(), checkpoint))
    },
    step: async (lease, read) => {
      const hasTime = () => lease.isFresh() && performance.now() - started < options.maxMs
      const [current, queues, records] = await Promise.all([readEndpoint(table, id), readRetryQueues(table, id), read()])
      nextDueMs = undefined
      // The removal of the endpoint may have come before the lease.
      if (current === undefined || current.state === 'removed')
        await table.commit([{ type: 'delete', key: consumerKey(consumerOf(id)) }])
      if (current?.state !== 'active') return 'done'
      nextDueMs = nextDueOf(queues)
      return takeStep({ context, lease, hasTime, options, endpoint: current, queues, records })
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
  readonly queues: readonly RetryQueue[]
  readonly records: readonly Row[]
}

/** One bounded piece of work, committed in one transaction at its end. */
async function takeStep(found: Found): Promise<'more' | 'done'> {
  const { context, lease, endpoint, queues, records } = found
  const { checkpoint } = lease
  if (hasCommands(endpoint)) {
    await applyCommands(context, lease, { endpoint, queues })
    return 'more'
  }
  const startedMs = context.now().getTime()
  const isDue = isDueAt(startedMs, checkpoint)
  const { offset } = checkpoint
  const plan = planStep({ offset, queues, isDue, records, isWanted: (type) => wants(endpoint, type) })
  if (plan.partitions.length === 0 && plan.offset === offset) return 'done'
  const { slug, send } = found.options
  const tally = { delivered: 0, failed: 0, isGone: false, lastStatus: 0, lastMs: 0 }
  const known = new Map(records.map((record) => [seqOf(record), record]))
  const step: Step = { context, slug, send, endpoint, records: known, hasTime: found.hasTime, tally }
  const ends = await inParallel(plan.partitions, PARTITIONS_AT_ONCE, (partition) => runPartition(step, partition))
  await lease.commit(checkpointAfter(context, { checkpoint, plan, ends, tally, startedMs }), [
    effectsOf(step, { plan, ends, logged: Number(checkpoint['logged'] ?? 0) }),
  ])
  return 'more'
}

/**
 * How far the consumer is, when it last delivered, since when all fails, how many failed attempts were stored, and when it last
 * began to retry all: what was last tried before that is due.
 */
function checkpointAfter(
  context: DirectoryContext,
  step: { checkpoint: Checkpoint; plan: StepPlan; ends: readonly PartitionEnd[]; tally: Tally; startedMs: number },
): Checkpoint {
  const { checkpoint, plan, ends, tally, startedMs } = step
  const nowMs = context.now().getTime()
  const { failing, retryBefore = 0, ...rest } = checkpoint
  const stored = ends.flatMap(({ failedAttempts }) => failedAttempts).slice(0, ATTEMPTS_STORED).length
  const next = { ...rest, retryBefore, offset: plan.offset, logged: Number(checkpoint['logged'] ?? 0) + stored }
  if (tally.delivered > 0) {
    const retriesAll = nowMs - Number(retryBefore) >= RETRY_ALL_EVERY_MS
    return {
      ...next,
      delivered: nowMs,
      status: tally.lastStatus,
      ms: tally.lastMs,
      retryBefore: retriesAll ? startedMs : retryBefore,
    }
  }
  return tally.failed > 0 || failing !== undefined ? { ...next, failing: failing ?? nowMs } : next
}

function effectsOf(
  { endpoint, tally }: Step,
  { plan, ends, logged }: { plan: StepPlan; ends: readonly PartitionEnd[]; logged: number },
): Action[] {
  const { id } = endpoint
  const before = new Set(plan.partitions.filter((partition) => partition.before !== undefined).map(({ entry }) => entry))
  const stay = ends.map(({ queue }) => queue).filter(({ entry, seqs }) => seqs.length > 0 || before.has(entry))
  const failedAttempts = ends.flatMap((end) => end.failedAttempts).slice(0, ATTEMPTS_STORED)
  return [
    ...[...stay, ...plan.grown].map((queue) => retryQueueAction(id, queue)),
    ...ends.flatMap(({ deadLetters }) => deadLetters).map((one) => deadLetterAction(id, one)),
    ...failedAttempts.map((failed, i) => failedAttemptAction(id, failed, logged + i)),
    ...(tally.isGone ? [replacement({ ...endpoint, state: 'paused', isGone: true })] : []),
  ]
}

/** Due by its time, or because the consumer began to retry all since it was last tried. */
const isDueAt =
  (nowMs: number, checkpoint: Checkpoint) =>
  ({ dueMs, lastAttemptMs = 0 }: RetryQueue) =>
    dueMs <= nowMs || lastAttemptMs < Number(checkpoint['retryBefore'] ?? 0)

const nextDueOf = (queues: readonly RetryQueue[]) =>
  queues.length === 0 ? undefined : Math.min(...queues.map(({ dueMs }) => dueMs))
