import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import committed from '../docs/openapi.json'
import { openApiDocument } from '../shared/api/openapi'
import type { Operation } from '../shared/api/operation'
import { operations } from './support/operations'
import { send, startService, type TestService } from './support/service'

const root = join(__dirname, '..')
const addressOf = ({ path }: Operation) => `/api/manage${path.replace('{tenant}', 'contoso').replace(/\{\w+\}/g, 'x1')}`

test('the committed document is the present one; npm run openapi writes it', () => {
  expect(committed).toEqual(JSON.parse(JSON.stringify(openApiDocument(operations))))
})

test('a validator of OpenAPI 3.1 passes it', () => {
  const { status, stderr } = spawnSync(process.execPath, ['dev/openapi.mjs', '--check'], { cwd: root, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
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

  test('the document is served to everybody, and may be cached', async () => {
    const { status, headers, body } = await send(`${service.origin}/api/manage/openapi.json`, { method: 'GET' })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('public, max-age=300')
    expect(body).toEqual(committed)
  })

  test.each(operations.filter(({ access }) => access !== 'open').map((one) => [one.method, one.path, one] as const))(
    '%s %s is served, and refused without a sign-in',
    async (method, _, operation) => {
      const { status, body } = await send(service.origin + addressOf(operation), { method })
      expect({ status, type: body['type'] }).toEqual({ status: 401, type: 'urn:rollcall:problem:sign-in' })
    },
  )
})
