import { changeSettings } from '../shared/tenants/registry'
import { startBehindProxy } from './support/behind-proxy'
import type { Customer } from './support/customer'
import type { FaultProxy } from './support/fault-proxy'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { patchOf, type Answer } from './support/service'
import { peopleIn, superTenantOf, type TestSuperTenant } from './support/super-tenant'
import { tenantStorage } from './support/tenant-settings'
import { fewestTrips } from './support/trips'

let service: ManagedService
let proxy: FaultProxy
/** Each test has tenants of its own and waits for the follower most of the time, so they run side by side. */
const started = start()
async function start(): Promise<void> {
  ;({ proxy, service } = await startBehindProxy(startManaged))
}
afterAll(async () => {
  await started
  await service.close()
})
jest.setTimeout(120_000)

let used = 0
const fresh = async (targets: number) => {
  const indexes = Array.from({ length: targets + 1 }, (_, i) => used + i)
  used += targets + 1
  await started
  return superTenantOf(service, ...indexes)
}

type Routes = readonly (readonly [group: string, target: Customer])[]

const bodyOf = (routes: Routes, onLeave = 'disable') => ({
  onLeave,
  routes: routes.map(([groupId, { tenant }]) => ({ groupId, tenant: tenant.slug })),
})
const preview = ({ source: { admin, path } }: TestSuperTenant, routes: Routes, onLeave = 'disable') =>
  admin('POST', `${path}/routes/preview`, bodyOf(routes, onLeave))

interface Shown {
  readonly tenant: string
  readonly people: Record<'comes' | 'returns' | 'leaves' | 'stays' | 'heldBack', number>
  readonly groups: { comes: { groupName: string }[]; leaves: { groupName: string }[]; heldBack: number }
}
interface First {
  readonly userName: string
  readonly tenant: string
  readonly effect: 'comes' | 'returns' | 'leaves'
  readonly reason: string
}
const shownOf = ({ body }: Answer, { tenant }: Customer) =>
  (body['targets'] as Shown[]).find((one) => one.tenant === tenant.slug)!
const firstOf = ({ body }: Answer) => body['first'] as First[]
const reasons = (answer: Answer) =>
  firstOf(answer).map(({ userName, effect, reason }) => [userName.split('@')[0], effect, reason])

/** Who is there, and whether active, by id. */
const lookedAt = async (target: Customer) =>
  new Map([...(await peopleIn(target))].map(([userName, { id, attributes }]) => [id, [userName, attributes['active']] as const]))

/** Previews, saves, waits, and compares what was said of each target with what became of its people. */
async function expectAsSaid(world: TestSuperTenant, routes: Routes, onLeave: 'disable' | 'delete' = 'disable'): Promise<Answer> {
  const { source, targets, route, settled } = world
  const versionOf = async () => (await source.admin('GET', `${source.path}/routes`)).body['version']
  const before = await Promise.all(targets.map(lookedAt))
  const version = await versionOf()
  const said = await preview(world, routes, onLeave)
  expect(said.status).toBe(200)
  expect(await Promise.all(targets.map(lookedAt))).toEqual(before)
  expect(await versionOf()).toBe(version)
  expect((await route(routes, onLeave)).status).toBe(200)
  await settled()
  for (const [i, target] of targets.entries()) {
    const [held, now] = [before[i]!, await lookedAt(target)]
    const namesOf = (people: typeof held, isOne: (id: string) => boolean) =>
      [...people].filter(([id]) => isOne(id)).map(([, [userName]]) => userName)
    const isActive = (people: typeof held, id: string) => people.has(id) && people.get(id)![1] !== false
    const happened = {
      comes: namesOf(now, (id) => !held.has(id)),
      returns: namesOf(now, (id) => held.has(id) && !isActive(held, id) && isActive(now, id)),
      leaves: namesOf(held, (id) => (onLeave === 'delete' ? !now.has(id) : isActive(held, id) && !isActive(now, id))),
    }
    const { comes, returns, leaves } = shownOf(said, target).people
    expect({ comes, returns, leaves }).toEqual({
      comes: happened.comes.length,
      returns: happened.returns.length,
      leaves: happened.leaves.length,
    })
    for (const effect of ['comes', 'returns', 'leaves'] as const) {
      const named = firstOf(said).filter((one) => one.tenant === target.tenant.slug && one.effect === effect)
      expect(named.map(({ userName }) => userName).sort()).toEqual(happened[effect].sort())
    }
  }
  return said
}

describe('what the preview says is what then happens', () => {
  test.concurrent('routes are made, moved to another target and taken away; whoever comes back has the same copy', async () => {
    const world = await fresh(2)
    const { source } = world
    const [north, south] = world.targets as [Customer, Customer]
    const [ada, bob] = [await source.person('ada@contoso.example'), await source.person('bob@contoso.example')]
    await source.person('eve@contoso.example')
    const lab = await source.group('Lab', [ada, bob])

    const made = await expectAsSaid(world, [[lab, north]])
    expect(shownOf(made, north)).toMatchObject({
      people: { comes: 2, returns: 0, leaves: 0, stays: 0, heldBack: 0 },
      groups: { comes: [{ groupId: lab, groupName: 'Lab' }], leaves: [], heldBack: 0 },
    })
    expect(shownOf(made, south).people).toEqual({ comes: 0, returns: 0, leaves: 0, stays: 0, heldBack: 0 })
    expect(reasons(made).sort()).toEqual([
      ['ada', 'comes', 'Comes with Lab.'],
      ['bob', 'comes', 'Comes with Lab.'],
    ])

    const moved = await expectAsSaid(world, [[lab, south]])
    expect(shownOf(moved, north)).toMatchObject({ people: { leaves: 2, stays: 0 }, groups: { leaves: [{ groupName: 'Lab' }] } })
    expect(shownOf(moved, south)).toMatchObject({ people: { comes: 2 }, groups: { comes: [{ groupName: 'Lab' }] } })
    expect(firstOf(moved).map(({ effect }) => effect)).toEqual(['leaves', 'leaves', 'comes', 'comes'])
    expect(reasons(moved)).toContainEqual([
      'ada',
      'leaves',
      `Leaves with Lab, which is no longer routed to ${north.tenant.slug}.`,
    ])

    const back = await expectAsSaid(world, [[lab, north]])
    expect(shownOf(back, north).people).toEqual({ comes: 0, returns: 2, leaves: 0, stays: 0, heldBack: 0 })
    expect(reasons(back)).toContainEqual(['bob', 'returns', 'Comes back with Lab: the copy of before.'])

    const same = await expectAsSaid(world, [[lab, north]])
    expect(shownOf(same, north).people).toEqual({ comes: 0, returns: 0, leaves: 0, stays: 2, heldBack: 0 })
    expect(same.body['first']).toEqual([])
  })

  test.concurrent('a person in two routed groups stays with the one, and leaves with both', async () => {
    const world = await fresh(1)
    const { source } = world
    const [target] = world.targets as [Customer]
    const [ada, bob] = [await source.person('ada@contoso.example'), await source.person('bob@contoso.example')]
    const [lab, staff] = [await source.group('Lab', [ada, bob]), await source.group('Staff', [ada])]
    const both: Routes = [
      [lab, target],
      [staff, target],
    ]
    const made = await expectAsSaid(world, both)
    expect(reasons(made)).toContainEqual(['ada', 'comes', 'Comes with Lab and Staff.'])
    const one = await expectAsSaid(world, [[staff, target]])
    expect(shownOf(one, target)).toMatchObject({
      people: { leaves: 1, stays: 1 },
      groups: { comes: [], leaves: [{ groupName: 'Lab' }] },
    })
    expect(reasons(one)).toEqual([['bob', 'leaves', `Leaves with Lab, which is no longer routed to ${target.tenant.slug}.`]])
    await expectAsSaid(world, both)
    const none = await expectAsSaid(world, [])
    expect(shownOf(none, target).people).toMatchObject({ leaves: 2, stays: 0 })
    expect(reasons(none)).toContainEqual([
      'ada',
      'leaves',
      `Leaves with Lab and Staff, which are no longer routed to ${target.tenant.slug}.`,
    ])
  })

  test.concurrent('onLeave delete takes along whoever had left before; with disable again they come as new ones', async () => {
    const world = await fresh(1)
    const { source, settled } = world
    const [target] = world.targets as [Customer]
    const [ada, bob] = [await source.person('ada@contoso.example'), await source.person('bob@contoso.example')]
    const lab = await source.group('Lab', [ada, bob])
    await expectAsSaid(world, [[lab, target]])
    await source.tenant.send('PATCH', `/Groups/${lab}`, patchOf({ op: 'remove', path: 'members', value: [{ value: ada }] }))
    await settled()
    const deleting = await expectAsSaid(world, [[lab, target]], 'delete')
    expect(deleting.body['onLeave']).toBe('delete')
    expect(shownOf(deleting, target).people).toMatchObject({ leaves: 1, stays: 1 })
    expect(reasons(deleting)).toEqual([['ada', 'leaves', 'Left before. Whoever has left is deleted from now on.']])
    const gone = await expectAsSaid(world, [], 'delete')
    expect(shownOf(gone, target).people).toMatchObject({ leaves: 1 })
    const again = await expectAsSaid(world, [[lab, target]], 'disable')
    expect(shownOf(again, target).people).toMatchObject({ comes: 1, returns: 0 })
  })

  test.concurrent('onLeave delete reaches a target without any route', async () => {
    const world = await fresh(1)
    const [target] = world.targets as [Customer]
    const lab = await world.source.group('Lab', [await world.source.person('ada@contoso.example')])
    await expectAsSaid(world, [[lab, target]])
    await expectAsSaid(world, [])
    const deleting = await expectAsSaid(world, [], 'delete')
    expect(shownOf(deleting, target).people).toMatchObject({ leaves: 1 })
  })

  test.concurrent('whose name is taken is held back, person or group, and neither stays nor leaves', async () => {
    const world = await fresh(1)
    const { source } = world
    const [target] = world.targets as [Customer]
    await target.person('ada@contoso.example')
    await target.group('Lab')
    const [ada, bob] = [await source.person('ada@contoso.example'), await source.person('bob@contoso.example')]
    const lab = await source.group('Lab', [ada, bob])
    await world.route([[lab, target]])
    await world.settled()
    const known = await expectAsSaid(world, [[lab, target]])
    expect(shownOf(known, target)).toMatchObject({ people: { stays: 1, heldBack: 1 }, groups: { heldBack: 1 } })
    const ended = await expectAsSaid(world, [])
    expect(shownOf(ended, target)).toMatchObject({ people: { leaves: 1, heldBack: 0 }, groups: { leaves: [], heldBack: 0 } })
    expect(reasons(ended).map(([userName]) => userName)).toEqual(['bob'])
  })
})

test.concurrent('more than fifty people are counted, and fifty named; a page takes 200', async () => {
  const world = await fresh(1)
  const [target] = world.targets as [Customer]
  const ids: string[] = []
  for (let from = 0; from < 60; from += 20) {
    const made = Array.from({ length: 20 }, (_, i) => world.source.person(`p${from + i}@contoso.example`))
    ids.push(...(await Promise.all(made)))
  }
  const answer = await preview(world, [[await world.source.group('Lab', ids), target]])
  expect(shownOf(answer, target).people.comes).toBe(60)
  expect(firstOf(answer)).toHaveLength(50)
  expect(new Set(firstOf(answer).map(({ userName }) => userName)).size).toBe(50)
})

test.concurrent('many groups are named in part, and under hostile names', async () => {
  const world = await fresh(1)
  const [target] = world.targets as [Customer]
  const ada = await world.source.person('__proto__')
  const groups: string[] = []
  for (const name of ['__proto__', 'constructor', '<b>', 'D', 'E']) groups.push(await world.source.group(name, [ada]))
  const answer = await preview(
    world,
    groups.map((group) => [group, target] as const),
  )
  expect(firstOf(answer)).toMatchObject([
    { userName: '__proto__', reason: expect.stringMatching(/^Comes with .+, .+, .+ and 2 more groups\.$/) as string },
  ])
  const names = shownOf(answer, target).groups.comes.map(({ groupName }) => groupName)
  expect(names.sort()).toEqual(['<b>', 'D', 'E', '__proto__', 'constructor'])
})

test.concurrent('a target that cannot be read is told as that, and the others are answered', async () => {
  const world = await fresh(4)
  const [north, south, west, east] = world.targets as [Customer, Customer, Customer, Customer]
  const lab = await world.source.group('Lab', [await world.source.person('ada@contoso.example')])
  await world.settled() // from here on the reader reads no links
  await changeSettings(tenantStorage(), north.tenant.slug, () => ({ superTenant: { slug: 'somebody-else', name: 'Else' } }))
  const path = new RegExp(`t${west.tenant.slug.replaceAll('-', '')}.*c!u!`)
  proxy.busy(1, { status: 403, code: 'AuthorizationFailure', match: { path } })
  const draft = [north, south, west].map((target) => [lab, target] as const)
  const answer = await preview(world, draft)
  expect(answer.status).toBe(200)
  expect((answer.body['targets'] as Shown[]).map(({ tenant }) => tenant)).toEqual([south, east].map(({ tenant }) => tenant.slug))
  expect(shownOf(answer, south).people.comes).toBe(1)
  expect(firstOf(answer).map(({ tenant }) => tenant)).toEqual([south.tenant.slug])
  expect(answer.body['unreadable']).toMatchObject([
    { tenant: north.tenant.slug, problem: expect.stringContaining('not set up to be fed by this tenant') as string },
    { tenant: west.tenant.slug, problem: expect.stringContaining('cannot be read now') as string },
  ])
  expect(JSON.stringify(answer.body)).not.toContain('omebody-else')
  expect(shownOf(await preview(world, draft), west).people.comes).toBe(1)
})

describe('refuses', () => {
  const at = (path: string) => ({ errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown[] })
  type Draft = { world: TestSuperTenant; group: string; foreign: string; target: string }

  const given = (async () => {
    const world = await fresh(1)
    const [target] = world.targets as [Customer]
    const [group, foreign] = [await world.source.group('Lab'), await target.group('Foreign')]
    return { world, group, foreign, target: target.tenant.slug }
  })()

  test.concurrent.each<[string, (draft: Draft) => unknown, string]>([
    ["another tenant's group", ({ foreign, target }) => [{ groupId: foreign, tenant: target }], '/routes/0/groupId'],
    ['no id at all', ({ target }) => [{ groupId: '../x', tenant: target }], '/routes/0/groupId'],
    ['a name that objects inherit', ({ group }) => [{ groupId: group, tenant: '__proto__' }], '/routes/0/tenant'],
    [
      'a tenant that is not connected',
      ({ group, world }) => [{ groupId: group, tenant: world.source.tenant.slug }],
      '/routes/0/tenant',
    ],
    ['a route twice', ({ group, target }) => Array<unknown>(2).fill({ groupId: group, tenant: target }), '/routes/1/groupId'],
    ['an id that is none', ({ group, target }) => [{ id: 'a b', groupId: group, tenant: target }], '/routes/0/id'],
    ['an unknown field', ({ group, target }) => [{ groupId: group, tenant: target, colour: 'red' }], '/routes/0/colour'],
    ['501 routes', ({ group, target }) => Array<unknown>(501).fill({ groupId: group, tenant: target }), '/routes'],
    ['no list', () => 'all', '/routes'],
  ])('%s, in a save and in a preview', async (_what, make, path) => {
    const draft = await given
    const { admin, path: tenant } = draft.world.source
    const { version } = (await admin('GET', `${tenant}/routes`)).body
    const body = { onLeave: 'disable', routes: make(draft) }
    expect(await admin('PUT', `${tenant}/routes`, { ...body, version })).toMatchObject({ status: 400, body: at(path) })
    expect(await admin('POST', `${tenant}/routes/preview`, body)).toMatchObject({ status: 400, body: at(path) })
  })

  test.concurrent('what is no draft', async () => {
    const { admin, path } = (await given).world.source
    for (const body of [{}, [], null, { onLeave: 'forget', routes: [] }, { onLeave: 'disable', routes: [], version: 1 }]) {
      expect((await admin('POST', `${path}/routes/preview`, body)).status).toBe(400)
    }
  })

  test.concurrent('whoever is not of the tenant; a reader may look, and not save', async () => {
    const { world, group, target } = await given
    const { source, targets } = world
    const reader = await linkOf(service, source.tenant.slug, 'reader')
    const draft = { onLeave: 'disable', routes: [{ groupId: group, tenant: target }] }
    expect((await reader('POST', `${source.path}/routes/preview`, draft)).status).toBe(200)
    expect((await service.reader('POST', `${source.path}/routes/preview`, draft)).status).toBe(200)
    expect((await reader('PUT', `${source.path}/routes`, { ...draft, version: 1 })).status).toBe(403)
    expect((await targets[0]!.admin('POST', `${source.path}/routes/preview`, draft)).status).toBe(404)
    expect((await service.as(undefined)('POST', `${source.path}/routes/preview`, draft)).status).toBe(401)
  })
})

test.concurrent('a tenant without connections is answered without a target', async () => {
  const { source } = await fresh(0)
  const answer = await source.admin('POST', `${source.path}/routes/preview`, { onLeave: 'disable', routes: [] })
  expect(answer).toMatchObject({ status: 200, body: { onLeave: 'disable', targets: [], unreadable: [], first: [] } })
})

/** Last, and not beside others: the lines of log are not told apart by tenant. */
test('costs thirteen trips for a page and eight targets, five where nobody is routed anywhere', async () => {
  const world = await fresh(2)
  const [north, south] = world.targets as [Customer, Customer]
  const lab = await world.source.group('Lab', [await world.source.person('ada@contoso.example')])
  const tripsOf = (routes: Routes, wanted: number) =>
    fewestTrips(wanted, async () => {
      expect((await preview(world, routes)).status).toBe(200)
      return service.lines.findLast((line) => line['manage'] === 'previewRoutes')?.['trips']
    })
  // sign-in, settings; groups that are sent; targets, their settings; the feed's head, deleted groups, groups; links of groups; people, deleted groups, memberships; links
  expect(await tripsOf([[lab, north]], 13)).toBe(13)
  const both = [north, south].map((target) => [lab, target] as const)
  expect(await tripsOf(both, 13)).toBe(13)
  expect(await tripsOf([], 5)).toBe(5)
})
