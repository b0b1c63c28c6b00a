import { startBehindProxy } from './support/behind-proxy'
import { send, startService, type TestService } from './support/service'
import type { FaultProxy } from './support/fault-proxy'

let proxy: FaultProxy
let service: TestService
beforeAll(async () => {
  ;({ proxy, service } = await startBehindProxy(startService))
})
afterAll(() => service.close())

test('it names the role that is missing, asks for it once in a while only, and tells nothing of tenants', async () => {
  proxy.busy(1000, { status: 403, code: 'AuthorizationPermissionMismatch' })
  const url = `${service.origin}/ready`
  const first = await send(url, { method: 'GET' })
  expect(first.status).toBe(503)
  expect(first.headers.get('retry-after')).toBe('30')
  expect(first.body).toMatchObject({
    ready: false,
    checks: [
      { name: 'settings', ready: true },
      { name: 'tables', ready: false, missing: expect.stringContaining('Storage Table Data Contributor') as unknown },
      { name: 'tokens', ready: true },
    ],
  })
  expect(JSON.stringify(first.body)).not.toContain(service.tenant().slug)
  const asked = proxy.requests.length
  expect(await send(url, { method: 'GET' })).toMatchObject({ status: 503 })
  expect(proxy.requests.length).toBe(asked)

  const probe = await service.tenant().send('GET', '/Users?filter=userName%20eq%20%22x%22')
  expect(probe).toMatchObject({ status: 503, body: { detail: expect.stringContaining('operator') as unknown } })
  expect(service.lines.at(-1)).toMatchObject({ error: 'StorageForbidden' })
})
