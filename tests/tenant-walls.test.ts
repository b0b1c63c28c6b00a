import { CUSTOM_URN, expectError, expectRefused, filledIn, NOBODY, startWorld, type World } from './support/refusals'
import { filtered, patchOf, send, type Answer } from './support/service'

const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await world.service.close()
})

describe('ids', () => {
  const ids = {
    unknown: NOBODY,
    'a way up': '..%2Fx',
    'an encoded slash': 'a%2Fb',
    'a backslash': '..%5C..%5Cx',
    '33 digits': `${NOBODY}0`,
    'upper case': 'A'.repeat(32),
    'the separator of keys': '0%210',
    'a wildcard': '*',
    'control characters': '%00%1f%7f',
    'a line break': `${NOBODY}%0A`,
    'a broken escape': '%zz',
    'half a character': '%C3',
    'a quote': `x'%20or%20'1'%20eq%20'1`,
    'two thousand characters': 'a'.repeat(2000),
    'a name that objects inherit': '__proto__',
    'a foreign one': '{foreign}',
    'a group where a person is asked for': '{sales}',
  }
  test.each(Object.entries(ids))('%s is 404', async (_name, id) => {
    const path = `/Users/${id}`
    await expectRefused(world, { method: 'GET', path, status: 404 })
    await expectRefused(world, { method: 'PUT', path, body: { userName: 'new@contoso.example' }, status: 404 })
    await expectRefused(world, { method: 'PATCH', path, body: patchOf({ op: 'add', path: 'title', value: 'x' }), status: 404 })
    await expectRefused(world, { method: 'DELETE', path, status: 404 })
  })

  test('a foreign group is 404, and no filter finds what is foreign', async () => {
    for (const method of ['GET', 'DELETE']) await expectRefused(world, { method, path: '/Groups/{foreignGroup}', status: 404 })
    await expectRefused(world, {
      method: 'PATCH',
      path: '/Groups/{foreignGroup}',
      body: patchOf({ op: 'remove', path: 'members' }),
      status: 404,
    })
    const filters = [
      'id eq "{foreign}"',
      'externalId eq "Foreign-1"',
      'emails eq "f@contoso.example"',
      'groups eq "{foreignGroup}"',
      'id pr and externalId sw "Foreign"',
    ]
    for (const filter of filters) {
      expect((await world.home.send('GET', `/Users${filtered(filledIn(world, filter))}`)).body).toMatchObject({
        totalResults: 0,
        Resources: [],
      })
    }
    expect((await world.home.send('GET', `/Groups${filtered(`members eq "${world.ids.foreign}"`)}`)).body).toMatchObject({
      totalResults: 0,
    })
  })
})

describe('who may not', () => {
  /** Whoever brings a token is told, as RFC 6750 wants, that it is not valid, whichever it is. */
  const INVALID = ', error="invalid_token"'
  const shown = ({ status, headers, body }: Answer) => ({
    status,
    body,
    headers: Object.fromEntries(
      [...headers].filter(([name]) => name !== 'date').map(([name, value]) => [name, value.replace(INVALID, '')]),
    ),
  })

  test('a missing, wrong or foreign token and an unknown or malformed tenant get one and the same 401', async () => {
    const { origin } = world.service
    const { home, other } = world
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const slugs = [
      'nobody',
      `${home.slug}x`,
      'tenants',
      'a_b',
      '-a',
      'a'.repeat(41),
      'a%2Fb',
      'a%20b',
      '%E0%A4',
      '__proto__',
      'x'.repeat(2000),
    ]
    const answers = [
      await send(`${home.url}/Users`, { method: 'GET' }),
      await send(`${home.url}/Users`, { method: 'POST', body: { userName: 'x' } }),
      await send(`${home.url}/Users/${world.ids.ana}`, { method: 'GET' }),
      await send(`${home.url}/Users/${NOBODY}`, { method: 'DELETE' }),
      await send(`${home.url}/Devices`, { method: 'GET' }),
      await send(`${home.url}/Schemas`, { method: 'GET', headers: bearer('wrong') }),
    ]
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      `Basic ${home.token}`,
      home.token,
      `Bearer ${home.token}x`,
      `Bearer ${home.token} x`,
      `Bearer ${'x'.repeat(300)}`,
      `Bearer ${other.token}`,
    ]) {
      answers.push(await send(`${home.url}/Users`, { method: 'GET', headers: { authorization } }))
    }
    for (const slug of slugs)
      answers.push(await send(`${origin}/scim/${slug}/Users`, { method: 'GET', headers: bearer(home.token) }))
    const [first] = answers
    expect(first && shown(first)).toMatchObject({
      status: 401,
      body: { status: '401' },
      headers: { 'www-authenticate': 'Bearer realm="Rollcall"' },
    })
    for (const answer of answers) expect(shown(answer)).toEqual(first && shown(first))
    const saysInvalid = ({ headers }: Answer) => headers.get('www-authenticate')?.endsWith(INVALID)
    expect(saysInvalid(await send(`${home.url}/Users`, { method: 'GET' }))).toBe(false)
    for (const slug of [home.slug, 'nobody-here', '__proto__']) {
      const url = `${origin}/scim/${slug}/Users`
      expect([slug, saysInvalid(await send(url, { method: 'GET', headers: bearer('wrong') }))]).toEqual([slug, true])
    }
  })

  test('discovery without a token shows the core schemas and nothing of a tenant', async () => {
    const { home } = world
    expect(JSON.stringify((await home.send('GET', '/Schemas')).body)).toContain(CUSTOM_URN)
    for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig', `/Schemas/${USER_URN}`]) {
      const answer = await send(home.url + path, { method: 'GET' })
      expect(answer.status).toBe(200)
      expect(JSON.stringify(answer.body)).not.toContain('Contoso')
      const stranger = await send(`${world.service.origin}/scim/nobody${path}`, { method: 'GET' })
      expect(JSON.stringify(stranger.body)).toBe(JSON.stringify(answer.body).replaceAll(home.slug, 'nobody'))
    }
    expect((await send(`${home.url}/Schemas/${CUSTOM_URN}`, { method: 'GET' })).status).toBe(404)
    expectError(await send(`${home.url}/Schemas?filter=id%20pr`, { method: 'GET' }), { status: 403 })
    expectError(await home.send('GET', '/ResourceTypes?filter=id%20pr'), { status: 403 })
  })
})
