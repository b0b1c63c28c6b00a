import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import committed from '../docs/openapi.json'
import product from '../docs/product-openapi.json'
import type { Operation } from '../shared/api/operation'
import { operations } from './support/operations'
import { send, startService, type TestService } from './support/service'

const root = join(__dirname, '..')
const addressOf = ({ path }: Operation) => `/api/manage${path.replace('{tenant}', 'contoso').replace(/\{\w+\}/g, 'x1')}`

test('the committed documents are the present ones and pass a validator of OpenAPI 3.1; npm run openapi writes them', () => {
  const { status, stderr } = spawnSync(process.execPath, ['dev/openapi.mjs', '--check'], { cwd: root, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test('the detail of a problem is marked as what exceptions say', () => {
  expect(committed.components.schemas.Problem.properties.detail).toHaveProperty('x-ms-primary-error-message', true)
})

test('every operation has an id and a place of its own', () => {
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length)
  expect(new Set(operations.map(({ method, path }) => `${method} ${path}`)).size).toBe(operations.length)
})

test('an operation of a tenant asks for a sign-in, and only what has no secrets is open', () => {
  const open = operations.filter(({ access }) => access === 'open')
  expect(open.map(({ id }) => id).sort()).toEqual(['readOpenApi', 'startSession'])
})

describe('over HTTP', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service.close())

  test.each([
    ['manage', committed],
    ['product', product],
  ])('the document of /api/%s is served to everybody, and may be cached', async (api, document) => {
    const { status, headers, body } = await send(`${service.origin}/api/${api}/openapi.json`, { method: 'GET' })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('public, max-age=300')
    expect(body).toEqual({ ...document, servers: [{ url: service.origin }] })
  })

  test.each(['manage', 'product'])('an address that is none in /api/%s leads to its document', async (api) => {
    const { status, body } = await send(`${service.origin}/api/${api}/tenant`, { method: 'GET' })
    expect(status).toBe(404)
    expect(body['detail']).toBe(`There is no such address. GET /api/${api}/openapi.json lists all.`)
  })

  test.each(operations.filter(({ access }) => access !== 'open').map((one) => [one.method, one.path, one] as const))(
    '%s %s is served, and refused without a sign-in',
    async (method, _, operation) => {
      const { status, body } = await send(service.origin + addressOf(operation), { method })
      expect({ status, type: body['type'] }).toEqual({ status: 401, type: 'urn:rollcall:problem:sign-in' })
    },
  )
})
