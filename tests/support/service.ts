import { randomBytes } from 'node:crypto'
import { startLocalHost } from '../../dev/host/local-host'
import { routes } from '../../functions/routes'
import { endServices } from '../../shared/app/handlers'
import { connectTables } from '../../shared/storage/connect'
import { createMeter } from '../../shared/storage/meter'
import type { Table } from '../../shared/storage/table'
import { tenantTable } from '../../shared/tenants/tenant'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Empty when the answer had none. */
  readonly body: Record<string, unknown>
}

/** One tenant of a running service, as a client sees it. */
export interface TestTenant {
  readonly slug: string
  /** The Tenant URL. */
  readonly url: string
  readonly token: string
  /** Sends a request below the Tenant URL. An object as body becomes JSON, a string is sent as it is. */
  readonly send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  /** The tenant's table itself, for checks of what is stored. */
  readonly table: () => Table
}

export interface TestService {
  readonly origin: string
  /** Tenants 0 to 99; each is its own. */
  readonly tenant: (index?: number) => TestTenant
  /** What functions logged, a JSON object for each line. */
  readonly lines: Record<string, unknown>[]
  readonly close: () => Promise<void>
}

/**
 * The whole service over HTTP: the functions' own route table behind the local host, on the real Azurite. One for each
 * test file, since functions keep their services, made with the first request, as long as the process. Settings may be overridden by name.
 * The timer comes by each minute unless told otherwise: what follows from a request alone must not wait for it.
 */
export async function startService(
  settings: Readonly<Record<string, string>> = {},
  { timerIntervalMs = 60_000 }: { readonly timerIntervalMs?: number } = {},
): Promise<TestService> {
  const connectionString = settings['TABLES_CONNECTION_STRING'] ?? process.env['TEST_TABLES_CONNECTION_STRING'] ?? ''
  const run = randomBytes(5).toString('hex')
  const tokens = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`t${run}-${i}`, `token-${run}-${i}`]))
  Object.assign(process.env, {
    TABLES_CONNECTION_STRING: connectionString,
    LOCAL_TENANT_TOKENS: JSON.stringify(tokens),
    REQUESTS_PER_SECOND: '100000',
    REQUEST_BURST: '100000',
    ...settings,
  })
  const lines: Record<string, unknown>[] = []
  const host = await startLocalHost(routes, {
    port: 0,
    timerIntervalMs,
    log: (_level, _name, text) => {
      if (typeof text === 'string' && text.startsWith('{')) lines.push(JSON.parse(text) as Record<string, unknown>)
    },
  })
  const origin = `http://localhost:${host.port}`
  const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
  return {
    origin,
    lines,
    close: async () => {
      await endServices() // the follower need not linger for us
      await host.close()
    },
    tenant(index = 0) {
      const [slug = '', token = ''] = Object.entries(tokens)[index] ?? []
      const url = `${origin}/scim/${slug}`
      return {
        slug,
        token,
        url,
        send: (method, path, body, headers = {}) =>
          send(url + path, { method, body, headers: { authorization: `Bearer ${token}`, ...headers } }),
        table: () => tables.open(tenantTable(slug, 1), createMeter()),
      }
    },
  }
}

/** One request over HTTP; a body goes as application/scim+json unless the headers say otherwise. What is no JSON is read as {}. */
export async function send(
  url: string,
  request: { method: string; body?: unknown; headers?: Record<string, string> },
): Promise<Answer> {
  const { method, body, headers = {} } = request
  const answer = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/scim+json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: /[/+]json\b/.test(answer.headers.get('content-type') ?? '') && text !== '' ? parsed(text) : {},
  }
}

const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>

/** A PATCH message. */
export function patchOf(...operations: readonly object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations }
}

/** A filter as a query string. */
export const filtered = (filter: string, more = '') => `?filter=${encodeURIComponent(filter)}${more}`
