import { startManaged, type ManagedService } from '../support/manage'

/** Lists that a customer's administrator sends: what each may cost in storage calls, and what is refused before it is looked at. */

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

const csv = { 'content-type': 'text/csv' }
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))
const path = (tenant: number) => `/tenants/${service.tenant(tenant).slug}/equipment/import`
const callsOf = () => Number(service.lines.findLast((line) => line['manage'] === 'importEquipment')?.['calls'])

test('a list of 2,000 items that names nobody is given up after the 100 that are told', async () => {
  await service.tenant(0).send('GET', '/Users')
  const list = ['assetTag,assignee', ...times(2000, (i) => `tag${i},nobody${i}`)].join('\n')
  const { status, body } = await service.operator('POST', path(0), list, csv)
  expect(status).toBe(400)
  expect(body['errors']).toHaveLength(100)
  expect(body['errors']).toContainEqual({ path: 'row 2, assignee', detail: 'names nobody here' })
  expect(callsOf()).toBeLessThan(500)
})

test('200 items of one person look for the person once, and not for each item', async () => {
  const tenant = service.tenant(1)
  await tenant.send('POST', '/Users', { userName: 'ana@contoso.example' })
  const list = times(200, (i) => ({ assetTag: `tag${i}`, assignee: 'ana@contoso.example' }))
  expect((await service.operator('POST', path(1), list)).status).toBe(200)
  const first = callsOf()
  expect((await service.operator('POST', path(1), list)).body).toEqual({ created: 0, changed: 0, unchanged: 200 })
  expect(first).toBeLessThan(1_100) // five each to store, none to find Ana
  expect(callsOf()).toBeLessThan(700)
})

test('a list that is read in pieces keeps what lies across them', async () => {
  const tenant = service.tenant(3)
  await tenant.send('POST', '/Users', { userName: 'ana@contoso.example' })
  // 240 rows of 149 characters: the first piece of 32,768 ends between the two halves of a pair in row 219.
  const rows = times(240, (i) => `tag${String(i).padStart(4, '0')},${'😀'.repeat(60)},ana@contoso.example`)
  const { status } = await service.operator('POST', path(3), ['assetTag,model,assignee', ...rows].join('\n'), csv)
  expect(status).toBe(200)
  const models: string[] = []
  for (let after = ''; models.length < 240;) {
    const { body } = await service.operator('GET', `/tenants/${tenant.slug}/equipment?limit=200${after}`)
    models.push(...(body['items'] as { model: string }[]).map(({ model }) => model))
    after = `&after=${encodeURIComponent(String(body['next']))}`
  }
  expect(new Set(models)).toEqual(new Set(['😀'.repeat(60)]))
})

test.each<[string, string | object[], Record<string, string>, string]>([
  ['a CSV of 5,001 rows', ['assetTag,assignee', ...times(5001, (i) => `tag${i},\u0001`)].join('\n'), csv, 'at most 5000 entries'],
  ['JSON of 5,001 entries', times(5001, () => ({})), {}, 'at most 5000 entries'],
  ['JSON that is odd', [times(200, (i) => i).reduce<object>((inner) => [inner], {})], {}, 'nests more than 100'],
])('%s is refused as a whole, and no entry is named', async (_, list, headers, words) => {
  const { status, body } = await service.operator('POST', path(2), list, headers)
  expect(status).toBe(400)
  expect(body['errors']).toEqual([{ path: '', detail: expect.stringContaining(words) as string }])
})
