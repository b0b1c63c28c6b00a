import { savePolicy } from '../manage/save-policy'
import { routePeople, type RoutingProgress } from '../routing/reader'
import { createMeter } from '../storage/meter'
import type { Tenant } from '../tenants/tenant'
import { MAX_READING_MS, type FollowerParts } from './parts'

export interface Routings {
  /** A new routing. One that is under way may have had its last look before the newest records: it counts as `more`. */
  start(tenant: Tenant): Promise<RoutingProgress>
  /** Until the tenants that people were routed to are followed as well. */
  running(slug: string): Promise<unknown>
}

export const NOT_ROUTED: RoutingProgress = { state: 'done', written: [] }

/** Targets are never sources, so following one of them routes nobody any further. */
export function routingsOf(parts: FollowerParts, followTarget: (slug: string) => Promise<void>): Routings {
  const { storage, tenants, open, onRouteFailure } = parts
  const routings = new Map<string, Promise<RoutingProgress>>()
  const followings = new Map<string, Promise<unknown>>()
  const routing = {
    storage,
    tenants,
    open: (tenant: Tenant) => open(tenant, createMeter()),
    savePolicy: (slug: string, save: Parameters<typeof savePolicy>[2]) =>
      savePolicy({ storage, tenants, now: () => new Date() }, slug, save),
    onFailure: onRouteFailure,
  }
  const followTargets = ({ written }: RoutingProgress) =>
    Promise.all(
      written.map((target) =>
        followTarget(target).catch((error: unknown) => {
          onRouteFailure(target, error) // the timer follows it as well
        }),
      ),
    )
  return {
    start(tenant) {
      const { slug } = tenant
      const held = routings.get(slug)
      if (held !== undefined) return held.then((progress) => ({ ...progress, state: 'more' }))
      const progress = routePeople(routing, tenant, MAX_READING_MS)
        .catch((error: unknown): RoutingProgress => {
          onRouteFailure(slug, error) // the tenant's own work goes on, and the timer routes again
          return NOT_ROUTED
        })
        .finally(() => routings.delete(slug))
      const following = Promise.all([followings.get(slug), progress.then(followTargets)])
      routings.set(slug, progress)
      followings.set(slug, following)
      void following.then(forget, forget)
      return progress

      function forget(): void {
        if (followings.get(slug) === following) followings.delete(slug)
      }
    },
    running: async (slug) => followings.get(slug),
  }
}
