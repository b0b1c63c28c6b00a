import type { DirectoryContext } from '../directory/context'
import type { Lease } from '../feed/lease'
import { replacement, type WebhookEndpoint } from './endpoints'
import { inOrder, readParked, unparkedAction, waitingAction, type Waiting } from './waiting'

/** Parked records that can be asked for at once: each needs two actions of the transaction. */
export const MAX_RETRIES_ASKED = 40

export const hasOrders = ({ orders }: WebhookEndpoint) =>
  orders.replayAfter !== undefined || orders.hurry === true || (orders.retry ?? []).length > 0

/** Does what people asked of the consumer and crosses it out, in one transaction. @throws LeaseLost */
export async function obey(
  context: DirectoryContext,
  lease: Lease,
  { endpoint, waiting }: { endpoint: WebhookEndpoint; waiting: readonly Waiting[] },
): Promise<void> {
  const { id, orders } = endpoint
  const nowMs = context.now().getTime()
  const asked = inOrder(orders.retry ?? []).slice(0, MAX_RETRIES_ASKED)
  const parked = (await Promise.all(asked.map((seq) => readParked(context.table, id, seq)))).filter((one) => one !== undefined)
  const rows = new Map<string, Waiting>()
  for (const { entry, seq } of parked) {
    const held = rows.get(entry) ?? waiting.find((one) => one.entry === entry)
    rows.set(entry, { entry, seqs: inOrder([...(held?.seqs ?? []), seq]), dueMs: nowMs, attempts: 0 })
  }
  const checkpoint = {
    ...lease.checkpoint,
    ...(orders.replayAfter !== undefined && { offset: orders.replayAfter }),
    ...(orders.hurry === true && { hurried: nowMs }),
  }
  await lease.commit(checkpoint, [
    [
      replacement({ ...endpoint, orders: {} }),
      ...parked.map(({ seq }) => unparkedAction(id, seq)),
      ...[...rows.values()].map((row) => waitingAction(id, row)),
    ],
  ])
}
