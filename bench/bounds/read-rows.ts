import { inLanes, numbers, type Row } from './row'

const AT_ONCE = 8
const TERMS = 64
const MEMBERSHIPS = 32
const GROUPS = 200
const TEAMS = 58
const PEOPLE = 2_000
const PAGES = 8

const get = (path: string, headers: Record<string, string>) => ({ method: 'GET', path, headers })
const idOf = ({ id }: Record<string, unknown>) => String(id)
const membersOf = (ids: readonly string[]) => ids.map((value) => ({ value }))

export const readRows: readonly Row[] = [
  {
    key: '2',
    name: `GET, filter of ${TERMS} or terms, 50 people of 1,000 values`,
    async prepare(world, slug) {
      await inLanes(numbers(50), AT_ONCE, (i) => {
        const entitlements = numbers(1_000).map((n) => ({ value: `Entitlement ${n} of person ${i}` }))
        return world.make(slug)('POST', '/Users', { userName: `u${i}`, entitlements })
      })
      const filter = numbers(TERMS).map((i) => `entitlements.value eq "nobody has this ${i}"`)
      const path = `/scim/${slug}/Users?filter=${encodeURIComponent(filter.join(' or '))}`
      return { requests: () => [get(path, world.scim(slug))] }
    },
  },
  {
    key: '4a',
    name: `GET Users?attributes=groups, 40 people in ${MEMBERSHIPS} groups`,
    async prepare(world, slug) {
      const make = world.make(slug)
      const ids = await inLanes(numbers(40), AT_ONCE, async (i) => idOf(await make('POST', '/Users', { userName: `u${i}` })))
      await inLanes(numbers(MEMBERSHIPS), 2, (i) => make('POST', '/Groups', { displayName: `g${i}`, members: membersOf(ids) }))
      return { requests: () => [get(`/scim/${slug}/Users?count=200&attributes=groups`, world.scim(slug))] }
    },
  },
  {
    key: '4b',
    name: `GET Groups?count=200, ${GROUPS} groups of 20`,
    async prepare(world, slug) {
      const make = world.make(slug)
      const ids = await inLanes(numbers(20), AT_ONCE, async (i) => idOf(await make('POST', '/Users', { userName: `u${i}` })))
      await inLanes(numbers(GROUPS), 2, (i) => make('POST', '/Groups', { displayName: `g${i}`, members: membersOf(ids) }))
      return { requests: () => [get(`/scim/${slug}/Groups?count=200`, world.scim(slug))] }
    },
  },
  {
    key: '4c',
    name: `management, 8 of ${PEOPLE} people by role, each in 3 of ${TEAMS} groups beside`,
    async prepare(world, slug) {
      const make = world.make(slug)
      const ids = await inLanes(numbers(PEOPLE), AT_ONCE, async (i) => idOf(await make('POST', '/Users', { userName: `u${i}` })))
      const groupOf = async (displayName: string, members: readonly string[]) =>
        idOf(await make('POST', '/Groups', { displayName, members: membersOf(members) }))
      const few = await groupOf(
        'Admins',
        ids.filter((_, i) => i % 250 === 0),
      )
      const many = await groupOf(
        'Staff',
        ids.filter((_, i) => i % 2 === 0),
      )
      const isIn = (team: number, i: number) => [0, 19, 38].some((step) => (i + step) % TEAMS === team)
      await inLanes(numbers(TEAMS), 2, (team) =>
        groupOf(
          `Team ${team}`,
          ids.filter((_, i) => isIn(team, i)),
        ),
      )
      const before = await world.manage('GET', `/tenants/${slug}/roles`) // with what the build at hand wants to be told
      const rules = [
        { groupId: few, role: 'Admin' },
        { groupId: many, role: 'User' },
      ]
      const roles = ['Admin', 'User', 'No access']
      await world.manage('PUT', `/tenants/${slug}/roles`, { ...before, roles, defaultRole: 'No access', rules })
      const headers = await world.link(slug)
      const path = `/api/manage/tenants/${slug}/people?role=Admin&limit=100`
      return { requests: () => [get(path, headers)], pauseMs: 60 }
    },
  },
  {
    key: '5',
    name: `${PAGES} pages at once of 100 people of 190 KB`,
    anew: true,
    async prepare(world, slug) {
      await inLanes(numbers(100), 4, (i) => {
        const entitlements = numbers(190).map((n) => ({ value: `${n} ${'a'.repeat(960)}` }))
        return world.make(slug)('POST', '/Users', { userName: `u${i}`, entitlements })
      })
      const page = get(`/scim/${slug}/Users?count=100`, world.scim(slug))
      return { requests: () => Array.from({ length: PAGES }, () => page) }
    },
  },
]
