import type { DirectoryContext } from '../directory/context'
import { feedKey } from '../storage/keys'
import type { Row } from '../storage/table'
import { wants, type WebhookEndpoint } from './endpoints'
import { composeMessage, type Message } from './message'
import type { Lane } from './plan'
import { liveTexts, signedHeaders } from './secrets'
import type { Outcome, Send } from './send'
import { backOffMs, GIVE_UP_MS, type FailedTry, type Parked, type Waiting } from './waiting'

/** One step of an endpoint's consumer, shared by its lanes. */
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

export interface LaneEnd {
  /** Empty when everything was delivered or parked. */
  readonly waiting: Waiting
  readonly parked: readonly Parked[]
  readonly tries: readonly FailedTry[]
}

/** So many failures without any success: the receiver is down, and the rest of the step is not tried. */
const FAILURES_OF_A_RECEIVER_DOWN = 8
const GONE = 410

interface Head {
  readonly attempts: number
  readonly firstTriedMs?: number | undefined
  readonly lastTriedMs?: number | undefined
}
const UNTRIED: Head = { attempts: 0 }

/** Sends the records of the lane in their order, up to the first that fails. After three days of tries one is parked. */
export async function runLane(step: Step, { entry, seqs, before }: Lane): Promise<LaneEnd> {
  const left = [...seqs]
  const [parked, tries]: [Parked[], FailedTry[]] = [[], []]
  let head: Head = before !== undefined && before.seqs[0] === left[0] ? before : UNTRIED
  const nowMs = () => step.context.now().getTime()
  const end = (dueMs: number): LaneEnd => {
    const { attempts, firstTriedMs, lastTriedMs } = head
    return { waiting: { entry, seqs: left, dueMs, attempts, firstTriedMs, lastTriedMs }, parked, tries }
  }
  for (let seq = left[0]; seq !== undefined; seq = left[0]) {
    if (isDown(step)) {
      head = { ...head, lastTriedMs: nowMs() }
      return end(nowMs() + backOffMs(head.attempts))
    }
    const sent = await deliver(step, seq)
    if (sent === 'later') return end(nowMs())
    if (sent !== 'skipped' && sent.outcome.error !== undefined) {
      const { error, status, ms } = sent.outcome
      const timeMs = nowMs()
      head = { attempts: head.attempts + 1, firstTriedMs: head.firstTriedMs ?? timeMs, lastTriedMs: timeMs }
      const { type } = sent.message
      tries.push({ seq, type, timeMs, attempt: head.attempts, error, status, ms })
      if (timeMs - (head.firstTriedMs ?? timeMs) < GIVE_UP_MS) return end(timeMs + backOffMs(head.attempts))
      parked.push({ seq, entry, type, parkedMs: timeMs, attempts: head.attempts, error })
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
