import { createMeter } from '../../storage/meter'
import { deliverWebhooks } from '../../webhooks/deliver'
import type { FollowerParts } from './parts'
import type { Next } from './turns'

const MAX_DELIVERING_MS = 15_000

/** Sends a tenant's webhooks, and says when the next one is due. A paused tenant's wait. */
export async function deliverTurn({ tenants, open, send }: FollowerParts, slug: string): Promise<Next> {
  const tenant = await tenants.find(slug)
  if (tenant === undefined || tenant.settings.paused) return 'done'
  const { state, nextDueMs } = await deliverWebhooks(open(tenant, createMeter()), { slug, send, maxMs: MAX_DELIVERING_MS })
  return state === 'done' ? (nextDueMs ?? 'done') : state
}
