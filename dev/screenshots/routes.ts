import { setTimeout } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { Send } from '../demo/fill'
import type { Picture } from './pictures'

const MAX_WAITING_MS = 60_000

/** Makes the customer a super tenant of two others, with a route to each, and waits for the copies. `operator` is below /tenants. */
export async function feedOthers(operator: Send, slug: string): Promise<void> {
  for (const [target, name] of [
    ['north', 'Contoso North'],
    ['workshops', 'Contoso Workshops'],
  ] as const) {
    await operator('POST', '', { slug: target, name })
    await operator('PUT', `/${slug}/connections/${target}`, {})
  }
  const { items } = (await operator('GET', `/${slug}/groups`)) as { items: readonly { id: string; displayName: string }[] }
  const routeOf = (group: string, tenant: string) => ({
    groupId: items.find(({ displayName }) => displayName === group)?.id,
    tenant,
  })
  const { version } = await operator('GET', `/${slug}/routes`)
  const routes = [routeOf('Sales North', 'north'), routeOf('Workshop', 'workshops')]
  await operator('PUT', `/${slug}/routes`, { version, onLeave: 'disable', routes })
  const deadline = Date.now() + MAX_WAITING_MS
  for (;;) {
    const { connections } = (await operator('GET', `/${slug}/routes`)) as {
      connections: readonly { copies: { people: number } }[]
    }
    if (connections.every(({ copies }) => copies.people > 1)) return
    if (Date.now() > deadline) throw new Error(`Nobody was copied within ${MAX_WAITING_MS / 1000} s.`)
    await setTimeout(250)
  }
}

/** Another group goes there in place of the one: some leave, some come. */
async function changeRoutes(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Remove the route of Sales North to Contoso North' }).click()
  await page.getByRole('combobox', { name: 'Group', exact: true }).fill('Sales S')
  await page.getByRole('option', { name: 'Sales South' }).click()
  await page.getByRole('button', { name: 'Add route' }).click()
  await page.getByRole('button', { name: 'Preview and save' }).click()
}

export const ROUTES: Picture = { name: 'routes', path: 'tenants', ready: 'Save and disable', height: 820, prepare: changeRoutes }
