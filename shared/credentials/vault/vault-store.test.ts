import { startVaultServer, type VaultServer } from '../../../tests/support/vault-server'
import { matchToken, whyRefused } from '../tokens/bearer'
import { digestToHex, digestToKeep, tokenDigest, type TokenOwner } from '../tokens/token-digest'
import { VaultForbidden, VaultUnavailable } from '../../http/outage'
import { vaultStore } from './vault-store'

const contoso: TokenOwner = { slug: 'contoso', generation: 1 }
const SECRET = 'scim-token-contoso-1'
const day = 86_400_000
const inAMonth = () => Date.now() + 30 * day
const options = () => ({ now: Date.now(), revoked: new Set<string>() })

let vault: VaultServer
beforeEach(async () => {
  vault = await startVaultServer({ pageSize: 2 })
})
afterEach(() => vault.close())

test('a token is added, works beside the one before, is ended and then still recognised', async () => {
  const store = vaultStore(vault.options)
  const first = await store.add(contoso, { label: 'Entra ID', expiresAt: inAMonth() })
  const second = await store.add(contoso, { label: 'Entra ID, new', expiresAt: inAMonth(), replaces: first.facts.id })

  const live = await store.read(contoso)
  const matched = [first, second].map(({ value }) => matchToken(value, live.live, options())?.id)
  expect(matched).toEqual([first.facts.id, second.facts.id])
  const listed = await store.list(contoso)
  expect(listed.map(({ id }) => id)).toEqual([second.facts.id, first.facts.id])
  expect(listed[0]).toEqual(second.facts)
  expect(second.facts).toMatchObject({ label: 'Entra ID, new', lastFour: second.value.slice(-4), replaces: first.facts.id })

  await store.disable(contoso, first.facts.id)
  const after = await store.read(contoso)
  expect(after.live.map(({ id }) => id)).toEqual([second.facts.id])
  const refusal = whyRefused(`Bearer ${first.value}`, after, options())
  expect(refusal).toEqual({ reason: 'revoked', lastFour: first.value.slice(-4) })
  expect((await store.list(contoso)).map(({ enabled }) => enabled)).toEqual([true, false])
})

test('whoever reads the vault learns no token that was made here, and cannot use what stands in its place', async () => {
  const store = vaultStore(vault.options)
  const made = [
    await store.add(contoso, { label: 'Entra ID', expiresAt: inAMonth() }),
    await store.add(contoso, { label: 'by hand', expiresAt: inAMonth(), value: 'password1' }),
  ]
  expect(vault.valuesOf(SECRET)).toEqual(made.map(({ value }) => digestToKeep(value)))
  for (const kept of vault.valuesOf(SECRET)) for (const { value } of made) expect(kept).not.toContain(value)
  const { live } = await store.read(contoso)
  for (const { value, facts } of made) {
    expect(matchToken(value, live, options())?.id).toBe(facts.id)
    expect(matchToken(digestToKeep(value), live, options())).toBeUndefined()
  }
})

test('a token set by hand, without tags, is listed without what is not known, works, and can be ended', async () => {
  const store = vaultStore(vault.options)
  const id = vault.set(SECRET, 'set-by-hand')
  expect(await store.list(contoso)).toMatchObject([
    { id, label: undefined, lastFour: undefined, digest: undefined, enabled: true },
  ])
  expect(matchToken('set-by-hand', (await store.read(contoso)).live, options())?.id).toBe(id)
  await store.disable(contoso, id)
  expect(await store.read(contoso)).toEqual({ live: [], dead: [] })
})

test('a made-up token is not described by its digest, from which it could be guessed', async () => {
  const { value, facts } = await vaultStore(vault.options).add(contoso, {
    label: 'by hand',
    expiresAt: inAMonth(),
    value: 'password1',
  })
  expect(value).toBe('password1')
  expect(facts).toMatchObject({ lastFour: undefined, digest: undefined })
})

test('a sixth live token is refused before it is made; without the limit the oldest ends', async () => {
  const store = vaultStore(vault.options)
  const ids = ['a', 'b', 'c', 'd', 'e'].map((token) => vault.set(SECRET, token))
  const sixth = { label: 'sixth', expiresAt: inAMonth() }
  await expect(store.add(contoso, sixth)).rejects.toMatchObject({ name: 'TokenRefused', reason: 'tooMany' })
  expect(vault.requests.filter(({ method }) => method === 'PUT')).toEqual([])
  const { facts } = await store.add(contoso, { ...sixth, mayEndOldest: true })
  expect((await store.read(contoso)).live.map(({ id }) => id)).toEqual([facts.id, ...ids.slice(1).reverse()])
})

test('ending a token that a repeated request stored twice ends both versions, and no other', async () => {
  const tags = { sha256: digestToHex(tokenDigest('twice')) }
  const [first, second] = [vault.set(SECRET, 'twice', { tags }), vault.set(SECRET, 'twice', { tags })]
  const others = [
    vault.set(SECRET, 'without tags'),
    vault.set(SECRET, 'other', { tags: { sha256: digestToHex(tokenDigest('other')) } }),
  ]
  const store = vaultStore(vault.options)
  await store.disable(contoso, first)
  const enabled = (await store.list(contoso)).filter((token) => token.enabled).map(({ id }) => id)
  expect(enabled.sort()).toEqual([...others].sort())
  expect(enabled).not.toContain(second)
})

test.each(['', '0'.repeat(32), '../other'])('the id %j that the tenant does not have cannot be ended', async (id) => {
  vault.set(SECRET, 'token')
  await expect(vaultStore(vault.options).disable(contoso, id)).rejects.toMatchObject({ name: 'TokenRefused', reason: 'unknown' })
  expect(vault.requests.filter(({ method }) => method === 'PATCH')).toEqual([])
})

test.each([
  ['app', "Key Vault refused the app's identity (403): it needs the role"],
  ['operator', 'Key Vault refused the signed-in account (403): it needs the role'],
] as const)('without the role to write, the words are for the %s', async (actor, words) => {
  const store = vaultStore({ ...vault.options, actor })
  vault.failNext(403, Infinity)
  const refusal = store.add(contoso, { label: 'x', expiresAt: inAMonth() })
  await expect(refusal).rejects.toThrow(VaultForbidden)
  await expect(refusal).rejects.toThrow(words)
  await expect(refusal).rejects.toThrow('"Key Vault Secrets Officer"')
})

test('a vault that does not answer a change is VaultUnavailable within its own time limit', async () => {
  const store = vaultStore({ ...vault.options, changeTimeoutMs: 100 })
  vault.hang(true)
  await expect(store.list(contoso)).rejects.toThrow(VaultUnavailable)
})

test('a vault that is down tells neither the token nor that one was made', async () => {
  const store = vaultStore(vault.options)
  vault.failNext(503, Infinity)
  const refusal = store.add(contoso, { label: 'x', expiresAt: inAMonth(), value: 'made-up-value' })
  await expect(refusal).rejects.toThrow(VaultUnavailable)
  await expect(refusal).rejects.not.toThrow(/made-up-value/)
})
