import { patchOf, startService, type TestService, type TestTenant } from '../support/service'

/** A tenant's limit is spent by what requests cost: a dear one counts as many. */

let service: TestService
let tenant: TestTenant

beforeAll(async () => {
  service = await startService({ REQUESTS_PER_SECOND: '1', REQUEST_BURST: '40' })
  tenant = service.tenant()
})
afterAll(() => service.close())

test('after a dear request the tenant waits, and its log line says what it counted as; others do not', async () => {
  const list = Array.from({ length: 1000 }, (_, i) => ({ value: `n${i}`, type: 'work' }))
  const { body } = await tenant.send('POST', '/Users', { userName: 'u', phoneNumbers: list })
  const path = `/Users/${String(body['id'])}`
  const operations = Array.from({ length: 17 }, (_, i) => ({ op: 'add', path: 'phoneNumbers.type', value: `t${i}` }))
  const dear = async () => (await tenant.send('PATCH', path, patchOf(...operations))).status
  expect(await dear()).toBe(200)
  const line = service.lines.findLast(({ method }) => method === 'PATCH')
  expect(Number(line?.['cost'])).toBeGreaterThanOrEqual(4)
  expect(Number(line?.['entries'])).toBeGreaterThan(80_000)
  const statuses = []
  for (let i = 0; i < 24 && statuses.at(-1) !== 429; i += 1) statuses.push(await dear())
  expect(statuses.length).toBeLessThan(20) // 40 would pass if each counted once
  expect(statuses.at(-1)).toBe(429)
  expect((await tenant.send('GET', path)).status).toBe(429)
  expect((await service.tenant(1).send('GET', '/Users')).status).toBe(200)
})

test("Entra ID's own requests count once", async () => {
  const other = service.tenant(2)
  const { body } = await other.send('POST', '/Users', { userName: 'one' })
  await other.send('PATCH', `/Users/${String(body['id'])}`, patchOf({ op: 'Replace', path: 'active', value: 'False' }))
  await other.send('GET', `/Users?filter=${encodeURIComponent('userName eq "one"')}`)
  const lines = service.lines.filter((line) => line['tenant'] === other.slug)
  expect(lines).toHaveLength(3)
  for (const line of lines) expect(line).not.toHaveProperty('cost')
})
