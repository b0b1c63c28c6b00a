import { connectedTenants } from '../host/local-settings'
import type { StartOptions } from '../host/start-options'
import { probe, sender } from './fill'

/** Entra ID comes each 20 to 40 minutes, also when nothing has changed. */
const EVERY_MS = 30 * 60_000

/**
 * Visits the tenants that work as Entra ID does, now and as long as the process runs: without, a demo that somebody leaves open would
 * soon be one of customers who have gone.
 */
export function keepVisiting(tenantUrl: string, options: Pick<StartOptions, 'tenant' | 'demo'>): void {
  const tokens = JSON.parse(process.env['LOCAL_TENANT_TOKENS'] ?? '{}') as Record<string, string>
  const visit = () => {
    for (const slug of connectedTenants(options)) {
      const scim = sender(new URL(slug, tenantUrl).href, tokens[slug] ?? '')
      probe(scim).catch((error: unknown) => {
        console.warn(`The visit of ${slug}'s directory failed: ${error instanceof Error ? error.message : String(error)}`)
      })
    }
  }
  visit()
  setInterval(visit, EVERY_MS).unref()
}
