import { linkKey } from '../shared/storage/keys'
import { tenantTable } from '../shared/tenants/tenant'
import { startBehindProxy } from './support/behind-proxy'
import type { Customer } from './support/customer'
import type { FaultProxy } from './support/fault-proxy'
import { startManaged, type ManagedService } from './support/manage'
import { startReceiver, type Receiver } from './support/receiver'
import { patchOf } from './support/service'
import { comeDue, membersIn, peopleIn, superTenantOf, until } from './support/super-tenant'

/** What fails in one target, for one person or for a while, and what follows there. No timer helps: it comes by each hour. */

const HOUR_MS = 3_600_000

let proxy: FaultProxy
let receiver: Receiver
let service: ManagedService
beforeAll(async () => {
  receiver = await startReceiver()
  ;({ proxy, service } = await startBehindProxy((settings) =>
    startManaged({ ...settings, WEBHOOK_ALLOW_LOCAL: 'true' }, { timerIntervalMs: HOUR_MS }),
  ))
})
afterEach(() => {
  proxy.calm()
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})
jest.setTimeout(120_000)

const tableOf = ({ tenant }: Customer) => tenantTable(tenant.slug, 1)
const joined = (...ids: string[]) => patchOf({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) })
const named = (displayName: string) => patchOf({ op: 'replace', path: 'displayName', value: displayName })
const namesIn = async (customer: Customer) =>
  Object.fromEntries([...(await peopleIn(customer))].map(([userName, { attributes }]) => [userName, attributes['displayName']]))
const stateOf = async (source: Customer, target: Customer) =>
  ((await source.admin('GET', `${source.path}/routes`)).body['connections'] as { tenant: string; state: string }[]).find(
    ({ tenant }) => tenant === target.tenant.slug,
  )?.state
const send = async (customer: Customer, path: string, body: object) => {
  expect([200, 204]).toContain((await customer.tenant.send('PATCH', path, body)).status)
}

test('what was routed is told to the product of the target in the same wake-up, with the role that follows', async () => {
  const { source, targets, route, settled } = await superTenantOf(service, 0, 1)
  const [target] = targets as [Customer]
  const lab = await source.group('Lab')
  await source.save([{ groupId: lab, role: 'Admin' }])
  await route([[lab, target]])
  await settled()
  const path = `/tenants/${target.tenant.slug}/webhooks`
  const events = ['user.created', 'role.changed']
  expect((await service.operator('POST', path, { url: receiver.url, events })).status).toBe(201)
  await send(source, `/Groups/${lab}`, joined(await source.person('ada@contoso.example')))
  const told = await until(
    () => Promise.resolve(receiver.accepted()),
    (all) => all.length >= 2,
  )
  expect(told.map(({ type }) => type)).toEqual(events)
  expect(told[1]?.data['role']).toMatchObject({ after: 'Admin' })
  const copy = (await peopleIn(target)).get('ada@contoso.example')
  expect(told.map(({ about }) => about)).toEqual([copy?.id, copy?.id])
})

test('one person who cannot be copied to one target is tried again there alone, and holds up nobody', async () => {
  const { source, targets, route, settled } = await superTenantOf(service, 2, 3, 4)
  const [north, south] = targets as [Customer, Customer]
  const lab = await source.group('Lab')
  await route([
    [lab, north],
    [lab, south],
  ])
  await settled()
  const [ada, bob] = [await source.person('ada@contoso.example'), await source.person('bob@contoso.example')]
  // Each attempt is told that another writer was faster, until the service gives this one up.
  const overtaken = { status: 412, code: 'UpdateConditionNotSatisfied' }
  const match = { method: 'POST', path: '$batch', body: new RegExp(`${tableOf(north)}[^]*ada@contoso`) }
  proxy.busy(100_000, { ...overtaken, match })
  await send(source, `/Groups/${lab}`, joined(ada, bob))
  await settled()
  expect(await membersIn(south)).toEqual({ Lab: ['ada@contoso.example', 'bob@contoso.example'] })
  expect(await membersIn(north)).toEqual({ Lab: ['bob@contoso.example'] })
  expect([await stateOf(source, north), await stateOf(source, south)]).toEqual(['live', 'live'])
  await send(source, `/Users/${bob}`, named('Bob'))
  await settled()
  expect(await namesIn(north)).toEqual({ 'bob@contoso.example': 'Bob' })
  proxy.calm()
  await comeDue(source)
  await source.person('wakes@contoso.example')
  const members = await until(
    () => membersIn(north),
    (found) => found['Lab']?.length === 2,
  )
  expect(members).toEqual({ Lab: ['ada@contoso.example', 'bob@contoso.example'] })
})

test.each([
  ['whose settings cannot be read', 5, (table: string) => ({ method: 'GET', path: `${table}(PartitionKey='t',RowKey='t!')` })],
  ['that cannot be opened', 10, (table: string) => ({ method: 'POST', path: '$batch', body: table })],
  [
    'in which no person can be written',
    13,
    (table: string) => ({ method: 'POST', path: '$batch', body: new RegExp(`${table}[^]*contoso`) }),
  ],
])('a target %s for a while misses nothing, and the others do not wait', async (_, index, match) => {
  const { source, targets, route, settled } = await superTenantOf(service, index, index + 1, index + 2)
  const [north, south] = targets as [Customer, Customer]
  const [ada, bob] = [await source.person('ada@contoso.example'), await source.person('bob@contoso.example')]
  const [lab, staff] = [await source.group('Lab', [ada]), await source.group('Staff', [ada])]
  await route([
    [lab, north],
    [staff, north],
    [lab, south],
  ])
  await settled()
  proxy.busy(100_000, { match: match(tableOf(north)) })
  await send(source, `/Groups/${lab}`, joined(bob))
  await send(source, `/Users/${ada}`, named('Ada'))
  expect((await source.tenant.send('DELETE', `/Groups/${staff}`)).status).toBe(204)
  await settled()
  expect(await membersIn(south)).toEqual({ Lab: ['ada@contoso.example', 'bob@contoso.example'] })
  expect((await namesIn(south))['ada@contoso.example']).toBe('Ada')
  expect((await membersIn(north))['Lab']).toEqual(['ada@contoso.example'])
  expect(await stateOf(source, north)).toBe('failing')
  proxy.calm()
  await comeDue(source)
  await source.person('wakes@contoso.example')
  await until(
    () => stateOf(source, north),
    (state) => state === 'live',
  )
  expect(await membersIn(north)).toEqual({ Lab: ['ada@contoso.example', 'bob@contoso.example'] })
  expect((await namesIn(north))['ada@contoso.example']).toBe('Ada')
})

test('the connection of a target ends in the very sweep with which it is tried again', async () => {
  const { source, targets, route, settled } = await superTenantOf(service, 8, 9)
  const [target] = targets as [Customer]
  const [ada, bob] = [await source.person('ada@contoso.example'), await source.person('bob@contoso.example')]
  const lab = await source.group('Lab', [ada])
  await route([[lab, target]])
  await settled()
  // One copy is to be tried again by itself, and then the whole target: both are in the step that ends the connection.
  const linkOf = (seq: number) =>
    ({ type: 'merge', key: linkKey('u', source.tenant.slug, ada), values: { seq }, etag: '*' }) as const
  await target.tenant.table().commit([linkOf(1_000_000)])
  await send(source, `/Users/${ada}`, named('Ada'))
  await settled()
  await target.tenant.table().commit([linkOf(0)])
  proxy.busy(100_000, { match: { method: 'POST', path: '$batch', body: tableOf(target) } })
  await send(source, `/Groups/${lab}`, joined(bob))
  await settled()
  expect(await stateOf(source, target)).toBe('failing')
  expect((await service.operator('DELETE', `${source.path}/connections/${target.tenant.slug}`)).status).toBe(202)
  await settled()
  proxy.calm()
  await comeDue(source)
  await source.person('wakes@contoso.example')
  expect(
    await until(
      () => stateOf(source, target),
      (state) => state === undefined,
    ),
  ).toBeUndefined()
  expect(
    await until(
      () => source.tenant.table().get('l!routes'),
      (row) => row === undefined,
    ),
  ).toBeUndefined()
  expect(await source.tenant.table().all({ from: 'y!', before: 'y"' })).toEqual([])
  const copy = (await peopleIn(target)).get('ada@contoso.example')
  expect([copy?.attributes['active'], copy?.access.owner]).toEqual([false, undefined])
  expect((await target.tenant.send('PATCH', `/Users/${copy?.id ?? ''}`, named('Ordinary'))).status).toBe(200)
})
