import { startManaged, type ManagedService } from './support/manage'

/** The console and the management API for some addresses only; SCIM and the product's API go on for all. */

let service: ManagedService
beforeAll(async () => {
  service = await startManaged({ MANAGEMENT_ALLOWED_ADDRESSES: '203.0.113.0/24' })
})
afterAll(() => service.close())

test.each(['/console', '/console/t/demo', '/api/manage/tenants', '/api/manage/session', '/api/manage/openapi.json'])(
  '%s is closed to other addresses, whatever they write into X-Forwarded-For',
  async (path) => {
    for (const forwarded of [undefined, '198.51.100.1:1', '203.0.113.9, 198.51.100.1:1']) {
      const answer = await fetch(service.origin + path, {
        headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      })
      expect([path, forwarded, answer.status]).toEqual([path, forwarded, 403])
      expect(await answer.json()).toMatchObject({ type: 'urn:rollcall:problem:read-only', status: 403 })
    }
  },
)

test('whoever sends from one of them is let in as far as the sign-in goes, and nobody else needs to', async () => {
  const slug = service.tenant().slug
  expect((await service.operator('GET', '/tenants')).status).toBe(403)
  const from = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9:51234' }
  expect((await service.operator('GET', '/tenants', undefined, from)).status).toBe(200)
  expect((await service.as('nobody')('GET', '/tenants', undefined, from)).status).toBe(401)
  expect((await service.tenant().send('GET', '/Users')).status).toBe(200)
  expect((await fetch(`${service.origin}/api/product/tenants/${slug}/people`)).status).toBe(401)
  expect((await fetch(`${service.origin}/ready`)).status).toBe(200)
})
