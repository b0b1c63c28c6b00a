import type { DirectoryContext } from '../directory/context'
import type { Lease } from '../feed/lease'
import { replacement, type WebhookEndpoint } from './endpoints'
import { deadLetterRemoval, inOrder, readDeadLetter, retryQueueAction, type RetryQueue } from './delivery-rows'

/** Dead letters that can be asked for at once: each needs two actions of the transaction. */
export const MAX_RETRIES_ASKED = 40

export const hasCommands = ({ commands }: WebhookEndpoint) =>
  commands.replayAfter !== undefined || commands.retryNow === true || (commands.retry ?? []).length > 0

/** Does what people asked of the consumer and crosses it out, in one transaction. @throws LeaseLost */
export async function applyCommands(
  context: DirectoryContext,
  lease: Lease,
  { endpoint, queues }: { endpoint: WebhookEndpoint; queues: readonly RetryQueue[] },
): Promise<void> {
  const { id, commands } = endpoint
  const nowMs = context.now().getTime()
  const asked = inOrder(commands.retry ?? []).slice(0, MAX_RETRIES_ASKED)
  const deadLetters = (await Promise.all(asked.map((seq) => readDeadLetter(context.table, id, seq)))).filter(
    (one) => one !== undefined,
  )
  const rows = new Map<string, RetryQueue>()
  for (const { entry, seq } of deadLetters) {
    const held = rows.get(entry) ?? queues.find((one) => one.entry === entry)
    rows.set(entry, { entry, seqs: inOrder([...(held?.seqs ?? []), seq]), dueMs: nowMs, attempts: 0 })
  }
  const checkpoint = {
    ...lease.checkpoint,
    ...(commands.replayAfter !== undefined && { offset: commands.replayAfter }),
    ...(commands.retryNow === true && { retryBefore: nowMs }),
  }
  await lease.commit(checkpoint, [
    [
      replacement({ ...endpoint, commands: {} }),
      ...deadLetters.map(({ seq }) => deadLetterRemoval(id, seq)),
      ...[...rows.values()].map((row) => retryQueueAction(id, row)),
    ],
  ])
}
