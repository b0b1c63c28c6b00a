import type { DirectoryContext } from '../directory/context'
import { feedKey } from '../storage/keys'
import type { Row } from '../storage/table'
import { wants, type WebhookEndpoint } from './endpoints'
import { composeMessage, type Message } from './message'
import type { Partition } from './plan'
import { liveTexts, signedHeaders } from './secrets'
import type { Outcome, Send } from './send'
import { backOffMs, GIVE_UP_MS, type DeadLetter, type FailedAttempt, type RetryQueue } from './delivery-rows'

/** One step of an endpoint's consumer, shared by its partitions. */
export interface Step {
  readonly context: DirectoryContext
  readonly slug: string
  readonly send: Send
  readonly endpoint: WebhookEndpoint
  /** Records that were read already, by number. */
  readonly records: ReadonlyMap<number, Row>
  /** Whether there is time for another delivery under the lease. */
  readonly hasTime: () => boolean
  readonly tally: Tally
}

export interface Tally {
  delivered: number
  failed: number
  /** The receiver answered 410: it wants nothing more. */
  isGone: boolean
  lastStatus: number
  lastMs: number
}

export interface PartitionEnd {
  /** Empty when everything was delivered or given up. */
  readonly queue: RetryQueue
  readonly deadLetters: readonly DeadLetter[]
  readonly failedAttempts: readonly FailedAttempt[]
}

/** So many failures without any success: the receiver is down, and the rest of the step is not tried. */
const FAILURES_OF_A_RECEIVER_DOWN = 8
const GONE = 410

interface Head {
  readonly attempts: number
  readonly firstAttemptMs?: number | undefined
  readonly lastAttemptMs?: number | undefined
}
const UNTRIED: Head = { attempts: 0 }

/** Sends the records of the partition in their order, up to the first that fails. One that failed for three days becomes a dead letter. */
export async function runPartition(step: Step, { entry, seqs, before }: Partition): Promise<PartitionEnd> {
  const left = [...seqs]
  const [deadLetters, failedAttempts]: [DeadLetter[], FailedAttempt[]] = [[], []]
  let head: Head = before !== undefined && before.seqs[0] === left[0] ? before : UNTRIED
  const nowMs = () => step.context.now().getTime()
  const end = (dueMs: number): PartitionEnd => {
    const { attempts, firstAttemptMs, lastAttemptMs } = head
    return { queue: { entry, seqs: left, dueMs, attempts, firstAttemptMs, lastAttemptMs }, deadLetters, failedAttempts }
  }
  for (let seq = left[0]; seq !== undefined; seq = left[0]) {
    if (isDown(step)) {
      head = { ...head, lastAttemptMs: nowMs() }
      return end(nowMs() + backOffMs(head.attempts))
    }
    const sent = await deliver(step, seq)
    if (sent === 'later') return end(nowMs())
    if (sent !== 'skipped' && sent.outcome.error !== undefined) {
      const { error, status, ms } = sent.outcome
      const timeMs = nowMs()
      head = { attempts: head.attempts + 1, firstAttemptMs: head.firstAttemptMs ?? timeMs, lastAttemptMs: timeMs }
      const { type } = sent.message
      failedAttempts.push({ seq, type, timeMs, attempt: head.attempts, error, status, ms })
      if (timeMs - (head.firstAttemptMs ?? timeMs) < GIVE_UP_MS) return end(timeMs + backOffMs(head.attempts))
      deadLetters.push({ seq, entry, type, givenUpMs: timeMs, attempts: head.attempts, error })
    }
    left.shift()
    head = UNTRIED
  }
  return end(0)
}

const isDown = ({ tally }: Step) => tally.delivered === 0 && tally.failed >= FAILURES_OF_A_RECEIVER_DOWN

/** `later`: there is no time. `skipped`: the endpoint does not want it any more, or the feed does not keep it any more. */
async function deliver(step: Step, seq: number): Promise<'later' | 'skipped' | { message: Message; outcome: Outcome }> {
  const { context, slug, endpoint, records, tally } = step
  const mayBegin = () => step.hasTime() && !tally.isGone
  if (!mayBegin()) return 'later'
  const record = records.get(seq) ?? (await context.table.get(feedKey(seq)))
  if (record === undefined || !wants(endpoint, String(record.values['type']))) return 'skipped'
  const message = await composeMessage(context, slug, record)
  if (!mayBegin()) return 'later' // storage was slow
  const outcome = await sendSigned(step, message)
  if (outcome.error === undefined) {
    tally.delivered += 1
    tally.lastStatus = outcome.status ?? 0
    tally.lastMs = outcome.ms
  } else tally.failed += 1
  if (outcome.status === GONE) tally.isGone = true
  return { message, outcome }
}

/**
 * Sends the message once, signed by every live secret of the endpoint. Without one whose root key still counts it fails as `secret`,
 * and is tried again, so that a new secret helps.
 * @throws VaultUnavailable or VaultForbidden when the vault has to be asked for the root key and does not give it: nothing was tried
 */
export async function sendSigned(
  by: { readonly context: DirectoryContext; readonly send: Send; readonly endpoint: WebhookEndpoint },
  message: Message,
): Promise<Outcome> {
  const { context, send, endpoint } = by
  const secrets = await liveTexts(context, endpoint)
  if (secrets.length === 0) return { error: 'secret', ms: 0 }
  return send({ url: endpoint.url, headers: signedHeaders(secrets, message, context.now()), body: message.body })
}
