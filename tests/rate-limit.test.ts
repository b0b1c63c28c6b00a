import { startService } from './support/service'

const service = startService({ REQUESTS_PER_SECOND: '1', REQUEST_BURST: '3' })
afterAll(async () => {
  await (await service).close()
})

test('a tenant that asks too often is told when to come again, and no other tenant is', async () => {
  const [busy, calm] = [(await service).tenant(0), (await service).tenant(1)]
  const answers = []
  for (let i = 0; i < 8; i += 1) answers.push(await busy.send('GET', '/Users?count=0'))
  expect(answers.slice(0, 3).map(({ status }) => status)).toEqual([200, 200, 200])
  const refused = answers.filter(({ status }) => status !== 200)
  expect(refused.length).toBeGreaterThan(0)
  for (const { status, headers, body } of refused) {
    expect(status).toBe(429)
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(headers.get('content-type')).toBe('application/scim+json; charset=utf-8')
    expect(body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '429' })
  }
  expect((await calm.send('GET', '/Users?count=0')).status).toBe(200)
})

test('whoever has no token cannot use up the requests of a tenant', async () => {
  const tenant = (await service).tenant(2)
  for (let i = 0; i < 5; i += 1) {
    expect((await tenant.send('GET', '/Users', undefined, { authorization: 'Bearer wrong-token' })).status).toBe(401)
  }
  expect((await tenant.send('GET', '/Users')).status).toBe(200)
})

test('each operation of a bulk request counts as a request', async () => {
  const tenant = (await service).tenant(3)
  const Operations = Array.from({ length: 60 }, (_, i) => ({ method: 'DELETE', path: `/Users/${String(i).padStart(32, '0')}` }))
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  expect((await tenant.send('POST', '/Bulk', { schemas, Operations })).status).toBe(200)
  const refused = await tenant.send('GET', '/Users?count=0')
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30) // 60 at one a second, less the burst and what has passed
})
