import type { Outgoing, Send } from '../../shared/webhooks/send'
import { newOwner, type Owner, type Scheduler } from './scheduler'

/** A try to deliver a record, in the order in which tries came. */
export interface Delivery {
  readonly webhookId: string
  readonly seq: number
  /** Whom the record is about. */
  readonly subject: string
  readonly isTaken: boolean
}

export interface Receiver {
  readonly send: (owner: Owner) => Send
  readonly deliveries: readonly Delivery[]
}

/** A product's endpoint, which is slow and refuses some of what comes while faults last. */
export function newReceiver(scheduler: Scheduler, refusals: () => number): Receiver {
  const deliveries: Delivery[] = []
  const network = newOwner('receiver')
  const send = async (owner: Owner, { headers, body }: Outgoing) => {
    await scheduler.wait(network, 5 + 50 * scheduler.random())
    const isTaken = scheduler.random() >= refusals()
    const { data } = JSON.parse(body) as { data: { seq: number; id: string } }
    deliveries.push({ webhookId: headers['webhook-id'] ?? '', seq: data.seq, subject: data.id, isTaken })
    await scheduler.wait(owner, 5 + 50 * scheduler.random())
    return isTaken ? { status: 204, ms: 50 } : ({ status: 503, error: 'status', ms: 50 } as const)
  }
  return { send: (owner) => (message) => send(owner, message), deliveries }
}
