import { sender, type Send } from './fill'

/** The vendor's product, as far as the demo needs it: it reads what is told of roles. */
export interface Product {
  /** Resolves when each of these people has been told a role since the last call. @throws Error when that takes too long */
  readonly rolesTold: (ids: readonly string[]) => Promise<void>
}

interface Page {
  readonly items: readonly { readonly type: string; readonly id: string }[]
  readonly next: number
}

const MAX_WAITING_MS = 120_000

/** @param key opens the tenant, with changes:read */
export function openProduct(origin: string, slug: string, key: string): Product {
  const send: Send = sender(`${origin}/api/product/tenants/${slug}`, key)
  let place = 0
  return {
    rolesTold: async (ids) => {
      const awaited = new Set(ids)
      const deadline = performance.now() + MAX_WAITING_MS
      while (awaited.size > 0) {
        if (performance.now() > deadline) throw new Error(`The roles of ${awaited.size} people of ${slug} were not told.`)
        const { items, next } = (await send('GET', `/changes?after=${place}&limit=1000&wait=25`)) as unknown as Page
        for (const { type, id } of items) if (type === 'role.changed') awaited.delete(id)
        place = next
      }
    },
  }
}
