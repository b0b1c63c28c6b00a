import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import { startVaultServer } from '../../../tests/support/vault-server'
import type { VaultServer } from '../../../tests/support/vault-server'
import { matchToken, whyRefused } from '../tokens/bearer'
import { tokenCache } from '../tokens/token-cache'
import { digestToHex, tokenDigest, type TokenOwner } from '../tokens/token-digest'
import { VaultForbidden, VaultUnavailable } from '../../http/outage'
import { secretName, type VaultOptions } from './vault-client'
import { vaultTokens } from './vault-tokens'

const contoso: TokenOwner = { slug: 'contoso', generation: 1 }
const SECRET = 'scim-token-contoso-1'
const hour = 3_600_000

let vault: VaultServer
beforeEach(async () => {
  vault = await startVaultServer({ pageSize: 2 })
})
afterEach(() => vault.close())

/** Reads the live ones. */
const reader = (options: Partial<VaultOptions> = {}) => {
  const read = vaultTokens({ ...vault.options, ...options })
  return async (owner: TokenOwner) => (await read(owner)).live
}
const failureOf = (read: Promise<unknown>) =>
  read.then(
    () => undefined,
    (error: unknown) => error,
  )
const answered = (status: number) => vault.requests.filter((request) => request.status === status)

describe('secretName', () => {
  test.each<[TokenOwner, string]>([
    [{ slug: 'contoso', generation: 1 }, 'scim-token-contoso-1'],
    [{ slug: 'contoso-1', generation: 23 }, 'scim-token-contoso-1-23'],
    [{ slug: 'x'.repeat(114), generation: 1 }, `scim-token-${'x'.repeat(114)}-1`],
  ])('of %j is %s', (owner, name) => {
    expect(secretName(owner)).toBe(name)
  })

  test.each<TokenOwner>([
    { slug: '', generation: 1 },
    { slug: 'Contoso', generation: 1 },
    { slug: 'a/b', generation: 1 },
    { slug: '../a', generation: 1 },
    { slug: 'a?b', generation: 1 },
    { slug: 'a\n', generation: 1 },
    { slug: 'é', generation: 1 },
    { slug: 'x'.repeat(115), generation: 1 },
    { slug: 'a', generation: -1 },
    { slug: 'a', generation: 1.5 },
    { slug: 'a', generation: NaN },
  ])('of %j there is none', (owner) => {
    expect(() => secretName(owner)).toThrow(RangeError)
  })

  test('is checked before the vault is asked', async () => {
    await expect(reader()({ slug: '../secrets', generation: 1 })).rejects.toThrow(RangeError)
    expect(vault.requests).toEqual([])
  })
})

describe('live versions', () => {
  test('are read over all pages and match by digest; their text is not kept', async () => {
    const ids = ['first', 'second', 'third'].map((token) => vault.set(SECRET, token))
    const versions = await reader()(contoso)
    const matched = ['first', 'second', 'third', 'fourth'].map(
      (token) => matchToken(token, versions, { now: Date.now(), revoked: new Set() })?.id,
    )
    expect(matched).toEqual([...ids, undefined])
    expect(versions.map((version) => Object.keys(version))).toEqual([
      ['id', 'digest'],
      ['id', 'digest'],
      ['id', 'digest'],
    ])
    expect(vault.requests.filter(({ path, status }) => path.endsWith('/versions') && status === 200)).toHaveLength(2)
  })

  test('leave out what is disabled or expired, whose value is never asked for', async () => {
    vault.set(SECRET, 'disabled', { enabled: false })
    vault.disable(SECRET, vault.set(SECRET, 'disabled later'))
    vault.set(SECRET, 'expired', { expiresAt: Date.now() - hour })
    const live = vault.set(SECRET, 'live')
    expect((await reader()(contoso)).map(({ id }) => id)).toEqual([live])
    expect(vault.requests.filter(({ path }) => !path.endsWith('/versions'))).toHaveLength(1)
  })

  test('bring their times along, and one not yet valid counts, since it may become valid', async () => {
    const notBefore = (Math.floor(Date.now() / 1000) + 60) * 1000
    const id = vault.set(SECRET, 'next', { notBefore, expiresAt: notBefore + hour })
    const versions = await reader()(contoso)
    expect(versions).toMatchObject([{ id, notBefore, expiresAt: notBefore + hour }])
    const match = (now: number) => matchToken('next', versions, { now, revoked: new Set() })?.id
    expect([match(notBefore - 1), match(notBefore), match(notBefore + hour)]).toEqual([undefined, id, undefined])
  })

  test('are at most the five newest', async () => {
    const ids = [3, 7, 1, 5, 2, 6, 4].map((age) => vault.set(SECRET, `token ${age}`, { createdAt: Date.now() - age * hour }))
    const versions = await reader()(contoso)
    expect(versions.map(({ id }) => id)).toEqual([ids[2], ids[4], ids[0], ids[6], ids[3]])
  })

  test('are none where there is no such secret, or no longer', async () => {
    const read = reader()
    expect(await read(contoso)).toEqual([])
    vault.set(SECRET, 'token')
    expect(await read(contoso)).toHaveLength(1)
    vault.delete(SECRET)
    expect(await read(contoso)).toEqual([])
  })

  test('of one tenant and generation are not those of another', async () => {
    const id = vault.set('scim-token-contoso-2', 'token')
    expect(await reader()(contoso)).toEqual([])
    expect(await reader()({ slug: 'contoso', generation: 2 })).toMatchObject([{ id }])
  })

  test.each([
    [403, { body: '{"error":{"code":"Forbidden","message":"x","innererror":{"code":"SecretDisabled"}}}' }],
    [404, {}],
  ])('leave out one that went away while they were read (%d)', async (status, how) => {
    const id = vault.set(SECRET, 'stays')
    const gone = vault.set(SECRET, 'goes')
    vault.failNext(status, 1, { only: gone, ...how })
    expect((await reader()(contoso)).map((version) => version.id)).toEqual([id])
  })

  test('leave out an empty value', async () => {
    vault.set(SECRET, '')
    expect(await reader()(contoso)).toEqual([])
  })

  test('refuse a Key Vault reference that was not resolved', async () => {
    vault.set(SECRET, '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)')
    await expect(reader()(contoso)).rejects.toThrow(/scim-token-contoso-1.*was not resolved/)
  })
})

describe('dead versions', () => {
  const tags = (token: string) => ({ sha256: digestToHex(tokenDigest(token)) })

  test('are known by the digest in their tags, without reading a value', async () => {
    const expired = vault.set(SECRET, 'expired', { expiresAt: Date.now() - hour, tags: tags('expired') })
    const disabled = vault.set(SECRET, 'disabled', { enabled: false, tags: tags('disabled') })
    vault.set(SECRET, 'without tags', { enabled: false })
    vault.set(SECRET, 'with a broken tag', { enabled: false, tags: { sha256: 'x' } })
    const live = vault.set(SECRET, 'live')
    const known = await vaultTokens(vault.options)(contoso)
    expect(known.live.map(({ id }) => id)).toEqual([live])
    expect(known.dead.map(({ id, disabled }) => [id, disabled])).toEqual([
      [disabled, true],
      [expired, undefined],
    ])
    expect(vault.requests.filter(({ path }) => !path.endsWith('/versions'))).toHaveLength(1)
    const options = { now: Date.now(), revoked: new Set<string>() }
    const reasons = ['expired', 'disabled', 'without tags', 'live'].map(
      (token) => whyRefused(`Bearer ${token.replaceAll(' ', '-')}`, known, options)?.reason,
    )
    expect(reasons).toEqual(['expired', 'revoked', 'unknown', undefined])
  })

  test('are the ones beyond the five newest too', async () => {
    const first = vault.set(SECRET, 'first', { tags: tags('first') })
    for (let i = 0; i < 5; i += 1) vault.set(SECRET, `later ${i}`)
    const known = await vaultTokens(vault.options)(contoso)
    expect(known.dead.map(({ id }) => id)).toEqual([first])
    expect(whyRefused('Bearer first', known, { now: Date.now(), revoked: new Set() })).toEqual({ reason: 'revoked' })
  })

  test('open nothing, also where a tag names the digest of another token', async () => {
    vault.set(SECRET, 'the value', { tags: tags('the-tag') })
    const { live, dead } = await vaultTokens(vault.options)(contoso)
    expect(matchToken('the-tag', [...live, ...dead], { now: Date.now(), revoked: new Set() })).toBeUndefined()
  })

  test('are the twenty newest at most', async () => {
    for (let i = 0; i < 25; i += 1) vault.set(SECRET, `dead ${i}`, { enabled: false, tags: tags(`dead-${i}`) })
    const known = await vaultTokens(vault.options)(contoso)
    expect(known.dead.map(({ digest }) => digestToHex(digest))).toEqual(
      Array.from({ length: 20 }, (_, i) => tags(`dead-${24 - i}`).sha256),
    )
  })
})

describe('the client', () => {
  test('is one for all tenants and reads: the challenge is met once', async () => {
    vault.set(SECRET, 'token')
    vault.set('scim-token-fabrikam-1', 'token')
    const read = reader()
    await read(contoso)
    await read({ slug: 'fabrikam', generation: 1 })
    await Promise.all([read(contoso), read({ slug: 'fabrikam', generation: 1 })])
    expect(answered(401)).toHaveLength(1)
  })

  test('does not trust a certificate it was not told to', async () => {
    const read = reader({ client: { ...vault.options.client, tlsOptions: {} } })
    expect(await failureOf(read(contoso))).toBeInstanceOf(VaultUnavailable)
    expect(vault.requests).toEqual([])
  })
})

describe('the managed identity', () => {
  // App Service's endpoint for tokens. @azure/identity remembers its address, so one serves all tests here.
  const asked: (string | null)[] = []
  let status = 200
  const endpoint = createServer((request, response) => {
    const found = {
      access_token: 'access-token-for-the-vault',
      expires_on: Math.floor(Date.now() / 1000) + 86_400,
      token_type: 'Bearer',
    }
    asked.push(new URL(request.url ?? '', 'http://localhost').searchParams.get('client_id'))
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(status === 200 ? found : { statusCode: status, message: 'No managed identity found' }))
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve))
    process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/msi/token`
    process.env['IDENTITY_HEADER'] = 'header-of-the-platform'
  })
  afterAll(async () => {
    delete process.env['IDENTITY_ENDPOINT']
    delete process.env['IDENTITY_HEADER']
    await new Promise((resolve) => endpoint.close(resolve))
  })
  const readAs = (clientId: string) => {
    const { vaultUrl, client = {} } = vault.options
    const read = vaultTokens({ vaultUrl, clientId, client })
    return async (owner: TokenOwner) => (await read(owner)).live
  }

  test('of the client id signs in', async () => {
    vault.set(SECRET, 'token')
    status = 200
    expect(await readAs('the-app')(contoso)).toHaveLength(1)
    expect(asked).toEqual(['the-app'])
  })

  test('that the app does not have is VaultForbidden', async () => {
    status = 400
    const error = await failureOf(readAs('another-app')(contoso))
    expect(error).toBeInstanceOf(VaultForbidden)
    expect(error).toMatchObject({ message: 'The app could not sign in to Key Vault: check its managed identity.' })
  })
})

describe('an outage', () => {
  test.each([
    [429, { 'Retry-After': '0' }],
    [500, {}],
    [503, {}],
  ])('that passes within two retries (%d) goes unnoticed', async (status, headers: Record<string, string>) => {
    const id = vault.set(SECRET, 'token')
    vault.failNext(status, 2, { headers })
    expect(await reader()(contoso)).toMatchObject([{ id }])
  })

  test.each([
    [429, 1], // without Retry-After, SecretClient does not repeat it
    [500, 3],
    [502, 3],
    [503, 3],
    [504, 3],
  ])('that lasts (%d) is VaultUnavailable, after %d requests', async (status, requests) => {
    vault.set(SECRET, 'token')
    vault.failNext(status, Infinity)
    const error = await failureOf(reader()(contoso))
    expect(error).toBeInstanceOf(VaultUnavailable)
    expect(error).toMatchObject({
      message: `Key Vault answered ${status}.`,
      retryAfterSeconds: 10,
      cause: { name: 'RestError', statusCode: status },
    })
    expect(answered(status)).toHaveLength(requests)
  })

  test('while values are read is one too', async () => {
    const id = vault.set(SECRET, 'token')
    vault.failNext(503, Infinity, { only: id })
    expect(await failureOf(reader()(contoso))).toBeInstanceOf(VaultUnavailable)
  })

  test.each([
    ['7', 7],
    ['3600', 60],
    ['0', 10],
    ['soon', 10],
  ])('with Retry-After %s says %d s', async (header, retryAfterSeconds) => {
    vault.failNext(429, Infinity, { headers: { 'Retry-After': header } })
    const client = { ...vault.options.client, retryOptions: { maxRetries: 0 } }
    expect(await failureOf(reader({ client })(contoso))).toMatchObject({ name: 'VaultUnavailable', retryAfterSeconds })
  })

  test.each<[string, (id: string) => boolean | string]>([
    ['at all', () => true],
    ['on the second page', () => 'skiptoken'],
    ['for a value', (id) => id],
  ])('is a vault that does not answer %s', async (_, hanging) => {
    const ids = ['first', 'second', 'third'].map((token) => vault.set(SECRET, token))
    vault.hang(hanging(ids[0]!))
    expect(await failureOf(reader({ timeoutMs: 300 })(contoso))).toBeInstanceOf(VaultUnavailable)
    expect(answered(0)).toHaveLength(1)
    // No connection is left behind; a client that forgot one makes this test time out.
    while (vault.waiting() > 0) await setTimeout(5)
  })

  test('is a vault that cannot be reached', async () => {
    const read = reader({ vaultUrl: 'https://127.0.0.1:1' })
    expect(await failureOf(read(contoso))).toMatchObject({ name: 'VaultUnavailable', message: 'Key Vault could not be reached.' })
  })

  test('is an identity that does not answer, though it never heeds the signal', async () => {
    const credential = { getToken: () => new Promise<never>(() => undefined) }
    expect(await failureOf(reader({ credential, timeoutMs: 50 })(contoso))).toBeInstanceOf(VaultUnavailable)
  })

  test('that ends is forgotten by the same reader', async () => {
    const id = vault.set(SECRET, 'token')
    const read = reader({ timeoutMs: 1_000 })
    vault.hang(true)
    expect(await failureOf(read(contoso))).toBeInstanceOf(VaultUnavailable)
    vault.hang(false)
    expect(await read(contoso)).toMatchObject([{ id }])
  })

  test('is an answer that is not JSON, and no error quotes it: it may hold the token', async () => {
    const id = vault.set(SECRET, 'the-token')
    vault.failNext(200, 1, { only: id, body: '{"value":"the-token"' })
    const error = await failureOf(reader()(contoso))
    expect(error).toBeInstanceOf(VaultUnavailable)
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('the-token')
  })
})

describe('a refusal', () => {
  test('of the identity is VaultForbidden and names the role it lacks', async () => {
    vault.set(SECRET, 'token')
    vault.failNext(403, Infinity)
    const error = await failureOf(reader()(contoso))
    expect(error).toBeInstanceOf(VaultForbidden)
    expect(error).toMatchObject({ message: expect.stringContaining('"Key Vault Secrets User"') as string })
  })

  test('of values alone is one too: a role that may only list', async () => {
    const id = vault.set(SECRET, 'token')
    vault.failNext(403, Infinity, { only: id })
    expect(await failureOf(reader()(contoso))).toBeInstanceOf(VaultForbidden)
  })

  test('of the access token is one too', async () => {
    const credential = { getToken: () => Promise.resolve({ token: 'of another tenant', expiresOnTimestamp: Date.now() + hour }) }
    expect(await failureOf(reader({ credential })(contoso))).toBeInstanceOf(VaultForbidden)
  })
})

describe('with the cache', () => {
  const cachedReader = (options: Partial<VaultOptions> = {}) => vaultTokens({ ...vault.options, ...options })

  test.each([
    [
      '429',
      () => {
        vault.failNext(429, Infinity)
      },
    ],
    [
      '503',
      () => {
        vault.failNext(503, Infinity)
      },
    ],
    [
      'no answer',
      () => {
        vault.hang(true)
      },
    ],
  ])('the last known token survives an outage by %s', async (_, begin) => {
    const id = vault.set(SECRET, 'token')
    let now = Date.now()
    const cache = tokenCache(cachedReader({ timeoutMs: 1_000 }), { now: () => now })
    await cache.versions(contoso, 1)
    begin()
    now += 10 * hour
    expect((await cache.versions(contoso, 1)).live).toMatchObject([{ id }])
  })

  test('it does not survive the loss of the role', async () => {
    vault.set(SECRET, 'token')
    let now = Date.now()
    const cache = tokenCache(cachedReader(), { now: () => now })
    await cache.versions(contoso, 1)
    vault.failNext(403, Infinity)
    now += 30_000
    await expect(cache.versions(contoso, 1)).rejects.toThrow(VaultForbidden)
  })

  test('a version disabled in the vault is refused 30 s later at the latest, a new one is taken', async () => {
    const old = vault.set(SECRET, 'old')
    let now = Date.now()
    const cache = tokenCache(cachedReader(), { now: () => now })
    expect((await cache.versions(contoso, 1)).live).toMatchObject([{ id: old }])
    const next = vault.set(SECRET, 'new')
    vault.disable(SECRET, old)
    now += 30_000
    expect((await cache.versions(contoso, 1)).live).toMatchObject([{ id: next }])
  })
})
