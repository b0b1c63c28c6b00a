import { request as httpRequest } from 'node:http'
import { filtered, patchOf, send, startService } from './support/service'

const service = startService()
afterAll(async () => {
  await (await service).close()
})
const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` })

/** One request in the very words given: fetch would tidy the path and announce the length. */
async function raw(method: string, path: string, headers: Record<string, string>, chunks: readonly string[] = []) {
  const { origin } = await service
  const { hostname, port } = new URL(origin)
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers }, (answer) => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => (body += part))
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, body })
      })
    })
    sent.once('error', reject)
    for (const chunk of chunks) sent.write(chunk)
    sent.end()
  })
}

test('a chunked body, which the host hands over empty, is 411 and says what to do', async () => {
  const tenant = (await service).tenant(0)
  const headers = { ...bearer(tenant), 'content-type': 'application/scim+json', 'transfer-encoding': 'chunked' }
  const answer = await raw('POST', `/scim/${tenant.slug}/Users`, headers, ['{"userName":', '"chunked"}'])
  expect(answer.status).toBe(411)
  expect(JSON.parse(answer.body)).toMatchObject({
    status: '411',
    detail: expect.stringMatching(/LoadIntoBufferAsync.*HTTP_STREAM/) as string,
  })
  expect((await tenant.send('GET', `/Users${filtered('userName eq "chunked"')}`)).body).toMatchObject({ totalResults: 0 })
})

test('a Tenant URL with a slash at its end serves people, groups and discovery', async () => {
  const tenant = (await service).tenant(1)
  const { status, body } = await tenant.send('POST', '//Users', { userName: 'slash@contoso.example' })
  expect(status).toBe(201)
  expect(body['meta']).toMatchObject({ location: `${tenant.url}/Users/${String(body['id'])}` })
  const path = `//Users/${String(body['id'])}`
  expect((await tenant.send('GET', `//Users${filtered('userName eq "slash@contoso.example"')}`)).body).toMatchObject({
    totalResults: 1,
  })
  expect((await tenant.send('PATCH', path, patchOf({ op: 'Replace', path: 'active', value: 'False' }))).body).toMatchObject({
    active: false,
  })
  expect((await tenant.send('DELETE', path)).status).toBe(204)
  expect((await tenant.send('POST', '//Groups', { displayName: 'Slash' })).status).toBe(201)
  for (const one of ['//Schemas', '//ResourceTypes/User', '//ServiceProviderConfig', '/Users/']) {
    expect((await tenant.send('GET', one)).status).toBe(200)
  }
})

test('below a Tenant URL with a slash at its end, Bulk and .search are found, /Me is 501 and discovery needs no token', async () => {
  const tenant = (await service).tenant(1)
  for (const path of ['/Me', '//Me']) {
    expect({ path, status: (await tenant.send('POST', path, {})).status }).toEqual({ path, status: 501 })
  }
  for (const [path, status] of [
    ['//Bulk', 400],
    ['//.search', 200],
  ] as const) {
    expect({ path, status: (await tenant.send('POST', path, {})).status }).toEqual({ path, status })
  }
  for (const path of ['//Schemas', '//ResourceTypes/User', '//ServiceProviderConfig']) {
    expect({ path, status: (await send(tenant.url + path, { method: 'GET' })).status }).toEqual({ path, status: 200 })
  }
  for (const path of ['//Users', '//Me', '//Devices', '//constructor']) {
    expect({ path, status: (await send(tenant.url + path, { method: 'GET' })).status }).toEqual({ path, status: 401 })
  }
  for (const path of ['//Me/1', '//Devices', '//constructor'])
    expect({ path, status: (await tenant.send('GET', path)).status }).toEqual({ path, status: 404 })
})

test('the flag on the Tenant URL changes nothing, wherever it stands', async () => {
  const tenant = (await service).tenant(2)
  const { body } = await tenant.send('POST', '/Users?aadOptscim062020', { userName: 'flag@contoso.example' })
  const id = String(body['id'])
  expect((await tenant.send('GET', `/Users/${id}?aadOptscim062020`)).body['id']).toBe(id)
  for (const query of [
    '?aadOptscim062020&filter=userName+eq+%22flag@contoso.example%22',
    '?filter=userName%20eq%20%22flag%40contoso.example%22&aadOptscim062020',
  ]) {
    expect((await tenant.send('GET', `/Users${query}`)).body).toMatchObject({ totalResults: 1, Resources: [{ id }] })
  }
})

test('paths, parameters, media types and the scheme are read without case', async () => {
  const tenant = (await service).tenant(3)
  const headers = { authorization: `BEARER ${tenant.token}`, 'content-type': 'APPLICATION/SCIM+JSON; Charset=UTF-8' }
  const url = `${(await service).origin}/SCIM/${tenant.slug.toUpperCase()}`
  const posted = await send(`${url}/USERS`, { method: 'POST', body: { userName: 'case@contoso.example' }, headers })
  expect(posted.status).toBe(201)
  expect(posted.headers.get('location')).toBe(`${tenant.url}/Users/${String(posted.body['id'])}`)
  const found = await send(`${url}/users?FILTER=username%20eq%20%22CASE@contoso.example%22&Attributes=USERNAME`, {
    method: 'GET',
    headers,
  })
  expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ userName: 'case@contoso.example' }] })
})

test.each(['/Devices', '/v2/Users', '/Users/1/2', '/Me/1'])(
  'the unknown endpoint %s is 404 in the form of SCIM',
  async (path) => {
    const answer = await (await service).tenant(4).send('GET', path)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe('application/scim+json; charset=utf-8')
    expect(answer.body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' })
  },
)

test('no answer may be kept by a cache on the way', async () => {
  const tenant = (await service).tenant(4)
  for (const path of ['/Users', '/Users/x', '/Schemas', '/Devices']) {
    expect((await tenant.send('GET', path)).headers.get('cache-control')).toBe('no-store')
  }
})

test('pages by index and by cursor show each of 11 people once', async () => {
  const tenant = (await service).tenant(5)
  for (let i = 0; i < 11; i += 1) await tenant.send('POST', '/Users', { userName: `page-${i}@contoso.example` })
  const idsOf = (body: Record<string, unknown>) => (body['Resources'] as { id: string }[]).map(({ id }) => id)
  const byIndex = []
  for (const startIndex of [1, 6, 11])
    byIndex.push(idsOf((await tenant.send('GET', `/Users?startIndex=${startIndex}&count=5`)).body))
  expect(byIndex.map((ids) => ids.length)).toEqual([5, 5, 1])
  expect(new Set(byIndex.flat()).size).toBe(11)

  const byCursor = []
  for (let cursor: unknown = ''; typeof cursor === 'string';) {
    const { body } = await tenant.send('GET', `/Users?cursor=${cursor}&count=5`)
    byCursor.push(idsOf(body))
    cursor = body['nextCursor']
    if (typeof cursor === 'string') expect(cursor).toMatch(/^[A-Za-z0-9._~-]+$/)
  }
  expect(byCursor.map((ids) => ids.length)).toEqual([5, 5, 1])
  expect(new Set(byCursor.flat())).toEqual(new Set(byIndex.flat()))
})

describe('the log', () => {
  test('has one line for each request with operation, tenant, status, time and trips', async () => {
    const { lines, ...started } = await service
    const tenant = started.tenant(6)
    await tenant.send('GET', '/Users')
    const from = lines.length
    const { body } = await tenant.send('POST', '/Users', { userName: 'logged@contoso.example' })
    await tenant.send('GET', `/Users/${String(body['id'])}`)
    await tenant.send('GET', '/Groups/0')
    await tenant.send('GET', '/Devices')
    await tenant.send('GET', '/Users', undefined, { authorization: 'Bearer wrong' })
    const access = lines.slice(from).filter((line) => 'status' in line && line['tenant'] === tenant.slug)
    expect(access).toEqual([
      expect.objectContaining({ operation: 'users', method: 'POST', status: 201, trips: 1 }),
      expect.objectContaining({ operation: 'users', method: 'GET', status: 200, trips: 1 }),
      expect.objectContaining({ operation: 'groups', method: 'GET', status: 404, trips: 0 }),
      expect.objectContaining({ operation: 'z-unknown-route', method: 'GET', status: 404, trips: 0 }),
      expect.objectContaining({ operation: 'users', method: 'GET', status: 401, trips: 0 }),
    ])
    for (const line of access) expect(Number.isInteger(line['ms'])).toBe(true)
  })

  test('never holds a token, a query, a name or a body, wherever a client put them', async () => {
    const { lines, origin, ...started } = await service
    const tenant = started.tenant(7)
    const secret = 'Quetzalcoatlus'
    const { body } = await tenant.send('POST', '/Users', { userName: `${secret}@x.example`, displayName: secret })
    await tenant.send('POST', '/Users', { userName: `${secret}@x.example` })
    await tenant.send('POST', '/Users', `{"userName":"${secret}`)
    await tenant.send('GET', `/Users${filtered(`userName eq "${secret}@x.example"`)}`)
    await tenant.send('GET', `/Users${filtered(`userName is "${secret}"`)}`)
    await tenant.send('GET', `/Users/${secret}`)
    await tenant.send('GET', `/${secret}`)
    await tenant.send('PATCH', `/Users/${String(body['id'])}`, patchOf({ op: 'replace', path: 'active', value: secret }))
    await tenant.send('GET', '/Users', undefined, { authorization: `Bearer ${secret}` })
    await send(`${origin}/scim/${secret}@x.example/Users`, { method: 'GET', headers: bearer(tenant) })
    await send(`${origin}/scim/rc_${secret}/Schemas`, { method: 'GET' })
    expect(lines.length).toBeGreaterThan(10)
    const text = JSON.stringify(lines)
    expect(text.toLowerCase()).not.toContain(secret.toLowerCase())
    expect(text).not.toContain(tenant.token)
  })
})
