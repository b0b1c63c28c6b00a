import { filtered, patchOf, startService, type TestService, type TestTenant } from './support/service'

/** Filters on memberships, which documents do not hold, by every operator. */

describe('filters on memberships', () => {
  let service: TestService
  let tenant: TestTenant
  const ids: Record<string, string> = {}

  async function create(path: string, name: string, members: readonly string[] = []): Promise<void> {
    const body =
      path === '/Users' ? { userName: name } : { displayName: name, members: members.map((one) => ({ value: ids[one] })) }
    ids[name] = String((await tenant.send('POST', path, body)).body['id'])
  }

  beforeAll(async () => {
    service = await startService()
    tenant = service.tenant()
    for (const name of ['ann', 'bob', 'cy']) await create('/Users', name)
    await create('/Groups', 'Empty')
    await create('/Groups', 'Sales', ['ann', 'bob'])
    await create('/Groups', 'Nested', ['Sales'])
    await create('/Groups', 'Mixed', ['bob', 'Empty'])
  })
  afterAll(() => service.close())

  /** userNames or displayNames of what a filter finds; names in braces stand for ids. */
  async function found(path: string, filter: string): Promise<string[]> {
    const text = filter.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')
    const answer = await tenant.send('GET', `${path}${filtered(text)}`)
    expect(answer.status).toBe(200)
    const resources = answer.body['Resources'] as { userName?: string; displayName?: string }[]
    expect(answer.body['totalResults']).toBe(resources.length)
    return resources.map(({ userName, displayName }) => userName ?? displayName ?? '').sort()
  }

  test.each<[string, string[]]>([
    ['members pr', ['Mixed', 'Nested', 'Sales']],
    ['not (members pr)', ['Empty']],
    ['members eq null', ['Empty']],
    ['members ne null', ['Mixed', 'Nested', 'Sales']],
    ['members eq "{bob}"', ['Mixed', 'Sales']],
    ['members.value eq "{Sales}"', ['Nested']],
    ['not (members eq "{bob}")', ['Empty', 'Nested']],
    ['members ne "{bob}"', ['Empty', 'Mixed', 'Nested', 'Sales']], // any other member satisfies it, and so does having none
    ['members eq "no id"', []],
    ['members.value sw "{ann}"', ['Sales']],
    ['members co "{Empty}"', ['Mixed']],
    ['members.value gt "g"', []],
    ['members.type eq "group"', ['Mixed', 'Nested']],
    ['members[type eq "Group"]', ['Mixed', 'Nested']],
    ['members[value eq "{bob}" and type eq "Group"]', []],
    ['members[value eq "{bob}" and type eq "User"]', ['Mixed', 'Sales']],
    ['members[value eq "{ann}" or type eq "Group"]', ['Mixed', 'Nested', 'Sales']],
    ['members[not (type eq "Group")]', ['Mixed', 'Sales']],
    ['members.type eq "User" and members.type eq "Group"', ['Mixed']],
    ['members.display co "a"', []],
    ['members.display pr', []],
    ['displayName eq "sales" and members pr', ['Sales']],
    ['displayName eq "empty" and members pr', []],
    ['displayName eq "empty" or members.type eq "User"', ['Empty', 'Mixed', 'Sales']],
    ['displayName sw "m" and members eq "{bob}"', ['Mixed']],
  ])('groups: %s', async (filter, names) => {
    expect(await found('/Groups', filter)).toEqual(names)
  })

  test.each<[string, string[]]>([
    ['groups pr', ['ann', 'bob']],
    ['not (groups pr)', ['cy']],
    ['groups eq "{Mixed}"', ['bob']],
    ['groups.value ne "{Sales}"', ['bob', 'cy']],
    ['groups.value sw "{Sales}"', ['ann', 'bob']],
    ['groups.display co "IX"', ['bob']],
    ['groups.display eq "sales"', ['ann', 'bob']],
    ['groups[display eq "Sales" and value eq "{Sales}"]', ['ann', 'bob']],
    ['groups[display eq "Sales" and value eq "{Mixed}"]', []],
    ['groups.type eq "direct"', ['ann', 'bob']],
    ['groups.type eq "indirect"', []],
    ['userName eq "ann" and groups.display pr', ['ann']],
    ['userName eq "cy" and groups.display pr', []],
    ['(userName eq "ann" or userName eq "cy") and not (groups[type eq "direct"])', ['cy']],
  ])('people: %s', async (filter, names) => {
    expect(await found('/Users', filter)).toEqual(names)
  })

  test('a change of members alone is a change of the group, in its time and its version', async () => {
    await create('/Groups', 'Quiet')
    const { meta } = (await tenant.send('GET', `/Groups/${ids['Quiet'] ?? ''}`)).body as { meta: Record<string, string> }
    const since = `displayName eq "Quiet" and meta.lastModified gt "${meta['lastModified'] ?? ''}"`
    const scanned = `displayName sw "Quiet" and meta.lastModified gt "${meta['lastModified'] ?? ''}"`
    const version = `displayName sw "Quiet" and meta.version eq ${JSON.stringify(meta['version'])}`
    expect([await found('/Groups', since), await found('/Groups', scanned), await found('/Groups', version)]).toEqual([
      [],
      [],
      ['Quiet'],
    ])
    const add = { op: 'add', path: 'members', value: [{ value: ids['ann'] }] }
    expect((await tenant.send('PATCH', `/Groups/${ids['Quiet'] ?? ''}`, patchOf(add))).status).toBe(204)
    expect([await found('/Groups', since), await found('/Groups', scanned), await found('/Groups', version)]).toEqual([
      ['Quiet'],
      ['Quiet'],
      [],
    ])
    const joined = (await tenant.send('GET', `/Groups/${ids['Quiet'] ?? ''}`)).headers.get('etag')
    const leave = { op: 'remove', path: `members[value eq "${ids['ann'] ?? ''}"]` }
    expect((await tenant.send('PATCH', `/Groups/${ids['Quiet'] ?? ''}`, patchOf(leave))).status).toBe(204)
    expect((await tenant.send('GET', `/Groups/${ids['Quiet'] ?? ''}`)).headers.get('etag')).not.toBe(joined)
    await tenant.send('DELETE', `/Groups/${ids['Quiet'] ?? ''}`)
  })

  test('what is deleted is no member and no group any more', async () => {
    await create('/Users', 'dan')
    await create('/Groups', 'Brief', ['dan'])
    await create('/Groups', 'Lasting', ['dan'])
    await tenant.send('DELETE', `/Groups/${ids['Brief'] ?? ''}`)
    expect(await found('/Users', 'groups.display eq "Brief"')).toEqual([])
    expect(await found('/Users', 'groups.display eq "Lasting"')).toEqual(['dan'])
    await tenant.send('DELETE', `/Users/${ids['dan'] ?? ''}`)
    expect(await found('/Groups', 'displayName eq "Lasting" and members pr')).toEqual([])
    expect(await found('/Groups', 'not (members pr)')).toEqual(['Empty', 'Lasting'])
  })
})
