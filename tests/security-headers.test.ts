import { askToken, GRANT } from './support/oauth'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { productOf } from './support/product'

/** Every way into the service, and every kind of answer on it; the pages and assets of the console are in console.test.ts. */

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

const HEADERS = {
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

test('HSTS, nosniff, no referrer and a policy stand in every kind of answer', async () => {
  const tenant = service.tenant()
  const scim = { authorization: `Bearer ${tenant.token}` }
  const slug = tenant.slug
  await tenant.send('GET', '/Users') // makes it
  const asked: readonly (readonly [status: number, path: string, init?: RequestInit])[] = [
    [200, `/scim/${slug}/Users`, { headers: scim }],
    [404, `/scim/${slug}/Users/none`, { headers: scim }],
    [401, `/scim/${slug}/Users`],
    [200, `/scim/${slug}/ServiceProviderConfig`],
    [400, `/scim/${slug}/Users`, { method: 'POST', headers: { ...scim, 'content-type': 'application/scim+json' }, body: '{' }],
    [404, `/scim/${slug}/Nothing`, { headers: scim }],
    [401, '/api/manage/tenants'],
    [404, '/api/manage/nothing'],
    [200, '/api/manage/openapi.json'],
    [401, `/api/product/tenants/${slug}/people`],
    [404, '/api/product/nothing'],
    [405, '/console', { method: 'POST' }],
    [400, `/oauth/${slug}/token`, { method: 'POST' }],
    [405, `/oauth/${slug}/token`],
    [200, `/.well-known/oauth-authorization-server/oauth/${slug}`],
    [404, '/.well-known/oauth-authorization-server/nothing'],
    [200, '/ready'],
  ]
  for (const [status, path, init] of asked) {
    const answer = await fetch(service.origin + path, init)
    expect([path, answer.status, Object.fromEntries(answer.headers)]).toEqual([path, status, expect.objectContaining(HEADERS)])
  }
})

test('answers of a sign-in have them too', async () => {
  const slug = service.tenant().slug
  const customer = await linkOf(service, slug)
  const product = await productOf(service, service.tenant())
  const answers = [
    await customer('GET', `/tenants/${slug}`),
    await customer('DELETE', `/tenants/${slug}/links/none`),
    await product.send('GET', '/people'),
    await customer('POST', `/tenants/${slug}/sign-in/secrets`, {}).then(({ body }) =>
      askToken(service.origin, slug, GRANT, { basic: [String(body['clientId']), String(body['value'])] }),
    ),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 200])
  for (const { headers } of answers) expect(Object.fromEntries(headers)).toMatchObject(HEADERS)
})
