import type { DirectoryContext } from '../directory/context'
import { deliverWebhooks, type DeliveryProgress } from '../webhooks/deliver'
import { MAX_READING_MS, type FollowerParts } from './parts'

export interface Deliveries {
  /** The delivery under way, or a new one. */
  start(slug: string, context: DirectoryContext): Promise<DeliveryProgress>
  running(slug: string): Promise<DeliveryProgress> | undefined
}

export function deliveriesOf({ send }: FollowerParts): Deliveries {
  const running = new Map<string, Promise<DeliveryProgress>>()
  return {
    start(slug, context) {
      const held = running.get(slug)
      if (held !== undefined) return held
      const delivery = deliverWebhooks(context, { slug, send, maxMs: MAX_READING_MS }).finally(() => running.delete(slug))
      delivery.catch(() => undefined) // told to whoever waits for it, now or at the end of the run
      running.set(slug, delivery)
      return delivery
    },
    running: (slug) => running.get(slug),
  }
}
