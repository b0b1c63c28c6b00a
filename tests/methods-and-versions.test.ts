import { expectError, expectRefused, filledIn, startWorld, type World } from './support/refusals'
import { patchOf } from './support/service'

const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const members = (...operations: object[]) => ({ method: 'PATCH', path: '/Groups/{sales}', body: patchOf(...operations) })

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await world.service.close()
})

describe('methods', () => {
  const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
  const ALLOWED: Record<string, string> = {
    '/Users': 'GET, POST',
    '/Groups': 'GET, POST',
    '/Users/{ana}': 'GET, PUT, PATCH, DELETE',
    '/Groups/{sales}': 'GET, PUT, PATCH, DELETE',
    '/Schemas': 'GET',
    [`/Schemas/${GROUP_URN}`]: 'GET',
    '/ResourceTypes': 'GET',
    '/ResourceTypes/User': 'GET',
    '/ServiceProviderConfig': 'GET',
    '/Bulk': 'POST',
    '/.search': 'POST',
    '/Users/.search': 'POST',
    '/Groups/.search': 'POST',
  }
  test.each(Object.entries(ALLOWED))('%s takes %s; any other is 405 and names them', async (path, allowed) => {
    for (const method of METHODS.filter((one) => !allowed.split(', ').includes(one))) {
      const answer = await world.home.send(method, filledIn(world, path))
      expect({ method, status: answer.status, allow: answer.headers.get('allow') }).toEqual({
        method,
        status: 405,
        allow: allowed,
      })
      if (method !== 'HEAD') expectError(answer, { status: 405 })
    }
  })

  test.each(['/Me'])('%s is 501', async (path) => {
    for (const method of ['GET', 'POST']) await expectRefused(world, { method, path, status: 501 })
  })

  test.each(['/Devices', '/Users/{ana}/emails', '/Me/x', '/ServiceProviderConfig/x'])('%s is 404', async (path) => {
    await expectRefused(world, { method: 'GET', path, status: 404 })
  })
})

describe('the Tenant URL itself', () => {
  test.each(['', '/', '?filter=userName%20pr', '/?count=1'])(
    'a query at it is 501 that says where to ask: "%s"',
    async (path) => {
      await expectRefused(world, { method: 'GET', path, status: 501, says: ['/.search', '/Users and /Groups'] })
    },
  )

  test('anything else there is 404, whose words do not name the very address that was asked', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      await expectRefused(world, { method, path: '', status: 404, says: ['Below this address /Users'] })
  })
})

describe('versions', () => {
  test('a stale If-Match is 412 for every write, a list with the present one is not', async () => {
    const headers = { 'if-match': 'W/"77"' }
    const change = patchOf({ op: 'replace', path: 'displayName', value: 'Ana' })
    await expectRefused(world, {
      method: 'PATCH',
      path: '/Users/{ana}',
      body: patchOf({ op: 'add', path: 'title', value: 'x' }),
      headers,
      status: 412,
    })
    await expectRefused(world, { method: 'PUT', path: '/Users/{ana}', body: { userName: 'new' }, headers, status: 412 })
    await expectRefused(world, { method: 'DELETE', path: '/Users/{ana}', headers, status: 412 })
    await expectRefused(world, { ...members({ op: 'remove', path: 'members' }), headers, status: 412 })
    const { headers: present } = await world.home.send('GET', `/Users/${world.ids.ana}`)
    const fresh = { 'if-match': `W/"77", ${present.get('etag') ?? ''}` }
    expect((await world.home.send('PATCH', `/Users/${world.ids.ana}`, change, fresh)).status).toBe(200)
  })

  test('If-None-Match with the present version is 304 without a body, another one is 200', async () => {
    for (const path of [`/Users/${world.ids.ana}`, `/Groups/${world.ids.sales}`]) {
      const etag = (await world.home.send('GET', path)).headers.get('etag') ?? ''
      const same = await world.home.send('GET', path, undefined, { 'if-none-match': etag })
      expect(same).toMatchObject({ status: 304, body: {} })
      expect(same.headers.get('etag')).toBe(etag)
      expect((await world.home.send('GET', path, undefined, { 'if-none-match': 'W/"77"' })).status).toBe(200)
    }
  })
})
