import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../simulator/broken-server'
import { refusal } from '../simulator/memory-server'
import { runSimulation } from '../simulator/simulation'
import { startIssuer } from './issuer'
import type { Issuer } from './issuer'
import { CLIENT, startStandIn } from './stand-in'
import type { StandIn, StandInOptions } from './stand-in'
import { requestToken, TokenRefused } from './token-endpoint'
import type { Proof } from './token-endpoint'
import { bearer, fetchedTokens } from './token-source'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close()
})

async function standIn(options?: StandInOptions): Promise<StandIn> {
  const started = await startStandIn(options)
  closing.push(started)
  return started
}

async function issuerAt(clock?: { ms: number }): Promise<Issuer> {
  const issuer = await startIssuer({ port: 0, ...(clock && { nowMs: () => clock.ms }) })
  closing.push(issuer)
  return issuer
}

const inHeader: Proof = { secret: CLIENT.secret, credentials: 'header' }
const ask = ({ endpoint }: StandIn, proof: Proof, clientId = CLIENT.id) => requestToken({ endpoint, clientId }, proof)

describe('client credentials', () => {
  test.each(['header', 'body'] as const)('in the %s bring a token, whatever signs the secret has', async (credentials) => {
    const server = await standIn()
    const answer = await ask(server, { secret: CLIENT.secret, credentials })
    expect(answer.expiresInSeconds).toBe(3600)
    expect(server.accepts(`Bearer ${answer.accessToken}`)).toBe(true)
    const [request = {}] = server.requests
    expect(Object.keys(request)).toEqual(
      credentials === 'header' ? ['grant_type', 'authorization'] : ['grant_type', 'client_id', 'client_secret'],
    )
  })

  test('that are wrong are told in a sentence without the secret', async () => {
    const secret = 'a-wrong-secret'
    const refused = ask(await standIn(), { secret, credentials: 'body' })
    await expect(refused).rejects.toThrow(TokenRefused)
    await expect(refused).rejects.toThrow('The token endpoint answered 401 invalid_client: Not [secret].')
  })

  test('without an answer are refused too', async () => {
    const server = await standIn()
    await server.close()
    await expect(ask(server, inHeader)).rejects.toThrow('The token endpoint did not answer.')
    closing.pop()
  })
})

describe('tokens', () => {
  const clock = { ms: 0 }
  const source = (server: StandIn) => fetchedTokens('client-credentials', () => ask(server, inHeader), () => clock.ms) // prettier-ignore

  test('are fetched once for all who wait, and again a minute before their end', async () => {
    const server = await standIn({ expiresInSeconds: 3600 })
    const tokens = source(server)
    const [first, second] = await Promise.all([tokens.token(), tokens.token()])
    expect([first, server.requests.length]).toEqual([second, 1])
    clock.ms += 3539_000
    expect(await tokens.token()).toBe(first)
    clock.ms += 1000
    expect(await tokens.token()).not.toBe(first)
    expect(server.requests).toHaveLength(2)
  })

  test('are fetched again after a 401, once for all who had the same one', async () => {
    const server = await standIn()
    const tokens = source(server)
    const first = await tokens.token()
    expect([tokens.refused(first), tokens.refused(first)]).toEqual([true, true])
    const second = await tokens.token()
    expect(tokens.refused(first)).toBe(true)
    expect([await tokens.token(), server.requests.length, tokens.refusals()]).toEqual([second, 2, 3])
  })

  test('that were refused at the endpoint are asked for again by the next request', async () => {
    const server = await standIn()
    let secret = 'not yet right'
    const tokens = fetchedTokens('client-credentials', () => ask(server, { secret, credentials: 'body' }))
    await expect(tokens.token()).rejects.toThrow(TokenRefused)
    secret = CLIENT.secret
    expect(server.accepts(`Bearer ${await tokens.token()}`)).toBe(true)
  })

  test('of the bearer kind stay what they are', async () => {
    const tokens = bearer('t')
    expect([await tokens.token(), tokens.refused('t'), tokens.refusals(), await tokens.token()]).toEqual(['t', false, 1, 't'])
  })
})

describe('federation', () => {
  test('signs as Entra ID does, and sends the same assertion until it nears its end', async () => {
    const { decodeJwt, decodeProtectedHeader } = await import('jose')
    const clock = { ms: Date.now() }
    const issuer = await issuerAt(clock)
    const { trust } = issuer
    const assertion = await issuer.assertion()
    const claims = decodeJwt(assertion)
    expect(claims).toEqual({
      iss: `${new URL(trust.issuer).origin}/${trust.directory}/v2.0`,
      aud: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      sub: trust.subject,
      oid: trust.subject,
      azp: claims.aud,
      azpacr: '2',
      tid: trust.directory,
      uti: expect.any(String) as string,
      ver: '2.0',
      iat: Math.floor(clock.ms / 1000),
      nbf: Math.floor(clock.ms / 1000),
      exp: Math.floor(clock.ms / 1000) + 65 * 60,
    })
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'RS256', typ: 'JWT' })
    clock.ms += 59 * 60_000
    expect(await issuer.assertion()).toBe(assertion)
    clock.ms += 60_000
    expect(await issuer.assertion()).not.toBe(assertion)
  })

  test('brings a token at an endpoint that trusts the issuer, and publishes no private key', async () => {
    const issuer = await issuerAt()
    const server = await standIn({ trust: issuer.trust })
    const assertion = await issuer.assertion()
    await ask(server, { assertion })
    expect((await ask(server, { assertion })).expiresInSeconds).toBe(3600)
    expect(Object.keys(server.requests[0] ?? {})).toEqual([
      'grant_type',
      'client_id',
      'client_assertion_type',
      'client_assertion',
    ])
    const { keys } = (await (await fetch(issuer.trust.keys)).json()) as { keys: object[] }
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['e', 'kid', 'kty', 'n', 'use']])
  })

  test('keeps its key between runs where it is given a place, for its owner alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'issuer-'))
    const keyFile = join(folder, 'key.json')
    const kids: unknown[] = []
    for (let runs = 0; runs < 2; runs++) {
      const issuer = await startIssuer({ port: 0, keyFile })
      const { keys } = (await (await fetch(issuer.trust.keys)).json()) as { keys: { kid: string }[] }
      kids.push(keys[0]?.kid)
      await issuer.close()
    }
    expect([kids[0], (await stat(keyFile)).mode & 0o777]).toEqual([kids[1], 0o600])
    await rm(folder, { recursive: true })
  })

  test('brings none at an endpoint that trusts another', async () => {
    const [mine, other] = [await issuerAt(), await issuerAt()]
    const server = await standIn({ trust: other.trust })
    const refused = ask(server, { assertion: await mine.assertion() })
    await expect(refused).rejects.toThrow('401 invalid_client')
    expect(other.keyRequests()).toBe(1)
  })
})

test('a whole simulation runs on fetched tokens, and loses no request when they end on the way', async () => {
  const issuer = await issuerAt()
  const tokenServer = await standIn({ trust: issuer.trust })
  let requests = 0
  const server = await startServer({
    alter: ({ next, request }) => {
      if (++requests % 100 === 0) tokenServer.endTokens()
      return tokenServer.accepts(request.authorization) ? next() : refusal(401)
    },
  })
  closing.push(server)
  const tokens = fetchedTokens('federation', async () => await ask(tokenServer, { assertion: await issuer.assertion() }))
  const result = await runSimulation(
    { url: server.tenantUrl, tokens, users: 12, groups: 4, seed: 1, parallel: 8, families: ['modern'], timeoutMs: 60_000 },
    () => undefined,
  )
  expect(result).toMatchObject({ failures: 0, objections: [] })
  expect(tokens.refusals()).toBeGreaterThan(2)
  expect(new Set(tokenServer.requests.map((one) => one['client_assertion'])).size).toBe(1)
})
