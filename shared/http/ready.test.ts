import { InvocationContext } from '@azure/functions'
import { VaultForbidden } from './outage'
import { readyEndpoint, type Need } from './ready'

const context = new InvocationContext({ functionName: 'ready', invocationId: '1', logHandler: () => undefined })
const bodyOf = (body: unknown) => JSON.parse(body as string) as unknown

test('everything there is 200', async () => {
  const reply = await readyEndpoint(() => [{ name: 'tables', check: () => Promise.resolve([]) }])(undefined, context)
  expect(reply.status).toBe(200)
  expect(bodyOf(reply.body)).toEqual({
    ready: true,
    checks: [
      { name: 'settings', ready: true },
      { name: 'tables', ready: true },
    ],
  })
})

test('a wrong setting is named and nothing else is asked for', async () => {
  const wrong = () => {
    throw Object.assign(new Error('KEY_VAULT_URL is missing.'), { name: 'ConfigError' })
  }
  const reply = await readyEndpoint(wrong)(undefined, context)
  expect(reply.status).toBe(503)
  expect(bodyOf(reply.body)).toEqual({
    ready: false,
    checks: [{ name: 'settings', ready: false, missing: 'KEY_VAULT_URL is missing.' }],
  })
})

test('it is asked again after ten seconds, and what strangers throw is told by name alone', async () => {
  let nowMs = 0
  let error: Error | undefined = new VaultForbidden('The role Key Vault Secrets User is missing.')
  const need: Need = { name: 'tokens', check: () => (error === undefined ? Promise.resolve() : Promise.reject(error)) }
  const endpoint = readyEndpoint(
    () => [need],
    () => nowMs,
  )
  expect((await endpoint(undefined, context)).body).toContain('Key Vault Secrets User')
  error = new TypeError('ana@contoso.example')
  nowMs = 9_999
  expect((await endpoint(undefined, context)).body).toContain('Key Vault Secrets User')
  nowMs = 10_000
  expect(bodyOf((await endpoint(undefined, context)).body)).toMatchObject({ checks: [{}, { missing: 'TypeError' }] })
  error = undefined
  nowMs = 20_000
  expect((await endpoint(undefined, context)).status).toBe(200)
})
