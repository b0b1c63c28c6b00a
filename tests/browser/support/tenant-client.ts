import type { Running } from './running'

type Body = Record<string, unknown>

/** What Entra ID and an administrator without a browser send to the tenant of a running service. */
export interface TenantClient {
  /** @throws Error unless it is answered 2xx */
  readonly scim: (method: string, path: string, body?: unknown) => Promise<Body>
  readonly manage: (method: string, path: string, body?: unknown) => Promise<Body>
  /** Opens the console for somebody who may look and change nothing. */
  readonly readerLink: () => Promise<string>
}

export async function tenantClient({ origin, tenantUrl, token, setupLink }: Running): Promise<TenantClient> {
  const api = `${origin}/api/manage`
  const link = setupLink.split('#link=')[1]
  const session = await send(`${api}/session`, 'POST', { body: { link } })
  const manage = (method: string, path: string, body?: unknown) =>
    send(`${api}/tenants/demo${path}`, method, { token: String(session['token']), body })
  return {
    scim: (method, path, body) => send(tenantUrl + path, method, { token, body }),
    manage,
    readerLink: async () => String((await manage('POST', '/links', { role: 'reader', label: 'Rita Reader' }))['url']),
  }
}

async function send(url: string, method: string, { token, body }: { token?: string; body?: unknown }): Promise<Body> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url} was answered ${response.status}: ${text}`)
  return text === '' ? {} : (JSON.parse(text) as Body)
}
