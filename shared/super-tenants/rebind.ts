import { changeSettings, type TenantStorage } from '../tenants/registry'
import type { Tenant } from '../tenants/tenant'
import { noteFor } from './connect'

const MAX_TEXT_LENGTH = 256

/** Gives a route its new group, and leaves the record on which the consumer sweeps. Repeatable. */
export async function rebindRoute(
  { storage, tenants }: { readonly storage: TenantStorage; readonly tenants: { put(tenant: Tenant): void } },
  slug: string,
  {
    routeId,
    group,
    now,
  }: { readonly routeId: string; readonly group: { readonly id: string; readonly name: string }; readonly now: Date },
): Promise<void> {
  const saved = await changeSettings(storage, slug, ({ routing }) => {
    if (!routing.routes.some(({ id, groupId }) => id === routeId && groupId !== group.id)) return undefined
    const groupName = group.name.slice(0, MAX_TEXT_LENGTH).replaceAll(/[\p{Cc}\p{Surrogate}]/gu, ' ')
    const routes = routing.routes.map((route) => (route.id === routeId ? { ...route, groupId: group.id, groupName } : route))
    return {
      routing: { ...routing, routes },
      beside: (version) => [noteFor(now, 'routes.saved', { id: 'routes', body: { version, by: 'Rollcall' } })],
    }
  })
  if (saved !== undefined && saved !== 'stale') tenants.put(saved)
}
