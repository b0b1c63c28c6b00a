import { startService, type Answer, type TestService, type TestTenant } from './service'

export const NOBODY = '0'.repeat(32)
export const CUSTOM_URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
/** What no error text may repeat. */
export const NAME = 'ana.zylberstein@contoso.example'

const PLACES = /\{(ana|sales|foreign|foreignGroup)\}/g

/** Two tenants with people and groups, which requests that are refused must leave as they are. */
export interface World {
  readonly service: TestService
  readonly home: TestTenant
  readonly other: TestTenant
  readonly ids: Readonly<Record<'ana' | 'sales' | 'foreign' | 'foreignGroup', string>>
}

export async function startWorld(): Promise<World> {
  const service = await startService()
  const [home, other] = [service.tenant(0), service.tenant(1)]
  const made = async (tenant: TestTenant, path: string, body: object) =>
    String((await tenant.send('POST', path, body)).body['id'])
  const person = { userName: NAME, externalId: 'Zylberstein-1', displayName: 'Ana', [CUSTOM_URN]: { badge: 'b' } }
  const ana = await made(home, '/Users', person)
  await made(home, '/Users', { userName: 'Jos\u00e9@contoso.example' })
  await made(home, '/Users', { userName: 'third@contoso.example' })
  const sales = await made(home, '/Groups', { displayName: 'Sales', externalId: 'g-1', members: [{ value: ana }] })
  const foreign = await made(other, '/Users', {
    userName: NAME,
    externalId: 'Foreign-1',
    emails: [{ value: 'f@contoso.example' }],
  })
  const foreignGroup = await made(other, '/Groups', { displayName: 'Foreign', members: [{ value: foreign }] })
  return { service, home, other, ids: { ana, sales, foreign, foreignGroup } }
}

/** A request to the home tenant and how it is refused. `{ana}` and the like stand for ids of the world. */
export interface Refusal {
  /** POST unless said. */
  readonly method?: string
  /** /Users unless said. */
  readonly path?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** 400 unless said. */
  readonly status?: number
  readonly scimType?: string
  /** Must be in the detail. */
  readonly says?: readonly string[]
}

export const filledIn = (world: World, text: string) =>
  text.replace(PLACES, (_, name: string) => world.ids[name as keyof World['ids']])

function filledBody(world: World, body: unknown): unknown {
  if (typeof body === 'string') return filledIn(world, body)
  return body === undefined ? undefined : (JSON.parse(filledIn(world, JSON.stringify(body))) as unknown)
}

/** Sends it and expects the refusal, a useful text, and both directories untouched. */
export async function expectRefused(world: World, refusal: Refusal): Promise<void> {
  const { method = 'POST', path = '/Users', body, headers, status = 400, scimType, says = [] } = refusal
  const before = await Promise.all([directoryOf(world.home), directoryOf(world.other)])
  const answer = await world.home.send(method, filledIn(world, path), filledBody(world, body), headers)
  expectError(answer, { status, scimType })
  for (const part of says) expect(answer.body['detail']).toContain(filledIn(world, part))
  expect(await Promise.all([directoryOf(world.home), directoryOf(world.other)])).toEqual(before)
}

/** The error message of RFC 7644 section 3.12, without anything that belongs to a person or to us. */
export function expectError(answer: Answer, wanted: { status: number; scimType?: string | undefined }): void {
  expect({ status: answer.status, scimType: answer.body['scimType'] }).toEqual({ scimType: undefined, ...wanted })
  expect(answer.headers.get('content-type')).toBe('application/scim+json; charset=utf-8')
  expect(answer.body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(wanted.status) })
  const { detail } = answer.body
  expect(detail).toMatch(/^\S+ .{8,}\.$/)
  expect(detail).not.toMatch(/Invalid (input|option)|Too (big|small)|received/) // the validation library's words
  expect(detail).not.toMatch(/zylberstein|token-|\bat \/|Error:/i)
}

/** Every row with its ETag but for the feed, its readers and the stats, which follow in the background. */
async function directoryOf(tenant: TestTenant): Promise<string[]> {
  const rows = await tenant.table().all({ from: '!', before: '~' })
  return rows.filter(({ key }) => !/^[pfloqsw]!/.test(key)).map(({ key, etag }) => `${key} ${etag}`)
}
