import { startBehindProxy } from './support/behind-proxy'
import { send, startService, type TestService } from './support/service'
import { InvocationContext } from '@azure/functions'
import { readConfig } from '../shared/config'
import { noteRound } from '../shared/app/worker/rounds'
import { readyEndpoint } from '../shared/http/ready'
import { createServices } from '../shared/app/services'
import { tenantStorage } from './support/tenant-settings'
import type { FaultProxy } from './support/fault-proxy'

const context = new InvocationContext({ functionName: 'ready', invocationId: '1', logHandler: () => undefined })

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
      { name: 'root key', onlyDelays: true, ready: true },
      { name: 'timer', onlyDelays: true, ready: false },
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

test('a timer that does not run is told, and stops nothing', async () => {
  const connectionString = process.env['TEST_TABLES_CONNECTION_STRING'] ?? ''
  const services = createServices(readConfig({ ...process.env, TABLES_CONNECTION_STRING: connectionString }))
  let nowMs = 0
  const ready = readyEndpoint({
    needs: () => services.needs,
    isOperator: () => Promise.resolve(true),
    now: () => (nowMs += 60_000),
  })
  const timer = async () => {
    const { status, body } = await ready({ headers: new Headers() }, context)
    const { checks } = JSON.parse(body as string) as { checks: { name: string }[] }
    return [status, checks.find(({ name }) => name === 'timer')]
  }
  proxy.calm()
  expect((await service.tenant().send('GET', '/Users')).status).toBe(200) // makes the first tenant
  await services.followAll()
  expect(await timer()).toEqual([200, { name: 'timer', onlyDelays: true, ready: true }])
  await noteRound(tenantStorage().list(), new Date(Date.now() - 301_000))
  const missing = expect.stringContaining('has not run for 5 minutes') as unknown
  expect(await timer()).toEqual([200, { name: 'timer', onlyDelays: true, ready: false, missing }])
  await services.end()
})
