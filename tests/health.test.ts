import { randomUUID } from 'node:crypto'
import type { Timer } from '@azure/functions'
import { invocationContext } from '../dev/host/invocation'
import { readBody } from '../shared/directory/documents/record'
import { readCoverage } from '../shared/monitoring/health/coverage'
import { handlers } from '../shared/app/handlers'
import { prefixRange, type Table } from '../shared/storage/table'
import { newWorld } from './support/health-world'
import { startManaged, type ManagedService } from './support/manage'
import { filtered, patchOf, type TestTenant } from './support/service'

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** What the records say that tell of health, oldest first. */
async function eventsOf(table: Table): Promise<unknown[]> {
  const records = await table.all(prefixRange('p'))
  const told = records.filter(({ values }) => values['type'] === 'health.changed').map(readBody)
  return told.map(({ before, after }) => [before, after])
}

test('a tenant goes through all states, and each change is told once though two instances watch', async () => {
  const world = await newWorld(`health${process.pid}a`)
  await world.watch()
  expect(await eventsOf(world.table)).toEqual([])
  world.probe()
  await world.watch()
  for (let cycle = 0; cycle < 6; cycle += 1) {
    await world.pass(40)
    world.probe()
  }
  const story: [before: string, after: string][] = []
  const told = (before: string, after: string) => {
    story.push([before, after])
    return story
  }
  expect(await eventsOf(world.table)).toEqual(told('never connected', 'ok'))
  await world.pass(100)
  expect(await eventsOf(world.table)).toEqual(told('ok', 'late'))
  await world.pass(300)
  expect(await eventsOf(world.table)).toEqual(told('late', 'silent'))
  world.probe()
  await world.watch()
  expect(await eventsOf(world.table)).toEqual(told('silent', 'ok'))
  for (let i = 0; i < 12; i += 1) world.write(i < 6)
  await world.pass(10)
  expect(await eventsOf(world.table)).toEqual(told('ok', 'failing'))
  world.probe()
  await world.pass(70, 35)
  expect(await eventsOf(world.table)).toEqual(told('failing', 'ok'))
  world.deny()
  await world.pass(30)
  expect(await eventsOf(world.table)).toEqual(told('ok', 'failing'))
  const last = (await world.table.all(prefixRange('p'))).findLast(({ values }) => values['type'] === 'health.changed')
  expect(last && readBody(last)).toMatchObject({ likelyQuarantine: true, reason: expect.stringContaining('has ended') as string })
})

test('a look that changes nothing is one call, and what was counted is cleared', async () => {
  const world = await newWorld(`health${process.pid}b`)
  world.probe()
  await world.watch()
  const counted = async () => (await world.table.all(prefixRange('s!n'))).length
  const before = [world.meter.calls, world.listMeter.calls]
  await world.watch()
  expect([world.meter.calls, world.listMeter.calls]).toEqual([before[0]! + 2, before[1]]) // of two instances
  for (let i = 0; i < 60; i += 1) {
    world.write(false)
    await world.tick()
  }
  expect(await counted()).toBeGreaterThan(50)
  await world.pass(200, 100)
  expect(await counted()).toBeLessThan(10)
})

const health = (tenant: TestTenant) => service.reader('GET', `/tenants/${tenant.slug}/health`)
const userOf = (userName: string, more: object = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  active: true,
  ...more,
})

test('an administrator reads how provisioning is, with what it was judged from', async () => {
  const tenant = service.tenant(0)
  await tenant.send('GET', '/Users', undefined, { authorization: 'Bearer nobody-knows-it' })
  expect((await service.operator('GET', `/tenants/${tenant.slug}/health`)).body).toMatchObject({
    state: 'never connected',
    likelyQuarantine: false,
  })
  await tenant.send('GET', `/Users${filtered(`userName eq "${randomUUID()}"`)}`)
  const first = await health(tenant)
  expect(first.status).toBe(200)
  expect(first.body).toMatchObject({
    state: 'ok',
    lastHour: { requests: 1, operations: 0, failures: 0, failureShare: 0 },
    lastProbe: expect.any(String) as string,
    nextExpected: expect.any(String) as string,
  })
  expect(first.body['lastGood']).toBe(first.body['lastRequest'])
  expect((await tenant.send('POST', '/Users', userOf('ana'))).status).toBe(201)
  for (let i = 0; i < 5; i += 1) expect((await tenant.send('POST', '/Users', userOf('ana'))).status).toBe(409)
  expect((await tenant.send('GET', '/Users/none')).status).toBe(404)
  const { body } = await health(tenant)
  expect(body).toMatchObject({
    state: 'failing',
    likelyQuarantine: false,
    reason: '5 of 6 operations failed in the last hour. The refused requests say why.',
  })
  expect(body['lastHour']).toMatchObject({ requests: 8, operations: 6, failures: 5 })
})

test('the timer keeps the judgement of each tenant', async () => {
  const tenant = service.tenant(2)
  await tenant.send('GET', '/Users')
  await health(tenant) // writes the stats
  const context = invocationContext('follow-timer', () => undefined)
  await handlers.followTimer({} as Timer, context)
  expect((await tenant.table().get('s!health'))?.values).toMatchObject({ state: 'ok', quarantine: false, isAnyLive: true })
})

const coverage = (tenant: TestTenant) => service.reader('GET', `/tenants/${tenant.slug}/coverage`)

test('coverage counts the attributes of active people, and names the mapping rows that are missing', async () => {
  const tenant = service.tenant(1)
  await tenant.send('GET', '/Users')
  expect((await coverage(tenant)).body).toMatchObject({ people: 0, active: 0, complete: true, attributes: [], missing: [] })
  const department = { [ENT]: { department: 'Sales' } }
  const boss = await tenant.send('POST', '/Users', userOf('boss', { name: { givenName: 'Bo' }, ...department, externalId: 'bo' }))
  await tenant.send('POST', '/Users', userOf('ann', { emails: [{ type: 'home', primary: true }], displayName: '' }))
  await tenant.send(
    'POST',
    '/Users',
    userOf('gone', { active: false, title: 'Clerk', emails: [{ type: 'work', value: 'g@b.example' }] }),
  )
  const first = (await coverage(tenant)).body
  expect(first).toMatchObject({ people: 3, read: 3, complete: true, active: 2, cut: false })
  expect(first['attributes']).toEqual([
    { attribute: 'active', people: 2, share: 1 },
    { attribute: 'userName', people: 2, share: 1 },
    { attribute: 'externalId', people: 1, share: 0.5 },
    { attribute: 'name.givenName', people: 1, share: 0.5 },
    { attribute: `${ENT}:department`, people: 1, share: 0.5 },
  ])
  expect(first['missing']).toEqual([
    expect.objectContaining({ source: 'mail', target: 'emails[type eq "work"].value' }),
    expect.objectContaining({ source: 'manager', target: `${ENT}:manager` }),
    expect.objectContaining({ source: 'objectId', target: 'externalId' }),
  ])
  const whole = {
    externalId: randomUUID(),
    emails: [{ type: 'work', value: 'c@b.example' }],
    [ENT]: { manager: { value: boss.body['id'] } },
  }
  await tenant.send('POST', '/Users', userOf('cleo', whole))
  const second = (await coverage(tenant)).body
  expect(second['missing']).toEqual([])
  expect(second['attributes']).toContainEqual({ attribute: 'emails[type eq "work"].value', people: 1, share: 0.333 })
  expect(second['attributes']).toContainEqual({ attribute: `${ENT}:manager`, people: 1, share: 0.333 })
  await tenant.send('PATCH', `/Users/${String(boss.body['id'])}`, patchOf({ op: 'remove', path: `${ENT}:department` }))
  expect((await coverage(tenant)).body['missing']).toEqual([expect.objectContaining({ source: 'department' })])
  expect(JSON.stringify(second)).not.toContain('b.example')
  for (let head = 0; head < 2; head += 1) {
    const phoneNumbers = Array.from({ length: 999 }, (_, i) => ({ type: `t${head}-${i}`, value: '1' }))
    expect((await tenant.send('POST', '/Users', userOf(`hydra${head}`, { phoneNumbers }))).status).toBe(201)
  }
  const third = (await coverage(tenant)).body
  expect(third['attributes']).toHaveLength(1_000)
  expect(third).toMatchObject({ cut: true, active: 5 })
  const sample = await readCoverage({ table: tenant.table() }, 2)
  expect(sample).toMatchObject({ read: 2, complete: false })
})
