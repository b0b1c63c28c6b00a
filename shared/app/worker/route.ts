import { savePolicy } from '../../access/save-policy'
import { routePeople } from '../../super-tenants/consumer/route-people'
import { createMeter } from '../../storage/meter'
import type { FollowerParts } from './parts'
import type { Next } from './turns'

const MAX_ROUTING_MS = 5_000

/**
 * Routes a super tenant's people, and has the tenants followed that they were routed to. Targets are never sources, so
 * following one of them routes nobody any further.
 */
export async function routeTurn(parts: FollowerParts, slug: string, follow: (target: string) => Promise<unknown>): Promise<Next> {
  const { storage, tenants, open } = parts
  const tenant = await tenants.find(slug)
  if (tenant === undefined || tenant.settings.paused) return 'done'
  const tell = (target: string, error: unknown) => {
    parts.onFailure('route-people', target, error)
  }
  const routing = {
    storage,
    tenants,
    open: (opened: Parameters<typeof open>[0]) => open(opened, createMeter()),
    savePolicy: (target: string, save: Parameters<typeof savePolicy>[2]) =>
      savePolicy({ storage, tenants, now: () => new Date() }, target, save),
    onFailure: tell,
  }
  const { state, written } = await routePeople(routing, tenant, MAX_ROUTING_MS)
  const followed = written.map((target) =>
    follow(target).catch((error: unknown) => {
      tell(target, error) // the timer follows it as well
    }),
  )
  await Promise.all(followed)
  return state
}
