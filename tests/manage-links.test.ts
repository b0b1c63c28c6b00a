import { randomBytes } from 'node:crypto'
import { startManaged, type Manage, type ManagedService } from './support/manage'

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

async function newTenant(): Promise<string> {
  const slug = `t${randomBytes(5).toString('hex')}`
  expect((await service.operator('POST', '/tenants', { slug, name: 'Contoso' })).status).toBe(201)
  return slug
}

interface Made {
  readonly id: string
  /** What stands in the address. */
  readonly link: string
  readonly expires: string
}

async function makeLink(maker: Manage, slug: string, body: object = {}): Promise<Made> {
  const answer = await maker('POST', `/tenants/${slug}/links`, { role: 'admin', label: 'Contoso IT', ...body })
  expect(answer.status).toBe(201)
  const [address, link = ''] = String(answer.body['url']).split('#link=')
  expect(address).toBe(`${service.origin}/console`)
  return { id: String(answer.body['id']), link, expires: String(answer.body['expires']) }
}

const signIn = (link: string) => service.as(undefined)('POST', '/session', { link })

/** Whoever holds the link, signed in. */
async function holder(link: string): Promise<Manage> {
  const { status, body } = await signIn(link)
  expect(status).toBe(201)
  return service.as(String(body['token']))
}

const hoursUntil = (time: unknown) => (Date.parse(String(time)) - Date.now()) / 3_600_000

test("a customer's admin signs in by a link, is told what it allows, makes a token and reads no other tenant", async () => {
  const [slug, other] = [await newTenant(), await newTenant()]
  const { link } = await makeLink(service.operator, slug)
  const started = await signIn(link)
  expect(started.status).toBe(201)
  const admin = service.as(String(started.body['token']))
  const { status, body } = await admin('GET', '/session')
  expect(status).toBe(200)
  expect(body).toEqual({
    kind: 'link',
    role: 'admin',
    name: 'Contoso IT (setup link)',
    may: ['tenantReader', 'tenantAdmin'],
    tenant: { slug, name: 'Contoso', tenantUrl: `${service.origin}/scim/${slug}` },
    expires: started.body['expires'],
  })
  expect(hoursUntil(body['expires'])).toBeCloseTo(8, 1)
  expect((await admin('POST', `/tenants/${slug}/tokens`, {})).status).toBe(201)
  for (const method of ['GET', 'POST']) {
    const elsewhere = await admin(method, `/tenants/${other}/tokens`, method === 'POST' ? {} : undefined)
    expect(elsewhere.status).toBe(404)
  }
  expect((await admin('GET', '/tenants')).status).toBe(403)
})

test('the links of one tenant cannot take all the time of the service: beyond a burst they wait, others do not', async () => {
  const [slug, other] = [await newTenant(), await newTenant()]
  const admin = await holder((await makeLink(service.operator, slug)).link)
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now()) // ten a second flow in, and a slow machine needs seconds
  const answers = await Promise.all(Array.from({ length: 260 }, () => admin('GET', '/session')))
  clock.mockRestore()
  const refused = answers.filter(({ status }) => status === 429)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(answers.length - refused.length)
  // What flowed in between signing in and stopping the clock is one or two.
  expect(refused.length).toBeGreaterThanOrEqual(55)
  expect(refused.length).toBeLessThanOrEqual(60)
  for (const { body, headers } of refused) {
    expect(body).toMatchObject({ type: 'urn:rollcall:problem:too-many-requests' })
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  }
  const neighbour = await holder((await makeLink(service.operator, other)).link)
  expect((await neighbour('GET', '/session')).status).toBe(200)
})

test('operators are told who they are and may use every tenant', async () => {
  expect((await service.operator('GET', '/session')).body).toEqual({
    kind: 'operator',
    role: 'admin',
    name: 'Olga Operator',
    may: ['tenantReader', 'tenantAdmin', 'operatorReader', 'operatorAdmin'],
  })
  expect((await service.reader('GET', '/session')).body).toMatchObject({
    role: 'reader',
    may: ['tenantReader', 'operatorReader'],
  })
})

test('a link for reading changes nothing and makes no links', async () => {
  const slug = await newTenant()
  const reader = await holder((await makeLink(service.operator, slug, { role: 'reader' })).link)
  expect((await reader('GET', `/tenants/${slug}/tokens`)).status).toBe(200)
  expect((await reader('POST', `/tenants/${slug}/tokens`, {})).status).toBe(403)
  expect((await reader('POST', `/tenants/${slug}/links`, { role: 'reader', label: 'More' })).status).toBe(403)
  expect((await reader('DELETE', `/tenants/${slug}/links/${'0'.repeat(32)}`)).status).toBe(403)
})

test('a link made with a link ends when that one does, by time and by revocation', async () => {
  const slug = await newTenant()
  const parent = await makeLink(service.operator, slug, { days: 2 })
  const admin = await holder(parent.link)
  const child = await makeLink(admin, slug, { days: 90, label: 'Colleague' })
  expect(child.expires).toBe(parent.expires)
  const grandchild = await makeLink(await holder(child.link), slug, { label: 'Guest' })
  const colleague = await holder(child.link)
  const guest = await holder(grandchild.link)
  expect((await service.operator('DELETE', `/tenants/${slug}/links/${parent.id}`)).status).toBe(204)
  for (const actor of [admin, colleague, guest]) expect((await actor('GET', `/tenants/${slug}/tokens`)).status).toBe(401)
  for (const { link } of [parent, child, grandchild]) expect((await signIn(link)).status).toBe(401)
  const { body } = await service.reader('GET', `/tenants/${slug}/links`)
  expect(body['items']).toEqual([
    expect.objectContaining({ label: 'Guest', state: 'revoked', by: 'Colleague (setup link)' }),
    expect.objectContaining({ label: 'Colleague', state: 'revoked', by: 'Contoso IT (setup link)' }),
    expect.objectContaining({ label: 'Contoso IT', state: 'revoked', by: 'Olga Operator' }),
  ])
  for (const { link } of [parent, child]) expect(JSON.stringify(body)).not.toContain(link)
})

test('revoking a link leaves the one it came from alone', async () => {
  const slug = await newTenant()
  const parent = await makeLink(service.operator, slug)
  const admin = await holder(parent.link)
  const child = await makeLink(admin, slug)
  expect((await admin('DELETE', `/tenants/${slug}/links/${child.id}`)).status).toBe(204)
  expect((await signIn(child.link)).status).toBe(401)
  expect((await admin('GET', '/session')).status).toBe(200)
})

test('no bad link is told from another', async () => {
  const slug = await newTenant()
  const { id, link } = await makeLink(service.operator, slug)
  const { body } = await signIn(link)
  await service.operator('DELETE', `/tenants/${slug}/links/${id}`)
  const once = await makeLink(service.operator, slug, { singleUse: true })
  expect((await signIn(once.link)).status).toBe(201)
  const elsewhere = await newTenant()
  const [head = '', generation, linkId, secret] = (await makeLink(service.operator, slug)).link.split('.')
  const bad = [
    '',
    'x',
    link, // revoked
    once.link, // used
    String(body['token']), // a session is no link
    `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`,
    ['rcl_no-such-tenant', generation, linkId, secret].join('.'),
    [`rcl_${elsewhere}`, generation, linkId, secret].join('.'),
    [head, '2', linkId, secret].join('.'),
    [head, generation, '0'.repeat(32), secret].join('.'),
  ]
  const answers = await Promise.all(bad.map(signIn))
  expect(answers.map(({ status }) => status)).toEqual(bad.map(() => 401))
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1)
  expect(answers[0]?.headers.get('www-authenticate')).toMatch(/^Bearer /)
})

test('a link for one use gives one session, however many open it at once; the list tells how links were used', async () => {
  const slug = await newTenant()
  const once = await makeLink(service.operator, slug, { singleUse: true, label: 'Once' })
  const often = await makeLink(service.operator, slug, { label: 'Often' })
  const unused = await makeLink(service.operator, slug, { label: 'Unused' })
  const answers = await Promise.all(Array.from({ length: 6 }, () => signIn(once.link)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
  const sessions = await Promise.all([signIn(often.link), signIn(often.link)])
  for (const { body } of sessions) expect((await service.as(String(body['token']))('GET', '/session')).status).toBe(200)
  const { body } = await service.reader('GET', `/tenants/${slug}/links`)
  const recently = expect.stringMatching(/^2\d{3}-.*Z$/) as string
  expect(body['items']).toEqual([
    expect.not.objectContaining({ lastUsed: recently }),
    expect.objectContaining({ id: often.id, uses: 2, singleUse: false, lastUsed: recently }),
    expect.objectContaining({ id: once.id, uses: 1, singleUse: true, lastUsed: recently, state: 'live' }),
  ])
  expect(JSON.stringify(body)).not.toMatch(/digest|sessions/)
  expect(body['items']).toContainEqual(expect.objectContaining({ id: unused.id, uses: 0, singleUse: false }))
})

test('a session that was ended opens nothing, the others and the link go on', async () => {
  const slug = await newTenant()
  const { link } = await makeLink(service.operator, slug)
  const [first, second] = [await holder(link), await holder(link)]
  expect((await first('DELETE', '/session')).status).toBe(204)
  for (const method of ['GET', 'DELETE']) expect((await first(method, '/session')).status).toBe(401)
  expect((await second('GET', '/session')).status).toBe(200)
  expect((await signIn(link)).status).toBe(201)
  const operator = await service.operator('DELETE', '/session')
  expect(operator.status).toBe(409)
  expect(operator.body['detail']).toMatch(/Entra ID/)
})

test('of 21 sessions of a link the first has ended', async () => {
  const slug = await newTenant()
  const { link } = await makeLink(service.operator, slug)
  const holders: Manage[] = []
  for (let i = 0; i < 21; i += 1) holders.push(await holder(link))
  const statuses = await Promise.all(holders.map(async (one) => (await one('GET', '/session')).status))
  expect(statuses).toEqual(holders.map((_, i) => (i === 0 ? 401 : 200)))
})

test('whoever tries links of a tenant again and again has to wait, and nobody else', async () => {
  const [slug, other] = [await newTenant(), await newTenant()]
  const wrong = (await makeLink(service.operator, slug)).link.replace(/.{43}$/, 'x'.repeat(43))
  const answers = await Promise.all(Array.from({ length: 40 }, () => signIn(wrong)))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  expect((await signIn((await makeLink(service.operator, other)).link)).status).toBe(201)
})

test('strangers who try links of a tenant keep no holder of a link out', async () => {
  const slug = await newTenant()
  const { link } = await makeLink(service.operator, slug)
  const wrong = link.replace(/.{43}$/, 'x'.repeat(43))
  const answers = await Promise.all(Array.from({ length: 40 }, () => signIn(wrong)))
  expect(answers.some(({ status }) => status === 429)).toBe(true)
  expect((await signIn(link)).status).toBe(201)
})

test('the sessions of a deleted tenant end with it', async () => {
  const slug = await newTenant()
  const { link } = await makeLink(service.operator, slug)
  const admin = await holder(link)
  expect((await service.operator('DELETE', `/tenants/${slug}?confirm=${slug}`)).status).toBeLessThan(300)
  expect((await admin('GET', '/session')).status).toBe(401)
  expect((await admin('GET', `/tenants/${slug}/tokens`)).status).toBe(401)
  expect((await signIn(link)).status).toBe(401)
})

test.each<[string, (world: { link: string; scim: string }) => string | undefined, RegExp]>([
  ['no token', () => undefined, /Sign in with Entra ID or by a setup link/],
  ['the link itself', ({ link }) => link, /POST \/api\/manage\/session/],
  ['a token for SCIM', ({ scim }) => scim, /not one of this service/],
  [
    'a session that was never started',
    () => `rcs_a.1.${'0'.repeat(32)}.${'0'.repeat(32)}.${'x'.repeat(43)}`,
    /session has ended/,
  ],
])('%s signs nobody in and says what to do', async (_, tokenOf, detail) => {
  const { slug, token: scim } = service.tenant(3)
  await service.tenant(3).send('GET', '/Users')
  const { link } = await makeLink(service.operator, slug)
  const answer = await service.as(tokenOf({ link, scim }))('GET', '/session')
  expect(answer.status).toBe(401)
  expect(answer.body['detail']).toMatch(detail)
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
})

test('an operator without an app role is 403, an expired sign-in 401 with words', async () => {
  const nobody = await service.as(await service.issuer.token({ roles: [] }))('GET', '/session')
  expect(nobody.status).toBe(403)
  expect(nobody.body['detail']).toMatch(/Rollcall\.Admin/)
  const past = Math.floor(Date.now() / 1000) - 7200
  const late = await service.as(await service.issuer.token({ nbf: past - 3600, exp: past }))('GET', '/session')
  expect(late.status).toBe(401)
  expect(late.body['detail']).toMatch(/expired/)
})

test.each<[string, object, string]>([
  ['another role', { role: 'owner' }, '/role'],
  ['no label', { label: '' }, '/label'],
  ['more than 90 days', { days: 91 }, '/days'],
  ['an unknown field', { expires: '2030-01-01' }, '/expires'],
  ['a word for one use', { singleUse: 'yes' }, '/singleUse'],
])('a link with %s is refused by path', async (_, body, path) => {
  const { slug } = service.tenant(4)
  await service.tenant(4).send('GET', '/Users')
  const answer = await service.operator('POST', `/tenants/${slug}/links`, { role: 'admin', label: 'x', ...body })
  expect(answer.status).toBe(400)
  expect(answer.body['errors']).toEqual([expect.objectContaining({ path })])
})
