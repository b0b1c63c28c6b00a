import { randomBytes } from 'node:crypto'
import { connectTables } from '../../storage/connect'
import { createMeter } from '../../storage/meter'
import { matchToken, whyRefused } from './bearer'
import { localStore } from './local-store'
import type { TenantTokens, TokenOwner } from './token-digest'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
const run = randomBytes(5).toString('hex')
const tableOf = ({ slug, generation }: TokenOwner) => `t${run}${slug}g${generation}`
const open = (owner: TokenOwner) => tables.open(tableOf(owner), createMeter())
const day = 86_400_000

const contoso: TokenOwner = { slug: 'contoso', generation: 1 }
const options = () => ({ now: Date.now(), revoked: new Set<string>() })
const matched = (token: string, { live }: TenantTokens) => matchToken(token, live, options())?.id

/** A store with the token of `local.settings.json`, and the tenant's empty table unless the test does without. */
function storeWith(tokens: Record<string, string>, now?: () => number) {
  return localStore({ tokens: new Map(Object.entries(tokens)), open, ...(now !== undefined && { now }) })
}

let made = 0
/** A tenant of its own, with its table. */
async function newOwner(): Promise<TokenOwner> {
  const owner = { slug: `made${(made += 1)}`, generation: 1 }
  await tables.create(tableOf(owner))
  return owner
}

describe('the tokens of local.settings.json', () => {
  test('open their tenant, whatever its generation, before it has a table', async () => {
    const store = storeWith({ contoso: 'local-secret' })
    for (const generation of [1, 2]) {
      const known = await store.read({ slug: 'contoso', generation })
      expect(matched('local-secret', known)).toBe('local')
      expect(matched('other', known)).toBeUndefined()
    }
    expect(await store.list(contoso)).toMatchObject([{ id: 'local', label: 'local.settings.json', enabled: true }])
  })

  test.each(['fabrikam', 'constructor', '__proto__', ''])('are none for %j, which is not listed', async (slug) => {
    const store = localStore({ tokens: new Map([['contoso', 'local-secret']]), open: () => open(contoso) })
    expect(await store.read({ slug, generation: 1 })).toEqual({ live: [], dead: [] })
  })

  test('are none for an empty value', async () => {
    expect(await storeWith({ contoso: '' }).read(contoso)).toEqual({ live: [], dead: [] })
  })

  test('that are unresolved Key Vault references are refused at once', () => {
    const reference = '@Microsoft.KeyVault(VaultName=v;SecretName=s)'
    expect(() => storeWith({ contoso: reference })).toThrow(/contoso.*was not resolved/)
  })

  test('are not kept as text', async () => {
    const { live } = await storeWith({ contoso: 'local-secret' }).read(contoso)
    const text = JSON.stringify(live.map((version) => ({ ...version, digest: Buffer.from(version.digest).toString('latin1') })))
    expect(text).not.toContain('local-secret')
  })

  test('can be ended in that file alone', async () => {
    await expect(storeWith({ contoso: 'local-secret' }).disable(contoso, 'local')).rejects.toMatchObject({
      name: 'TokenRefused',
      reason: 'fixed',
    })
  })
})

test('a token is added, shown once, works beside the one before, and is ended; another process knows all of it', async () => {
  const owner = await newOwner()
  const store = storeWith({ [owner.slug]: 'local-secret' })
  const expiresAt = Date.now() + day
  const { value, facts } = await store.add(owner, { label: 'Entra ID', expiresAt, replaces: 'local' })
  expect(value).toMatch(/^rc_[\w-]{43}$/)
  expect(facts).toMatchObject({ label: 'Entra ID', lastFour: value.slice(-4), expiresAt, enabled: true, replaces: 'local' })

  const other = storeWith({ [owner.slug]: 'local-secret' })
  expect((await other.list(owner)).map(({ id }) => id)).toEqual([facts.id, 'local'])
  expect((await other.list(owner))[0]).toEqual(facts)
  const both = await other.read(owner)
  expect([matched(value, both), matched('local-secret', both)]).toEqual([facts.id, 'local'])
  const rows = JSON.stringify(await open(owner).all({ from: '!', before: '~' }))
  expect(rows).toContain(facts.id)
  expect(rows).not.toContain(value)

  await store.disable(owner, facts.id)
  await store.disable(owner, facts.id)
  const after = await other.read(owner)
  expect([matched(value, after), matched('local-secret', after)]).toEqual([undefined, 'local'])
  expect(whyRefused(`Bearer ${value}`, after, options())).toEqual({ reason: 'revoked', lastFour: value.slice(-4) })
  expect((await other.list(owner))[0]).toEqual({ ...facts, enabled: false })
})

test('a token that has expired is dead, and recognised', async () => {
  const owner = await newOwner()
  const clock = { now: Date.now() }
  const store = storeWith({}, () => clock.now)
  const { value } = await store.add(owner, { label: 'short', expiresAt: clock.now + day })
  clock.now += day
  const known = await store.read(owner)
  expect(known.live).toEqual([])
  expect(whyRefused(`Bearer ${value}`, known, { now: clock.now, revoked: new Set() })?.reason).toBe('expired')
})

test('a sixth live token is refused with the way out; ending one makes room', async () => {
  const owner = await newOwner()
  const store = storeWith({ [owner.slug]: 'local-secret' })
  const add = (label: string) => store.add(owner, { label, expiresAt: Date.now() + day })
  const second = await add('second')
  for (const label of ['third', 'fourth', 'fifth']) await add(label)
  await expect(add('sixth')).rejects.toMatchObject({
    name: 'TokenRefused',
    reason: 'tooMany',
    message: 'The tenant has 5 live tokens, and no more can be used: revoke one first.',
  })
  await store.disable(owner, second.facts.id)
  const { value } = await add('sixth')
  expect(matched(value, await store.read(owner))).toBeDefined()
})

test.each(['', 'local', 'x', 'a!b', '0'.repeat(32)])('the id %j that the tenant does not have cannot be ended', async (id) => {
  const owner = await newOwner()
  await expect(storeWith({}).disable(owner, id)).rejects.toMatchObject({ name: 'TokenRefused', reason: 'unknown' })
})

test('tokens of one tenant and generation are not those of another', async () => {
  const [owner, stranger] = [await newOwner(), await newOwner()]
  const store = storeWith({})
  const { value, facts } = await store.add(owner, { label: 'mine', expiresAt: Date.now() + day })
  expect(matched(value, await store.read(stranger))).toBeUndefined()
  expect(await store.read({ ...owner, generation: 2 })).toEqual({ live: [], dead: [] })
  await expect(store.disable(stranger, facts.id)).rejects.toMatchObject({ reason: 'unknown' })
})
