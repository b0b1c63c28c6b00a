import { InvocationContext } from '@azure/functions'
import { VaultForbidden } from './outage'
import { readyEndpoint, type Need } from './ready'

const context = new InvocationContext({ functionName: 'ready', invocationId: '1', logHandler: () => undefined })
const anybody = { headers: new Headers() }
const operator = { headers: new Headers({ authorization: 'Bearer of-an-operator' }) }
const isOperator = (authorization: string | null) => Promise.resolve(authorization === 'Bearer of-an-operator')
const asked = (needs: () => readonly Need[], by = operator) => readyEndpoint({ needs, isOperator })(by, context)
const bodyOf = (body: unknown) => JSON.parse(body as string) as unknown

test('everything there is 200', async () => {
  const reply = await asked(() => [{ name: 'tables', check: () => Promise.resolve([]) }])
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
  const reply = await asked(wrong)
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
  const endpoint = readyEndpoint({ needs: () => [need], isOperator, now: () => nowMs })
  expect((await endpoint(operator, context)).body).toContain('Key Vault Secrets User')
  error = new TypeError('ana@contoso.example')
  nowMs = 9_999
  expect((await endpoint(operator, context)).body).toContain('Key Vault Secrets User')
  nowMs = 10_000
  expect(bodyOf((await endpoint(operator, context)).body)).toMatchObject({ checks: [{}, { missing: 'TypeError' }] })
  error = undefined
  nowMs = 20_000
  expect((await endpoint(operator, context)).status).toBe(200)
})

test('a stranger learns that a check fails, and not why, also where a setting is wrong; the log has it', async () => {
  const lines: unknown[] = []
  const logging = new InvocationContext({
    functionName: 'ready',
    invocationId: '1',
    logHandler: (_level, ...args) => lines.push(...args),
  })
  const missing = 'The role Key Vault Secrets User is missing.'
  const need: Need = { name: 'tokens', check: () => Promise.reject(new VaultForbidden(missing)) }
  const reply = await readyEndpoint({ needs: () => [need], isOperator })(anybody, logging)
  expect(reply.status).toBe(503)
  expect(bodyOf(reply.body)).toEqual({
    ready: false,
    checks: [
      { name: 'settings', ready: true },
      { name: 'tokens', ready: false },
    ],
  })
  expect(String(lines[0])).toContain(missing)
  const wrong = () => {
    throw Object.assign(new Error('KEY_VAULT_URL is missing.'), { name: 'ConfigError' })
  }
  const withoutSettings = await readyEndpoint({ needs: wrong, isOperator })(anybody, logging)
  expect(bodyOf(withoutSettings.body)).toEqual({ ready: false, checks: [{ name: 'settings', ready: false }] })
  expect(String(lines[1])).toContain('KEY_VAULT_URL is missing.')
})
