import { readConfig } from '../shared/config'
import { readDocument } from '../shared/directory/documents/document'
import { ENTERPRISE_URN } from '../shared/scim/schema/schemas'
import { createServices } from '../shared/app/services'
import { failingKey, linkKey, missedErasureKey } from '../shared/storage/keys'
import { prefixRange, type Action } from '../shared/storage/table'
import { changeSettings } from '../shared/tenants/registry'
import { brokenInvariants, feedOf, settled as numbered } from './support/check-table'
import { customerOf, type Customer } from './support/customer'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { patchOf, type Answer } from './support/service'
import { membersIn, peopleIn, settledRoutes, superTenantOf, until, waitingIn } from './support/super-tenant'
import { saveSettings, tenantStorage } from './support/tenant-settings'
import { followed } from './support/followed'

let service: ManagedService
/** Each test has tenants of its own and waits for the follower most of the time, so they run side by side. */
const started = startManaged().then((made) => (service = made))
afterAll(async () => (await started).close())
jest.setTimeout(120_000)

let used = 0
/** A super tenant with so many targets, of tenants that no other test uses. */
const fresh = async (targets: number) => {
  const indexes = Array.from({ length: targets + 1 }, (_, i) => used + i)
  used += targets + 1
  await started
  return superTenantOf(service, ...indexes)
}

const replaced = (path: string, value: unknown) => patchOf({ op: 'replace', path, value })
const joined = (...ids: string[]) => patchOf({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) })
const left = (...ids: string[]) => patchOf({ op: 'remove', path: 'members', value: ids.map((value) => ({ value })) })
const patched = async (customer: Customer, path: string, body: object) => {
  const { status } = await customer.tenant.send('PATCH', path, body)
  expect([200, 204]).toContain(status)
}
const items = ({ body }: Answer) => body['items'] as Record<string, unknown>[]
const isActive = (document: Awaited<ReturnType<typeof peopleIn>> extends Map<string, infer D> ? D | undefined : never) =>
  document && document.attributes['active'] !== false
const userNames = async (customer: Customer) => [...(await peopleIn(customer)).keys()].sort()

async function expectSound(...customers: Customer[]): Promise<void> {
  for (const { tenant } of customers) {
    await numbered(tenant.table())
    expect(await brokenInvariants(tenant.table())).toEqual([])
  }
}

describe('people and groups', () => {
  test.concurrent('one person goes to several tenants, each with the groups that are routed there', async () => {
    const { source, targets, route, settled } = await fresh(2)
    const [north, south] = targets as [Customer, Customer]
    const ada = await source.person('ada@contoso.example', { displayName: 'Ada', externalId: 'e-ada' })
    const bob = await source.person('bob@contoso.example')
    await source.person('eve@contoso.example')
    const lab = await source.group('Lab', [ada, bob], 'e-lab')
    const staff = await source.group('Staff', [ada])
    await source.group('Unrouted', [ada, bob])
    expect(
      (
        await route([
          [lab, north],
          [lab, south],
          [staff, south],
        ])
      ).status,
    ).toBe(200)
    await settled()
    expect(await membersIn(north)).toEqual({ Lab: ['ada@contoso.example', 'bob@contoso.example'] })
    expect(await membersIn(south)).toEqual({
      Lab: ['ada@contoso.example', 'bob@contoso.example'],
      Staff: ['ada@contoso.example'],
    })
    const copy = (await peopleIn(north)).get('ada@contoso.example')
    expect(copy?.attributes).toMatchObject({ displayName: 'Ada', externalId: 'e-ada' })
    expect([ada, (await peopleIn(south)).get('ada@contoso.example')?.id]).not.toContain(copy?.id)
    const shown = await north.admin('GET', `${north.path}/people/${copy?.id ?? ''}`)
    expect(shown.body['managedBy']).toEqual({ slug: source.tenant.slug, name: source.tenant.slug })
    const answer = await north.tenant.send('GET', `/Users/${copy?.id ?? ''}`)
    expect(JSON.stringify(answer.body).includes(`"${source.tenant.slug}"`)).toBe(false)
    await expectSound(source, north, south)
  })

  test.concurrent('attributes, names and groups follow; a disabled person is disabled everywhere', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada])
    await route([[lab, target]])
    await settled()
    const { id } = (await peopleIn(target)).get('ada@contoso.example')!
    await patched(source, `/Users/${ada}`, replaced('userName', 'ada.new@contoso.example'))
    await patched(source, `/Groups/${lab}`, replaced('displayName', 'Laboratory'))
    await patched(source, `/Users/${ada}`, replaced('active', false))
    await settled()
    const copy = (await peopleIn(target)).get('ada.new@contoso.example')
    expect(copy?.id).toBe(id)
    expect(isActive(copy)).toBe(false)
    expect(await membersIn(target)).toEqual({ Laboratory: ['ada.new@contoso.example'] })
  })

  test.concurrent('leaving the last routed group disables; coming back brings id, lock and product id', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example')
    const [lab, staff] = [await source.group('Lab', [ada]), await source.group('Staff', [ada])]
    await route([
      [lab, target],
      [staff, target],
    ])
    await settled()
    const { id } = (await peopleIn(target)).get('ada@contoso.example')!
    expect((await target.admin('PUT', `${target.path}/people/${id}/lock`, {})).status).toBe(200)
    expect((await service.operator('PUT', `${target.path}/people/${id}/product-id`, { productId: '42' })).status).toBe(200)
    await patched(source, `/Groups/${lab}`, left(ada))
    await settled()
    expect(isActive((await peopleIn(target)).get('ada@contoso.example'))).toBe(true)
    await patched(source, `/Groups/${staff}`, left(ada))
    await settled()
    await patched(source, `/Users/${ada}`, replaced('displayName', 'No business of the target'))
    await settled()
    const gone = (await peopleIn(target)).get('ada@contoso.example')
    expect([isActive(gone), gone?.attributes['displayName']]).toEqual([false, undefined])
    expect(await membersIn(target)).toEqual({ Lab: [], Staff: [] })
    await patched(source, `/Groups/${lab}`, joined(ada))
    await settled()
    const back = (await peopleIn(target)).get('ada@contoso.example')
    expect(back).toMatchObject({ id, access: { productId: '42', lock: { role: 'No access' } } })
    expect([isActive(back), back?.attributes['displayName']]).toEqual([true, 'No business of the target'])
    await expectSound(source, target)
  })

  test.concurrent('with onLeave delete the copy goes, and comes back as somebody new', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada])
    await route([[lab, target]], 'delete')
    await settled()
    const { id } = (await peopleIn(target)).get('ada@contoso.example')!
    await patched(source, `/Groups/${lab}`, left(ada))
    await settled()
    expect(await userNames(target)).toEqual([])
    await patched(source, `/Groups/${lab}`, joined(ada))
    await settled()
    expect((await peopleIn(target)).get('ada@contoso.example')?.id).not.toBe(id)
    await expectSound(target)
  })

  test.concurrent(
    'a DELETE takes the copy along and sets its userName free; a group that goes lets its members leave',
    async () => {
      const { source, targets, route, settled } = await fresh(1)
      const [target] = targets as [Customer]
      const [ada, bob] = [await source.person('ada@contoso.example'), await source.person('bob@contoso.example')]
      const lab = await source.group('Lab', [ada, bob])
      await route([[lab, target]])
      await settled()
      expect((await source.tenant.send('DELETE', `/Users/${ada}`)).status).toBe(204)
      await settled()
      expect(await userNames(target)).toEqual(['bob@contoso.example'])
      expect((await source.tenant.send('DELETE', `/Groups/${lab}`)).status).toBe(204)
      await settled()
      expect(await membersIn(target)).toEqual({})
      expect(isActive((await peopleIn(target)).get('bob@contoso.example'))).toBe(false)
      expect((await source.admin('GET', `${source.path}/routes`)).body['routes']).toMatchObject([{ groupId: lab, broken: true }])
      await target.person('ada@contoso.example') // 201: the name is free
      await expectSound(source, target)
    },
  )

  test.concurrent('a group that is created again with its externalId has its route and its members again', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada], 'e-lab')
    await route([[lab, target]])
    await settled()
    await source.tenant.send('DELETE', `/Groups/${lab}`)
    await settled()
    const again = await source.group('Laboratory', [ada], 'e-lab')
    await settled()
    await settled()
    expect((await source.admin('GET', `${source.path}/routes`)).body['routes']).toMatchObject([
      { groupId: again, broken: false, groupName: 'Laboratory' },
    ])
    expect(await membersIn(target)).toEqual({ Laboratory: ['ada@contoso.example'] })
    expect(isActive((await peopleIn(target)).get('ada@contoso.example'))).toBe(true)
  })

  test.concurrent(
    'the manager is the copy of the manager, filled in when that comes later, and nobody where there is none',
    async () => {
      const { source, targets, route, settled } = await fresh(1)
      const [target] = targets as [Customer]
      const boss = await source.person('boss@contoso.example')
      const ada = await source.person('ada@contoso.example', {
        [ENTERPRISE_URN]: { manager: { value: boss }, department: 'Lab' },
      })
      const lab = await source.group('Lab', [ada])
      await route([[lab, target]])
      await settled()
      const enterprise = async () => (await peopleIn(target)).get('ada@contoso.example')?.attributes[ENTERPRISE_URN]
      expect(await enterprise()).toEqual({ department: 'Lab' })
      await patched(source, `/Groups/${lab}`, joined(boss))
      await settled()
      const copy = (await peopleIn(target)).get('boss@contoso.example')
      expect(await enterprise()).toMatchObject({ department: 'Lab', manager: { value: copy?.id } })
      await source.tenant.send('DELETE', `/Users/${boss}`)
      await settled()
      await numbered(target.tenant.table())
      expect(await enterprise()).toEqual({ department: 'Lab' })
      await expectSound(source, target)
    },
  )

  test.concurrent('groups inside of groups are copied when both are routed', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const inner = await source.group('Inner')
    const outer = await source.group('Outer', [inner])
    await route([
      [outer, target],
      [inner, target],
    ])
    await settled()
    expect(await membersIn(target)).toEqual({ Inner: [], Outer: ['Inner'] })
    await patched(source, `/Groups/${outer}`, left(inner))
    await settled()
    expect(await membersIn(target)).toEqual({ Inner: [], Outer: [] })
  })

  test.concurrent('names that go from one to another arrive, whatever the order in which they are seen', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ids = [await source.person('a@contoso.example'), await source.person('b@contoso.example')]
    const lab = await source.group('Lab', ids)
    await route([[lab, target]])
    await settled()
    const before = await peopleIn(target)
    await service.operator('PATCH', source.path, { paused: true })
    const name = (i: number, value: string) => patched(source, `/Users/${ids[i] ?? ''}`, replaced('userName', value))
    await name(0, 'x@contoso.example')
    await name(1, 'a@contoso.example')
    await name(0, 'b@contoso.example')
    await service.operator('PATCH', source.path, { paused: false })
    await settled()
    const after = await peopleIn(target)
    expect([...after.keys()].sort()).toEqual(['a@contoso.example', 'b@contoso.example'])
    expect(after.get('b@contoso.example')?.id).toBe(before.get('a@contoso.example')?.id)
    expect(after.get('a@contoso.example')?.id).toBe(before.get('b@contoso.example')?.id)
    await expectSound(target)
  })

  test.concurrent('somebody else under a recycled userName takes over neither lock nor product id in the target', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const guid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`
    const ada = await source.person('ada@contoso.example', { externalId: guid('1') })
    const lab = await source.group('Lab', [ada])
    await route([[lab, target]])
    await settled()
    const { id } = (await peopleIn(target)).get('ada@contoso.example')!
    await target.admin('PUT', `${target.path}/people/${id}/lock`, {})
    await service.operator('PUT', `${target.path}/people/${id}/product-id`, { productId: '42' })
    const own = await target.group('Native', [id])
    await service.operator('PATCH', source.path, { paused: true }) // the reader sees the end alone
    await patched(source, `/Users/${ada}`, replaced('active', false))
    await patched(
      source,
      `/Users/${ada}`,
      patchOf({ op: 'replace', value: { active: true, externalId: guid('2'), displayName: 'Adam' } }),
    )
    await patched(source, `/Groups/${lab}`, joined(ada))
    await service.operator('PATCH', source.path, { paused: false })
    await settled()
    const copy = (await peopleIn(target)).get('ada@contoso.example')
    expect(copy?.attributes).toMatchObject({ displayName: 'Adam', externalId: guid('2') })
    expect([copy?.access.lock, copy?.access.productId]).toEqual([undefined, undefined])
    expect(await membersIn(target)).toEqual({ Lab: ['ada@contoso.example'], Native: [] })
    expect(own).not.toBe('')
    await expectSound(source, target)
  })

  test.concurrent('newcomers are Pending where the target holds them back', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const { version } = (await target.admin('GET', `${target.path}/settings`)).body
    await target.admin('PUT', `${target.path}/settings`, { version, strict: false, staging: true, matching: [] })
    const lab = await source.group('Lab', [await source.person('ada@contoso.example')])
    await route([[lab, target]])
    await settled()
    const [ada] = items(await target.admin('GET', `${target.path}/people`))
    expect(ada).toMatchObject({ role: 'Pending', staged: true })
    const released = await target.admin('POST', `${target.path}/people/${String(ada?.['id'])}/release`)
    expect(released.body).toMatchObject({ staged: false })
  })

  test.concurrent('attributes that nobody declared in the target are shown there', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const urn = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada])
    await route([[lab, target]])
    await settled()
    await patched(source, `/Users/${ada}`, patchOf({ op: 'add', path: `${urn}:costCentre`, value: '4711' }))
    await settled()
    const { id } = (await peopleIn(target)).get('ada@contoso.example')!
    const shown = await until(
      () => target.tenant.send('GET', `/Users/${id}`),
      ({ body }) => body[urn] !== undefined,
    )
    expect(shown.body[urn]).toEqual({ costCentre: '4711' })
  })

  test.concurrent('who is erased in the super tenant is erased in the target', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example', { displayName: 'Ada Lovelace' })
    const lab = await source.group('Lab', [ada])
    await route([[lab, target]])
    await settled()
    const { id } = (await peopleIn(target)).get('ada@contoso.example')!
    const here = await service.operator('POST', `${target.path}/people/${id}/erase`, { confirm: id })
    expect(here.status).toBe(409)
    expect(here.body['detail']).toContain(source.tenant.slug)
    await service.operator('POST', `${source.path}/people/${ada}/erase`, { confirm: ada })
    const records = await until(
      () => feedOf(target.tenant.table()),
      (feed) => feed.some(({ values }) => values['type'] === 'person.erased'),
    )
    expect(records.filter(({ values }) => values['id'] === id).length).toBeGreaterThan(1)
    expect(JSON.stringify(records)).not.toContain('Lovelace')
    expect(await userNames(target)).toEqual([])
  })
})

describe('roles', () => {
  test.concurrent("are the super tenant's until somebody in the target saves some, and again on request", async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada])
    const other = await source.group('Other', [ada])
    await source.save([
      { groupId: other, role: 'Loanee' },
      { groupId: lab, role: 'Admin' },
    ])
    await route([[lab, target]])
    await settled()
    const roles = async () => (await target.admin('GET', `${target.path}/roles`)).body
    const person = async () => items(await target.admin('GET', `${target.path}/people`))[0]
    const inherited = await until(roles, ({ rules }) => (rules as unknown[]).length === 1)
    expect(inherited).toMatchObject({
      inheritedFrom: { slug: source.tenant.slug },
      roles: ['Admin', 'Loanee', 'No access'],
      rules: [{ groupName: 'Lab', role: 'Admin', broken: false }],
    })
    expect(await person()).toMatchObject({ role: 'Admin' })
    const groupId = (inherited['rules'] as { groupId: string }[])[0]!.groupId
    expect(groupId).not.toBe(lab)
    const saved = await target.save([{ groupId, role: 'Loanee' }])
    expect(saved.status).toBe(200)
    expect(saved.body['inheritedFrom']).toBeUndefined()
    expect(saved.body['canInheritFrom']).toMatchObject({ slug: source.tenant.slug })
    await source.save([{ groupId: lab, role: 'No access' }])
    await settled()
    expect(await person()).toMatchObject({ role: 'Loanee' })
    const { version } = await roles()
    const back = await target.admin('PUT', `${target.path}/roles/inheritance`, { version, inherits: true })
    expect(back.status).toBe(200)
    await until(person, (one) => one?.['role'] === 'No access')
    expect(await person()).toMatchObject({ role: 'No access' })
    const asked = () => source.tenant.table().all(prefixRange('l!routes'))
    expect(await until(asked, ({ length }) => length === 0)).toEqual([]) // done, and crossed out
    expect((await source.admin('GET', `${source.path}/roles`)).body['inheritedFrom']).toBeUndefined()
    const { version: own } = (await source.admin('GET', `${source.path}/roles`)).body
    const refused = await source.admin('PUT', `${source.path}/roles/inheritance`, { version: own, inherits: true })
    expect(refused.status).toBe(409)
  })

  test.concurrent('of a target that has some of its own stay', async () => {
    const [source, target] = [used, used + 1]
    used += 2
    await started
    const own = await customerOf(service, target)
    await own.save([])
    const { targets, route, settled, source: from } = await superTenantOf(service, source, target)
    const lab = await from.group('Lab', [await from.person('ada@contoso.example')])
    await from.save([{ groupId: lab, role: 'Admin' }])
    await route([[lab, targets[0]!]])
    await settled()
    expect(items(await own.admin('GET', `${own.path}/people`))).toMatchObject([{ role: 'No access' }])
    expect((await own.admin('GET', `${own.path}/source`)).body).toMatchObject({
      superTenant: { slug: from.tenant.slug },
      inheritsRoles: false,
    })
  })
})

describe("the target's own endpoint", () => {
  test.concurrent('changes no copy, and says who may', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    await service.operator('PATCH', source.path, { name: 'Contoso Group' })
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada])
    await route([[lab, target]])
    await settled()
    const { id } = (await peopleIn(target)).get('ada@contoso.example')!
    const groups = items(await target.admin('GET', `${target.path}/groups`))
    expect(groups).toMatchObject([{ managedBy: { name: 'Contoso Group' } }])
    const group = String(groups[0]?.['id'])
    const { tenant } = target
    const refused = [
      await tenant.send('PATCH', `/Users/${id}`, replaced('active', false)),
      await tenant.send('PUT', `/Users/${id}`, { userName: 'ada@contoso.example' }),
      await tenant.send('DELETE', `/Users/${id}`),
      await tenant.send('PATCH', `/Groups/${group}`, left(id)),
      await tenant.send('PUT', `/Groups/${group}`, { displayName: 'Mine' }),
      await tenant.send('DELETE', `/Groups/${group}`),
    ]
    for (const { status, body } of refused) {
      expect(status).toBe(403)
      expect(body['detail']).toContain('Contoso Group')
    }
    const bulk = await tenant.send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'DELETE', path: `/Users/${id}` }],
    })
    expect(bulk.body['Operations']).toMatchObject([{ status: '403' }])
    const urn = 'urn:ietf:params:scim:schemas:extension:Learn:2.0:User'
    expect((await tenant.send('PATCH', `/Users/${id}`, patchOf({ op: 'add', path: `${urn}:x`, value: 'y' }))).status).toBe(403)
    expect((await tenant.send('GET', `/Schemas/${urn}`)).status).toBe(404)
    const taken = await tenant.send('POST', '/Users', { userName: 'Ada@contoso.example' })
    expect([taken.status, taken.body['scimType']]).toEqual([409, 'uniqueness'])
    expect(taken.body['detail']).toContain('Contoso Group')
    const released = await target.admin('POST', `${target.path}/people/${id}/release-user-name`)
    expect([released.status, released.body['type']]).toEqual([403, 'urn:rollcall:problem:read-only'])
    const native = await target.group('Native', [id])
    expect((await membersIn(target))['Native']).toEqual(['ada@contoso.example'])
    await patched(target, `/Groups/${native}`, left(id))
    expect((await target.admin('PUT', `${target.path}/people/${id}/lock`, {})).status).toBe(200)
    expect(await userNames(target)).toEqual(['ada@contoso.example'])
    expect(isActive((await peopleIn(target)).get('ada@contoso.example'))).toBe(true)
  })
})

describe('conflicts', () => {
  test.concurrent('a native person stays as is, is shown, and is adopted with id, lock and product id', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const native = await target.person('ADA@contoso.example', { displayName: 'Native' })
    const own = await target.group('Own', [native])
    await target.admin('PUT', `${target.path}/people/${native}/lock`, {})
    await service.operator('PUT', `${target.path}/people/${native}/product-id`, { productId: '7' })
    const ada = await source.person('ada@contoso.example', { displayName: 'Ada' })
    const report = await source.person('rep@contoso.example', { [ENTERPRISE_URN]: { manager: { value: ada } } })
    const lab = await source.group('Lab', [ada, report])
    await route([[lab, target]])
    await settled()
    expect((await peopleIn(target)).get('ADA@contoso.example')?.attributes['displayName']).toBe('Native')
    const list = await target.admin('GET', `${target.path}/conflicts`)
    expect(items(list)).toMatchObject([{ id: ada, type: 'User', kind: 'exists', name: 'ada@contoso.example', nativeId: native }])
    const shown = (await source.admin('GET', `${source.path}/routes`)).body['connections']
    expect(shown).toMatchObject([{ state: 'live', copies: { people: 1, groups: 1 }, conflicts: 1 }])
    expect(JSON.stringify(shown)).not.toContain(native)
    const reader = await linkOf(service, target.tenant.slug, 'reader')
    expect((await reader('POST', `${target.path}/conflicts/${ada}/adoption`, {})).status).toBe(403)
    expect((await target.admin('POST', `${target.path}/conflicts/${report}/adoption`, {})).status).toBe(404)
    expect((await target.admin('POST', `${target.path}/conflicts/__proto__/adoption`, {})).status).toBe(404)
    const adopted = await target.admin('POST', `${target.path}/conflicts/${ada}/adoption`, {})
    expect([adopted.status, adopted.body]).toEqual([200, { id: native }])
    const copy = await until(
      async () => (await peopleIn(target)).get('ada@contoso.example'),
      (one) => one !== undefined,
    )
    await settled()
    expect(copy).toMatchObject({
      id: native,
      attributes: { displayName: 'Ada' },
      access: { productId: '7', lock: { role: 'No access' } },
    })
    expect(await membersIn(target)).toEqual({ Lab: ['ada@contoso.example', 'rep@contoso.example'], Own: ['ada@contoso.example'] })
    expect((await peopleIn(target)).get('rep@contoso.example')?.attributes[ENTERPRISE_URN]).toMatchObject({
      manager: { value: native },
    })
    expect(items(await target.admin('GET', `${target.path}/conflicts`))).toEqual([])
    expect((await target.tenant.send('DELETE', `/Users/${native}`)).status).toBe(403)
    expect(own).not.toBe('')
    await expectSound(source, target)
  })

  test.concurrent("a native group is adopted, and those in it who are nobody's copy leave it", async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const native = await target.group('Lab', [await target.person('native@contoso.example')])
    const lab = await source.group('Lab', [await source.person('ada@contoso.example')])
    await route([[lab, target]])
    await settled()
    expect(items(await target.admin('GET', `${target.path}/conflicts`))).toMatchObject([{ id: lab, type: 'Group' }])
    expect(await membersIn(target)).toEqual({ Lab: ['native@contoso.example'] })
    expect((await target.admin('POST', `${target.path}/conflicts/${lab}/adoption`, {})).body).toEqual({ id: native })
    const members = await until(
      () => membersIn(target),
      (found) => found['Lab']?.join() === 'ada@contoso.example',
    )
    expect(members).toEqual({ Lab: ['ada@contoso.example'] })
    expect(await userNames(target)).toEqual(['ada@contoso.example', 'native@contoso.example'])
  })

  test.concurrent('a new name that is taken leaves the copy its old one, and all else follows', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada])
    await route([[lab, target]])
    const native = await target.person('lovelace@contoso.example')
    await settled()
    await patched(source, `/Users/${ada}`, replaced('userName', 'lovelace@contoso.example'))
    await patched(source, `/Users/${ada}`, replaced('active', false))
    await settled()
    expect(isActive((await peopleIn(target)).get('ada@contoso.example'))).toBe(false)
    expect(items(await target.admin('GET', `${target.path}/conflicts`))).toMatchObject([{ kind: 'rename', nativeId: native }])
    const refused = await target.admin('POST', `${target.path}/conflicts/${ada}/adoption`, {})
    expect(refused.status).toBe(409)
    expect((await target.tenant.send('DELETE', `/Users/${native}`)).status).toBe(204)
    await patched(source, `/Users/${ada}`, replaced('displayName', 'wakes the reader'))
    await settled()
    expect(await userNames(target)).toEqual(['lovelace@contoso.example'])
    expect(items(await target.admin('GET', `${target.path}/conflicts`))).toEqual([])
    expect(await waitingIn(source)).toEqual([])
  })

  test.concurrent('is gone when the person leaves', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    await target.person('ada@contoso.example')
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada])
    await route([[lab, target]])
    await settled()
    expect(items(await target.admin('GET', `${target.path}/conflicts`))).toHaveLength(1)
    await patched(source, `/Groups/${lab}`, left(ada))
    await settled()
    expect(items(await target.admin('GET', `${target.path}/conflicts`))).toEqual([])
    expect(isActive((await peopleIn(target)).get('ada@contoso.example'))).toBe(true)
  })
})

describe('pausing', () => {
  test.concurrent('a paused target is written to, and tells all in order afterwards', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada])
    await service.operator('PATCH', target.path, { paused: true })
    await route([[lab, target]])
    await settled()
    expect(await userNames(target)).toEqual(['ada@contoso.example'])
    await patched(source, `/Users/${ada}`, replaced('active', false))
    await settled()
    const told = async () => (await feedOf(target.tenant.table())).map(({ values }) => String(values['type']))
    await numbered(target.tenant.table())
    expect(await told()).not.toContain('role.changed')
    await service.operator('PATCH', target.path, { paused: false })
    const types = await until(told, (all) => all.includes('role.changed'))
    expect(types.filter((type) => type.startsWith('user.'))).toEqual(['user.created', 'user.updated'])
    expect(types.indexOf('role.changed')).toBeGreaterThan(types.indexOf('user.updated'))
  })

  test.concurrent('a paused super tenant routes nobody, and catches up', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const lab = await source.group('Lab')
    await route([[lab, target]])
    await settled()
    await service.operator('PATCH', source.path, { paused: true })
    await patched(source, `/Groups/${lab}`, joined(await source.person('ada@contoso.example')))
    await numbered(source.tenant.table())
    expect(await userNames(target)).toEqual([])
    await service.operator('PATCH', source.path, { paused: false })
    await settled()
    expect(await membersIn(target)).toEqual({ Lab: ['ada@contoso.example'] })
  })
})

describe('connections and routes', () => {
  test.concurrent('a chain, a loop and a second super tenant are refused in words', async () => {
    const { source, targets } = await fresh(1)
    const [target] = targets as [Customer]
    const { source: other } = await fresh(0)
    const put = (from: Customer, to: string) => service.operator('PUT', `${from.path}/connections/${to}`, {})
    const answers = [
      await put(target, other.tenant.slug),
      await put(other, source.tenant.slug),
      await put(other, target.tenant.slug),
      await put(source, source.tenant.slug),
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(409)
      expect(String(body['detail'])).toMatch(/[.]$/)
    }
    expect((await put(source, target.tenant.slug)).status).toBe(200)
    expect((await put(source, 'no-such-tenant')).status).toBe(404)
    expect((await put(source, '__proto__')).status).toBe(404)
    expect((await source.admin('PUT', `${source.path}/connections/${other.tenant.slug}`, {})).status).toBe(403)
    expect((await service.operator('DELETE', `${source.path}/connections/${other.tenant.slug}`)).status).toBe(404)
    const refused = await service.operator('DELETE', `${source.path}?confirm=${source.tenant.slug}`)
    expect([refused.status, refused.body['detail']]).toEqual([409, expect.stringContaining(target.tenant.slug)])
  })

  test.concurrent('wrong routes are refused by field, a stale version with 412', async () => {
    const { source, targets, route } = await fresh(1)
    const [target] = targets as [Customer]
    const lab = await source.group('Lab')
    const path = `${source.path}/routes`
    const put = (routes: unknown, more: object = {}) =>
      source.admin('PUT', path, { version: 2, onLeave: 'disable', routes, ...more })
    const { version } = (await source.admin('GET', path)).body
    const to = target.tenant.slug
    const wrong = await put(
      [
        { groupId: '0'.repeat(32), tenant: to },
        { groupId: lab, tenant: source.tenant.slug },
        { groupId: lab, tenant: to, id: 'a b' },
        { groupId: lab, tenant: to },
      ],
      { version },
    )
    expect(wrong.status).toBe(400)
    expect((wrong.body['errors'] as { path: string }[]).map((error) => error.path)).toEqual([
      '/routes/0/groupId',
      '/routes/1/tenant',
      '/routes/2/id',
      '/routes/3/groupId',
    ])
    expect((await put([], { version, onLeave: 'keep' })).status).toBe(400)
    expect((await put([], { version, __proto__x: 1 })).status).toBe(400)
    expect((await put([{ groupId: lab, tenant: '__proto__' }], { version })).status).toBe(400)
    expect((await put([], { version: Number(version) + 5 })).status).toBe(412)
    const saved = await route([[lab, target]])
    expect(saved.body['routes']).toMatchObject([{ groupId: lab, groupName: 'Lab', tenant: to, broken: false }])
    const reader = await linkOf(service, source.tenant.slug, 'reader')
    expect((await reader('GET', path)).status).toBe(200)
    const again = { version: saved.body['version'], onLeave: 'disable', routes: saved.body['routes'] }
    expect((await reader('PUT', path, again)).status).toBe(403)
    expect((await source.admin('PUT', path, again)).status).toBe(200) // what was read can be sent back
  })

  test.concurrent("tenants are walls: the one's session opens nothing of the other", async () => {
    const { source, targets } = await fresh(1)
    const [target] = targets as [Customer]
    for (const path of ['routes', 'people', 'conflicts', 'source']) {
      expect((await target.admin('GET', `${source.path}/${path}`)).status).toBe(404)
      expect((await source.admin('GET', `${target.path}/${path}`)).status).toBe(404)
    }
    expect((await target.admin('GET', `${target.path}/source`)).body).toEqual({
      superTenant: { slug: source.tenant.slug, name: source.tenant.slug },
      inheritsRoles: true,
    })
    expect((await target.admin('GET', `${target.path}/routes`)).body).toMatchObject({ routes: [], connections: [] })
    expect((await target.admin('PUT', `${source.path}/routes`, {})).status).toBe(404)
  })

  test.concurrent('a connection that ends leaves ordinary, inactive people, whom the target may change', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    await target.person('taken@contoso.example')
    const ada = await source.person('ada@contoso.example')
    const lab = await source.group('Lab', [ada, await source.person('taken@contoso.example')])
    await route([[lab, target]])
    await settled()
    const { id } = (await peopleIn(target)).get('ada@contoso.example')!
    expect((await service.operator('DELETE', `${source.path}/connections/${target.tenant.slug}`)).status).toBe(202)
    const routes = await until(
      async () => (await source.admin('GET', `${source.path}/routes`)).body,
      ({ connections }) => (connections as unknown[]).length === 0,
    )
    expect(routes).toMatchObject({ routes: [], connections: [] })
    const people = await peopleIn(target)
    expect([isActive(people.get('ada@contoso.example')), isActive(people.get('taken@contoso.example'))]).toEqual([false, true])
    expect(await membersIn(target)).toEqual({})
    expect((await target.admin('GET', `${target.path}/source`)).body).toEqual({ superTenant: null, inheritsRoles: false })
    expect((await target.tenant.send('PATCH', `/Users/${id}`, replaced('active', true))).status).toBe(200)
    const rows = await target.tenant.table().all({ from: '!', before: '~' })
    expect(rows.filter(({ key }) => /^[bcn]!/.test(key))).toEqual([])
    await until(
      () => source.tenant.table().get('l!routes'),
      (row) => row === undefined,
    )
    expect(await source.tenant.table().get('l!routes')).toBeUndefined()
    expect((await service.operator('PUT', `${source.path}/connections/${target.tenant.slug}`, {})).status).toBe(200)
    await expectSound(source, target)
  })

  test.concurrent('a target that is deleted is forgotten', async () => {
    const { source, targets, route, settled } = await fresh(2)
    const [north, south] = targets as [Customer, Customer]
    const lab = await source.group('Lab', [await source.person('ada@contoso.example')])
    await route([
      [lab, north],
      [lab, south],
    ])
    await settled()
    expect((await service.operator('DELETE', `${north.path}?confirm=${north.tenant.slug}`)).status).toBe(202)
    await source.person('wakes@contoso.example')
    const routes = await until(
      async () => (await source.admin('GET', `${source.path}/routes`)).body,
      ({ connections }) => (connections as unknown[]).length === 1,
    )
    expect(routes).toMatchObject({ routes: [{ tenant: south.tenant.slug }], connections: [{ tenant: south.tenant.slug }] })
  })

  test.concurrent('a tenant without connections has no reader of routes', async () => {
    const { source } = await fresh(0)
    await source.person('ada@contoso.example')
    await numbered(source.tenant.table())
    expect(await source.tenant.table().get('l!routes')).toBeUndefined()
  })
})

describe('a target that fails', () => {
  /** Writes the row that a failure leaves; until its time the target is left out. */
  const suspend = async (source: Customer, slug: string, due: number) => {
    const table = source.tenant.table()
    await until(
      () => table.get('l!routes'),
      (row) => Date.parse(String(row?.values['until'])) <= Date.now(), // nobody holds it
    )
    await table.commit([
      { type: 'upsert', key: failingKey(slug), values: { k: 'u', reason: 'failed', tries: 0, due } },
      { type: 'merge', key: 'l!routes', values: { due }, etag: '*' },
    ])
  }
  const statesIn = async (source: Customer) =>
    ((await source.admin('GET', `${source.path}/routes`)).body['connections'] as { state: string }[]).map(({ state }) => state)

  test.concurrent('erases later whom it could not erase at once', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example', { displayName: 'Ada Lovelace' })
    const lab = await source.group('Lab', [ada])
    await route([[lab, target]])
    await settled()
    const { slug } = target.tenant
    await suspend(source, slug, Date.now() + 3_600_000)
    await service.operator('POST', `${source.path}/people/${ada}/erase`, { confirm: ada })
    const noted = await until(
      () => source.tenant.table().get(missedErasureKey(slug, ada)),
      (row) => row !== undefined,
    )
    expect(noted).toBeDefined()
    await settled()
    expect(await userNames(target)).toEqual(['ada@contoso.example'])
    await suspend(source, slug, 1)
    await source.person('wakes@contoso.example')
    const records = await until(
      () => feedOf(target.tenant.table()),
      (feed) => feed.some(({ values }) => values['type'] === 'person.erased'),
    )
    expect(records.map(({ values }) => values['type'])).toContain('person.erased')
    expect(JSON.stringify(records)).not.toContain('Lovelace')
    expect(
      await until(
        () => waitingIn(source),
        (rows) => rows.length === 0,
      ),
    ).toEqual([])
    await expectSound(source, target)
  })

  test.concurrent('since it names no super tenant, or has no settings, is left alone, and the others go on', async () => {
    const { source, targets, route, settled } = await fresh(3)
    const [north, south, west] = targets as [Customer, Customer, Customer]
    const lab = await source.group('Lab')
    await route([
      [lab, north],
      [lab, south],
      [lab, west],
    ])
    await settled()
    await changeSettings(tenantStorage(), north.tenant.slug, () => ({ superTenant: null }))
    const table = west.tenant.table()
    const row = (await table.get('t!'))!
    await table.commit([{ type: 'delete', key: 't!' }])
    await patched(source, `/Groups/${lab}`, joined(await source.person('ada@contoso.example')))
    await settled()
    expect([await userNames(north), await userNames(south), await userNames(west)]).toEqual([[], ['ada@contoso.example'], []])
    expect(await statesIn(source)).toEqual(['failing', 'live', 'failing'])
    await table.commit([{ type: 'create', key: 't!', values: row.values }])
    expect((await service.operator('PUT', `${source.path}/connections/${north.tenant.slug}`, {})).status).toBe(200)
    await suspend(source, north.tenant.slug, 1)
    await suspend(source, west.tenant.slug, 1)
    await source.person('wakes@contoso.example')
    expect(
      await until(
        () => waitingIn(source),
        (rows) => rows.length === 0,
      ),
    ).toEqual([])
    expect([await userNames(north), await userNames(west)]).toEqual([['ada@contoso.example'], ['ada@contoso.example']])
  })

  test.concurrent('is disconnected while it is tried again', async () => {
    const { source, targets, route, settled } = await fresh(1)
    const [target] = targets as [Customer]
    const ada = await source.person('ada@contoso.example')
    await route([[await source.group('Lab', [ada]), target]])
    await settled()
    const copyOf = (seq: number): Action => {
      return { type: 'merge', key: linkKey('u', source.tenant.slug, ada), values: { seq }, etag: '*' }
    }
    await target.tenant.table().commit([copyOf(1_000_000)]) // as if read later: this copy cannot be let go yet
    await suspend(source, target.tenant.slug, Date.now() + 3_600_000)
    expect((await service.operator('DELETE', `${source.path}/connections/${target.tenant.slug}`)).status).toBe(202)
    await settled()
    expect(await statesIn(source)).toEqual(['ending'])
    await suspend(source, target.tenant.slug, 1)
    await source.person('wakes@contoso.example')
    const again = await until(
      () => source.tenant.table().get(failingKey(target.tenant.slug)),
      (row) => row?.values['due'] !== 1,
    )
    expect(again?.values['tries']).toBe(1)
    await settled()
    await target.tenant.table().commit([copyOf(0)])
    await suspend(source, target.tenant.slug, 1)
    await source.person('wakes-again@contoso.example')
    expect(
      await until(
        () => statesIn(source),
        (states) => states.length === 0,
      ),
    ).toEqual([])
    expect(await waitingIn(source)).toEqual([])
    expect(isActive((await peopleIn(target)).get('ada@contoso.example'))).toBe(false)
  })
})

test.concurrent('a target whose super tenant is no more can be connected to another', async () => {
  const { source } = await fresh(0)
  const { source: target } = await fresh(0)
  await changeSettings(tenantStorage(), target.tenant.slug, () => ({ superTenant: { slug: 'long-gone', name: 'Gone' } }))
  expect((await service.operator('PUT', `${source.path}/connections/${target.tenant.slug}`, {})).status).toBe(200)
  expect((await target.admin('GET', `${target.path}/source`)).body['superTenant']).toMatchObject({ slug: source.tenant.slug })
})

test.concurrent('a target whose super tenant is no more can be a super tenant itself, and is its own from then on', async () => {
  const { source } = await fresh(0)
  const { source: target } = await fresh(0)
  const { slug } = source.tenant
  await changeSettings(tenantStorage(), slug, () => ({ superTenant: { slug: 'long-gone', name: 'Gone' }, inheritsRoles: true }))
  expect((await service.operator('PUT', `${source.path}/connections/${target.tenant.slug}`, {})).status).toBe(200)
  expect((await source.admin('GET', `${source.path}/source`)).body).toEqual({ superTenant: null, inheritsRoles: false })
  expect((await target.admin('GET', `${target.path}/source`)).body['superTenant']).toMatchObject({ slug })
  const { source: third } = await fresh(0)
  await changeSettings(tenantStorage(), third.tenant.slug, () => ({ superTenant: { slug, name: slug } })) // there is one
  expect((await service.operator('PUT', `${third.path}/connections/${target.tenant.slug}`, {})).status).toBe(409)
})

test.concurrent('a reader that is left behind without connections does not keep records from expiring', async () => {
  const { source } = await fresh(0)
  const table = source.tenant.table()
  await table.commit([
    { type: 'create', key: 'l!routes', values: { offset: 0, epoch: 'left' } },
    { type: 'create', key: failingKey('gone'), values: { k: 'u', reason: 'failed', tries: 0, due: 1 } },
  ])
  await followed(createServices(readConfig()), source.tenant.slug)
  expect([await table.get('l!routes'), await table.get(failingKey('gone'))]).toEqual([undefined, undefined])
})

test.concurrent(
  'an attribute that the super tenant undeclares stands in the way of no save, and of no run, in a target',
  async () => {
    const { source: target } = await fresh(0)
    const { slug } = target.tenant
    const urn = 'urn:ietf:params:scim:schemas:extension:Test:2.0:User'
    const declared = [{ type: 'User', urn, name: 'badge', valueType: 'string', multiValued: false } as const]
    const save = (change: Parameters<typeof saveSettings>[1]) => saveSettings(slug, change)
    await save({ inherited: { declared, learnt: [] } })
    await save({ matching: [{ type: 'User', path: `${urn}:badge` }] })
    await save({ inherited: { declared: [], learnt: [] } })
    const { settings } = await save({ staging: true })
    expect([settings.inherited.declared, settings.matching.length]).toEqual([[], 1])
    await target.person('ada@contoso.example')
    await followed(createServices(readConfig()), slug)
  },
)

test.concurrent('what the export tells', async () => {
  const { source, targets, route } = await fresh(1)
  const [target] = targets as [Customer]
  const lab = await source.group('Lab', [await source.person('ada@contoso.example')])
  await route([[lab, target]])
  await settledRoutes(source)
  const lines = async (customer: Customer) => {
    const token = service.issuer.token({ roles: ['Rollcall.Admin'], name: 'Olga' })
    const answer = await fetch(`${service.origin}/api/manage${customer.path}/export`, {
      headers: { authorization: `Bearer ${await token}` },
    })
    return (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }
  expect((await lines(source)).filter(({ kind }) => kind === 'route')).toMatchObject([
    { groupId: lab, tenant: target.tenant.slug },
  ])
  expect((await lines(target)).filter(({ kind }) => kind === 'person')).toMatchObject([
    { managedBy: { tenant: source.tenant.slug } },
  ])
  const [row] = await target.tenant.table().all({ from: 'u!', before: 'u"' })
  expect(row && readDocument(row)?.access.owner?.tenant).toBe(source.tenant.slug)
})
