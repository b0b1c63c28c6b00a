import { startManaged, type ManagedService } from './support/manage'
import { patchOf } from './support/service'
import { membersIn, peopleIn, superTenantOf } from './support/super-tenant'

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

test('members of a routed group appear in the target with the group', async () => {
  const { source, targets, route, settled } = await superTenantOf(service, 0, 1)
  const [target] = targets
  const ada = await source.person('ada@contoso.example', { displayName: 'Ada', externalId: 'e-ada' })
  const bob = await source.person('bob@contoso.example')
  await source.person('eve@contoso.example')
  const lab = await source.group('Lab', [ada, bob], 'e-lab')
  expect((await route([[lab, target!]])).status).toBe(200)
  await settled()
  const people = await peopleIn(target!)
  expect([...people.keys()].sort()).toEqual(['ada@contoso.example', 'bob@contoso.example'])
  expect(people.get('ada@contoso.example')?.attributes).toMatchObject({ displayName: 'Ada', externalId: 'e-ada' })
  expect(people.get('ada@contoso.example')?.id).not.toBe(ada)
  expect(await membersIn(target!)).toEqual({ Lab: ['ada@contoso.example', 'bob@contoso.example'] })
  await source.tenant.send('PATCH', `/Groups/${lab}`, patchOf({ op: 'remove', path: 'members', value: [{ value: bob }] }))
  await settled()
  expect(await membersIn(target!)).toEqual({ Lab: ['ada@contoso.example'] })
  expect((await peopleIn(target!)).get('bob@contoso.example')?.attributes['active']).toBe(false)
})
