import { parseArgs } from 'node:util'
import { HttpRequest, type HttpHandler, type HttpResponseInit } from '@azure/functions'
import { startAzuriteTables } from '../../dev/host/azurite-tables'
import { invocationContext } from '../../dev/host/invocation'
import { endServices, handlers } from '../../shared/app/handlers'
import { clientIdOf, newClientSecret, newGrantId } from '../../shared/credentials/oauth/client'
import { connectTables } from '../../shared/storage/connect'
import { createMeter } from '../../shared/storage/meter'
import { changeOne, readTenant, TENANTS_TABLE, type TenantStorage } from '../../shared/tenants/registry'

const SECRET_TOKEN = 'a-secret-token-of-forty-three-characters-xx'
const ORIGIN = 'http://localhost'
const BLOCK = 300
const PEOPLE = 20
const ROUNDS = 60
const WARM_BLOCKS = 5

/** What one kind of request cost, in its blocks. */
interface Figures {
  /** Milliseconds for each request, a mean of each block. */
  readonly ms: number[]
  /** Microseconds of this process for each request. */
  readonly cpu: number[]
  trips: number
  calls: number
}

/** Calls the functions themselves, in this process, so that nothing is measured of a client or a host; Azurite is another process. */
export async function main(args: readonly string[], azurite: string): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string', default: String(ROUNDS) } } })
  const tables = await startAzuriteTables(azurite, undefined)
  try {
    await measure(tables.connectionString, Number(values.rounds))
  } finally {
    await endServices()
    await tables.stop()
  }
}

async function measure(connectionString: string, rounds: number): Promise<void> {
  Object.assign(process.env, {
    TABLES_CONNECTION_STRING: connectionString,
    LOCAL_TENANT_TOKENS: JSON.stringify({ demo: SECRET_TOKEN }),
    REQUESTS_PER_SECOND: '100000',
    REQUEST_BURST: '100000',
  })
  const ids = await fill()
  const secret = await addSecret(connectionString)
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: secret.clientId, client_secret: secret.value })
  const mint = () =>
    call(handlers.oauthToken, 'oauth-token', { method: 'POST', path: '/oauth/demo/token', form: form.toString() })
  const { body } = await mint()
  const accessToken = (JSON.parse(body) as { access_token: string }).access_token
  const read = (token: string, i: number) =>
    call(handlers.users, 'users', { method: 'GET', path: `/scim/demo/Users/${ids[i % PEOPLE] ?? ''}`, token })
  const figures = { bearer: none(), oauth: none() }
  for (let i = 0; i < WARM_BLOCKS; i += 1)
    for (const token of [SECRET_TOKEN, accessToken]) await block(none(), (j) => read(token, j))
  for (let round = 0; round < rounds; round += 1) {
    // In turns, and each first as often as second.
    const turns = [
      () => block(figures.bearer, (i) => read(SECRET_TOKEN, i)),
      () => block(figures.oauth, (i) => read(accessToken, i)),
    ]
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
  }
  print(figures, rounds)
}

const none = (): Figures => ({ ms: [], cpu: [], trips: 0, calls: 0 })

interface Sent {
  readonly method: string
  readonly path: string
  readonly token?: string
  readonly json?: object
  readonly form?: string
}

type Answered = { readonly body: string; readonly line: { readonly trips?: number; readonly calls?: number } }

async function call(handler: HttpHandler, name: string, { method, path, token, json, form }: Sent): Promise<Answered> {
  const body = form ?? (json && JSON.stringify(json))
  const headers: Record<string, string> = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(json && { 'content-type': 'application/scim+json' }),
    ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
  }
  const request = new HttpRequest({
    method: method,
    url: ORIGIN + path,
    headers,
    ...(body !== undefined && { body: { bytes: Buffer.from(body) } }),
  })
  let line: Answered['line'] = {}
  const context = invocationContext(name, (_level, _name, text) => {
    if (typeof text === 'string' && text.startsWith('{')) line = JSON.parse(text) as typeof line
  })
  const answer = (await handler(request, context)) as HttpResponseInit
  const text = typeof answer.body === 'string' ? answer.body : ''
  if ((answer.status ?? 0) >= 300) throw new Error(`${name} answered ${String(answer.status)}: ${text}`)
  return { body: text, line }
}

async function fill(): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < PEOPLE; i += 1) {
    const json = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: `p${i}@contoso.example` }
    const { body } = await call(handlers.users, 'users', { method: 'POST', path: '/scim/demo/Users', token: SECRET_TOKEN, json })
    ids.push((JSON.parse(body) as { id: string }).id)
  }
  return ids
}

/** As an administrator makes one; the service knows of it within 30 s, so it is waited for. */
async function addSecret(connectionString: string): Promise<{ readonly clientId: string; readonly value: string }> {
  const tables = connectTables({ connectionString })
  const open = (table: string) => tables.open(table, createMeter())
  const storage: TenantStorage = {
    list: () => open(TENANTS_TABLE),
    open,
    create: (table) => tables.create(table),
    drop: (table) => tables.drop(table),
  }
  const tenant = await readTenant(storage, 'demo')
  if (tenant === undefined) throw new Error('There is no tenant.')
  const { value, ...kept } = newClientSecret()
  const at = { created: new Date().toISOString(), expires: new Date(Date.now() + 86_400_000).toISOString() }
  const secret = { id: newGrantId(), label: 'bench', ...kept, ...at }
  await changeOne(storage, tenant, 'directorySignIn', (held) => ({ value: { ...held, secrets: [secret] }, beside: [] }))
  await new Promise((resolve) => setTimeout(resolve, 31_000))
  return { clientId: clientIdOf(tenant), value }
}

async function block(figures: Figures, request: (i: number) => Promise<Answered>): Promise<void> {
  const started = performance.now()
  const before = process.cpuUsage()
  for (let i = 0; i < BLOCK; i += 1) {
    const { line } = await request(i)
    figures.trips = Math.max(figures.trips, line.trips ?? 0)
    figures.calls = Math.max(figures.calls, line.calls ?? 0)
  }
  const { user, system } = process.cpuUsage(before)
  figures.ms.push((performance.now() - started) / BLOCK)
  figures.cpu.push((user + system) / BLOCK)
}

const median = (of: readonly number[]) => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN

function print({ bearer, oauth }: Readonly<Record<'bearer' | 'oauth', Figures>>, rounds: number): void {
  console.log(`GET of a person, ${rounds} blocks of ${BLOCK} requests each, one after the other; medians of blocks`)
  for (const [name, { ms, cpu, trips, calls }] of Object.entries({ 'Secret Token': bearer, 'access token': oauth })) {
    console.log(
      `${name}: ${median(ms).toFixed(3)} ms, ${Math.round(median(cpu))} µs of CPU, at most ${trips} trips and ${calls} calls`,
    )
  }
  const ratio = (of: (one: Figures) => number[]) => (median(of(oauth)) / median(of(bearer))).toFixed(3)
  console.log(`access token by Secret Token: time ${ratio(({ ms }) => ms)}, CPU ${ratio(({ cpu }) => cpu)}`)
}
