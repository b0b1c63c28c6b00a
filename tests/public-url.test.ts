import { startService, type TestService } from './support/service'

const PUBLIC_URL = 'https://people.example.com'
let service: TestService
beforeAll(async () => {
  service = await startService({ PUBLIC_URL })
})
afterAll(() => service.close())

/** A proxy or the platform may know the app by another name than its callers do. */
test('addresses in answers have the public name, whatever the Host header says', async () => {
  const tenant = service.tenant()
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const { status, headers, body } = await tenant.send('POST', '/Users', { schemas, userName: 'ada@contoso.example' })
  const location = `${PUBLIC_URL}/scim/${tenant.slug}/Users/${String(body['id'])}`
  expect({ status, location: headers.get('location') }).toEqual({ status: 201, location })
  expect(body['meta']).toMatchObject({ location })
  const document: unknown = await (await fetch(`${service.origin}/api/product/openapi.json`)).json()
  expect(document).toMatchObject({ servers: [{ url: PUBLIC_URL }] })
})
