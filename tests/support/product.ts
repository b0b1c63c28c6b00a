import { send, type Answer, type TestTenant } from './service'
import type { ManagedService } from './manage'

export type Item = Readonly<Record<string, unknown>>

/** A tenant as the product sees it, by a key with all scopes unless others are named. */
export interface TestProduct {
  readonly key: string
  /** Sends a request below `/api/product/tenants/{tenant}`. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** The body of a GET that must answer 200. */
  get(path: string): Promise<Item>
  /** Every entry of a list, page after page. */
  all(path: string): Promise<Item[]>
  /** Every record behind a number. */
  changes(after: number): Promise<Item[]>
}

const ALL_SCOPES = ['people:read', 'changes:read', 'product-id:write', 'person:erase']

export async function productOf(service: ManagedService, tenant: TestTenant, scopes = ALL_SCOPES): Promise<TestProduct> {
  await tenant.send('GET', '/Users?count=0') // a local tenant is made with its first request
  const made = await service.operator('POST', `/tenants/${tenant.slug}/product-keys`, { label: 'Test', scopes })
  if (made.status !== 201) throw new Error(`No key was made: ${JSON.stringify(made.body)}`)
  return productBy(service, tenant.slug, String(made.body['value']))
}

export function productBy(service: { readonly origin: string }, slug: string, key: string): TestProduct {
  const product: TestProduct = {
    key,
    send: (method, path, body, headers = {}) =>
      send(`${service.origin}/api/product/tenants/${slug}${path}`, {
        method,
        body,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
      }),
    async get(path) {
      const answer = await product.send('GET', path)
      if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    async all(path) {
      const items: Item[] = []
      let page = await product.get(path)
      for (;;) {
        items.push(...(page['items'] as Item[]))
        const { next } = page
        if (typeof next !== 'string') return items
        page = await product.get(`${path}${path.includes('?') ? '&' : '?'}after=${next}`)
      }
    },
    async changes(after) {
      const items: Item[] = []
      for (let next = after; ;) {
        const page = await product.get(`/changes?after=${next}&limit=1000`)
        items.push(...(page['items'] as Item[]))
        if (page['next'] === page['head']) return items
        next = Number(page['next'])
      }
    },
  }
  return product
}
