import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { compileFunction } from 'node:vm'
import { Webhook } from 'standardwebhooks'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { startReceiver, type Receiver } from './support/receiver'

let service: ManagedService
let receiver: Receiver
beforeAll(async () => {
  service = await startManaged({ WEBHOOK_ALLOW_LOCAL: 'true' })
  receiver = await startReceiver()
})
beforeEach(() => {
  receiver.answer = () => 204
  receiver.received.length = 0
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})

type Facts = Record<string, unknown>

async function newTenant() {
  const slug = `t${randomBytes(5).toString('hex')}`
  expect((await service.operator('POST', '/tenants', { slug })).status).toBe(201)
  const base = `/tenants/${slug}/webhooks`
  const made = await service.operator('POST', `/tenants/${slug}/tokens`, {})
  const token = String(made.body['value'])
  return {
    slug,
    base,
    make: async (body: Facts = {}) => {
      const answer = await service.operator('POST', base, { url: receiver.url, ...body })
      expect(answer.status).toBe(201)
      return {
        id: String(answer.body['id']),
        secret: String(answer.body['secret']),
        path: `${base}/${String(answer.body['id'])}`,
      }
    },
    person: async (userName: string) => {
      const answer = await fetch(`${service.origin}/scim/${slug}/Users`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
        body: JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName }),
      })
      expect(answer.status).toBe(201)
    },
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It did not come to hold within 20 s.')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const verified = (secret: string, { text, headers } = receiver.received[0]!) =>
  new Webhook(secret).verify(text, headers as Record<string, string>)

test('a person provisioned over SCIM arrives at the receiver, signed, and again after a replay', async () => {
  const tenant = await newTenant()
  const { secret, path } = await tenant.make({ events: ['user.created'], label: 'Product' })
  await tenant.person('ada@contoso.example')
  await until(() => receiver.received.length === 1)
  expect(verified(secret)).toMatchObject({
    type: 'user.created',
    data: { tenant: tenant.slug, person: { userName: 'ada@contoso.example' } },
  })
  await until(async () => (await service.reader('GET', path)).body['delivered'] !== undefined)
  expect((await service.operator('POST', `${path}/replay`, { after: 1_000_000 })).status).toBe(400)
  expect((await service.operator('POST', `${path}/replay`, { after: 0 })).status).toBe(202)
  await until(() => receiver.received.length === 2)
  expect(receiver.received[1]?.id).toBe(receiver.received[0]?.id)
})

test('no answer but the first shows a secret', async () => {
  const tenant = await newTenant()
  const { id, path, secret } = await tenant.make()
  const shown = (await service.reader('GET', path)).body
  expect(shown).toMatchObject({
    id,
    url: receiver.url,
    events: ['*'],
    state: 'active',
    gone: false,
    by: 'Olga Operator',
    waiting: 0,
  })
  const listed = await service.reader('GET', tenant.base)
  expect(listed.body).toEqual({ items: [shown] })
  expect(JSON.stringify([shown, listed.body])).not.toContain(secret.slice(6))
})

test("a customer sees the operator's webhook without the query of its address, cannot touch it, and has ten of its own", async () => {
  const { base, make, slug } = await newTenant()
  const { id, path } = await make({ url: `${receiver.url}?code=of-the-function` })
  const [customer, reader] = [await linkOf(service, slug), await linkOf(service, slug, 'reader')]
  for (const send of [customer, reader]) {
    expect((await send('GET', path)).body).toMatchObject({ id, owner: 'operator', url: `${receiver.url}?…` })
    expect((await send('GET', base)).body).toMatchObject({ items: [{ url: `${receiver.url}?…` }] })
  }
  expect((await service.operator('GET', path)).body).toMatchObject({ url: `${receiver.url}?code=of-the-function` })
  const changes = [
    ['PATCH', path, { url: receiver.url }],
    ['PATCH', path, { state: 'paused' }],
    ['DELETE', path],
    ['POST', `${path}/secrets`],
    ['DELETE', `${path}/secrets/1`],
    ['POST', `${path}/test`],
    ['POST', `${path}/replay`, { after: 0 }],
    ['POST', `${path}/parked/1/retry`],
  ] as const
  const before = (await service.operator('GET', path)).body
  for (const [method, address, body] of changes) {
    expect([method, address, (await customer(method, address, body)).status]).toEqual([method, address, 403])
  }
  expect((await service.operator('GET', path)).body).toEqual(before)

  const own = () => customer('POST', base, { url: `${receiver.url}?mine=1` })
  const made = await own()
  expect(made.body).toMatchObject({ owner: 'customer', url: `${receiver.url}?mine=1` })
  expect((await customer('PATCH', `${base}/${String(made.body['id'])}`, { state: 'paused' })).status).toBe(200)
  expect((await service.operator('DELETE', `${base}/${String(made.body['id'])}`)).status).toBe(204)
  for (let i = 0; i < 10; i += 1) expect((await own()).status).toBe(201)
  expect((await own()).status).toBe(409)
  await make() // the customer's do not take the operator's places
})

test('a test delivery tells what came of it, and two secrets sign after a rotation until the older one is removed', async () => {
  const tenant = await newTenant()
  const { path, secret } = await tenant.make()
  expect((await service.operator('POST', `${path}/test`)).body).toMatchObject({ delivered: true, status: 204 })
  expect(verified(secret)).toMatchObject({ type: 'webhook.test' })
  const rotated = await service.operator('POST', `${path}/secrets`)
  expect(rotated.body).toMatchObject({ number: 2 })
  expect((await service.operator('POST', `${path}/secrets`)).status).toBe(409)
  await service.operator('POST', `${path}/test`)
  for (const one of [secret, String(rotated.body['secret'])]) expect(() => verified(one, receiver.received[1])).not.toThrow()
  expect((await service.operator('DELETE', `${path}/secrets/2`)).status).toBe(409)
  expect((await service.operator('DELETE', `${path}/secrets/1`)).status).toBe(204)
  await service.operator('POST', `${path}/test`)
  expect(() => verified(secret, receiver.received[2])).toThrow('No matching signature')
  receiver.answer = () => 500
  expect((await service.operator('POST', `${path}/test`)).body).toMatchObject({ delivered: false, status: 500, error: 'status' })
})

test('failures are shown; a paused endpoint gets nothing and, resumed, what waited', async () => {
  const tenant = await newTenant()
  const { path } = await tenant.make({ events: ['user.created'] })
  receiver.answer = () => 500
  await tenant.person('ada')
  await until(async () => (await service.reader('GET', path)).body['state'] === 'failing')
  expect((await service.reader('GET', `${path}/deliveries?limit=1`)).body['items']).toEqual([
    expect.objectContaining({ seq: 1, type: 'user.created', error: 'status', status: 500 }),
  ])
  expect((await service.operator('PATCH', path, { state: 'paused', label: 'Held' })).body).toMatchObject({
    state: 'paused',
    label: 'Held',
  })
  receiver.answer = () => 204
  receiver.received.length = 0
  expect((await service.operator('PATCH', path, { state: 'active' })).status).toBe(200)
  await until(() => receiver.accepted().length === 1)
  await until(async () => (await service.reader('GET', path)).body['state'] === 'active')
  expect((await service.reader('GET', `${path}/parked`)).body).toEqual({ items: [] })
  expect((await service.operator('POST', `${path}/parked/1/retry`)).status).toBe(404)
})

test.each<[string, Facts, string]>([
  ['a user name in the URL', { url: 'https://user@example.com/' }, '/url'],
  ['no URL', { url: 'product' }, '/url'],
  ['a type that cannot be', { url: 'https://example.com/', events: ['user'] }, '/events/0'],
  ['a type that no record has', { url: 'https://example.com/', events: ['user.create'] }, '/events/0'],
  ['a type that is too long', { url: 'https://example.com/', events: [`user.${'x'.repeat(100)}`] }, '/events/0'],
  ['no type', { url: 'https://example.com/', events: [] }, '/events'],
  ['an unknown field', { url: 'https://example.com/', secret: 'mine' }, '/secret'],
])('an endpoint with %s is refused by the name of the field', async (_what, body, path) => {
  const tenant = await newTenant()
  const answer = await service.operator('POST', tenant.base, body)
  expect(answer.status).toBe(400)
  expect(answer.body['errors']).toEqual([expect.objectContaining({ path })])
})

test('a tenant has at most ten; a removed one is gone, and unknown ones are not found', async () => {
  const tenant = await newTenant()
  const made = await Promise.all(Array.from({ length: 9 }, () => tenant.make({ events: ['role.changed'] })))
  const { path } = await tenant.make()
  expect((await service.operator('POST', tenant.base, { url: receiver.url })).status).toBe(409)
  expect((await service.operator('DELETE', path)).status).toBe(204)
  const gone: [string, string, Facts?][] = [
    ['GET', path],
    ['PATCH', path, { label: 'x' }],
    ['DELETE', path],
    ['POST', `${path}/test`],
    ['POST', `${path}/replay`, { after: 0 }],
    ['POST', `${path}/secrets`],
    ['GET', `${path}/deliveries`],
    ['GET', `${path}/parked`],
    ['POST', `${path}/parked/1/retry`],
  ]
  for (const [method, address, body] of gone) expect((await service.operator(method, address, body)).status).toBe(404)
  expect((await service.reader('GET', `${tenant.base}?limit=5`)).body['items']).toHaveLength(5)
  expect((await service.reader('DELETE', made[0]!.path)).status).toBe(403)
})

test('another tenant knows nothing of it', async () => {
  const [tenant, other] = [await newTenant(), await newTenant()]
  const { id } = await tenant.make()
  expect((await service.operator('GET', `${other.base}/${id}`)).status).toBe(404)
})

test('the receiver in docs/webhooks.md verifies and applies each event once', async () => {
  const source = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/webhooks.md', 'utf8'))?.[1] ?? ''
  const loaded = { exports: {} as unknown }
  const run = compileFunction(source, ['module', 'require']) as (module: object, require: NodeJS.Require) => void
  run(loaded, createRequire(__filename))
  const tenant = await newTenant()
  const { path, secret } = await tenant.make({ events: ['user.created'] })
  const applied: unknown[] = []
  const documented = (loaded.exports as (secret: string, apply: (event: unknown) => void) => Server)(secret, (event) =>
    applied.push(event),
  )
  await new Promise<void>((resolve) => documented.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(documented.address() as AddressInfo).port}/`
  try {
    await service.operator('PATCH', path, { url })
    await tenant.person('ada')
    await until(async () => (await service.reader('GET', path)).body['delivered'] !== undefined)
    expect(applied).toEqual([expect.objectContaining({ type: 'user.created' })])
    const forged = await fetch(url, { method: 'POST', body: '{}' })
    expect(forged.status).toBe(401)
  } finally {
    documented.closeAllConnections()
    documented.close()
  }
})
