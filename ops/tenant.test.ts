import { randomBytes } from 'node:crypto'
import { bearerToken, matchToken } from '../shared/credentials/tokens/bearer'
import { tokenCache } from '../shared/credentials/tokens/token-cache'
import { vaultTokens } from '../shared/credentials/vault/vault-tokens'
import { connectTables } from '../shared/storage/connect'
import { createMeter } from '../shared/storage/meter'
import { deleteTenant } from '../shared/tenants/lifecycle'
import { readEntry, readTenant, type TenantStorage } from '../shared/tenants/registry'
import { startVaultServer, type VaultServer } from '../tests/support/vault-server'
import { readAudit } from '../shared/audit/read-audit'
import { run } from './cli'

/** The operator's commands, and the service's own way of reading what they wrote. */

let vault: VaultServer
beforeEach(async () => {
  vault = await startVaultServer({ pageSize: 2 })
})
afterEach(() => vault.close())

const TABLES_CONNECTION_STRING = process.env['TEST_TABLES_CONNECTION_STRING'] ?? ''
const tables = connectTables({ connectionString: TABLES_CONNECTION_STRING })
const storage: TenantStorage = {
  list: () => tables.open('tenants', createMeter()),
  open: (table) => tables.open(table, createMeter()),
  create: (table) => tables.create(table),
  drop: (table) => tables.drop(table),
}
const newSlug = () => `o-${randomBytes(5).toString('hex')}`

async function command(...words: string[]) {
  const lines: string[] = []
  const print = (line: string) => lines.push(line)
  const env = { TABLES_CONNECTION_STRING, KEY_VAULT_URL: vault.url }
  const code = await run(['tenant', ...words], { env, print, printError: print, vault: vault.options })
  const text = lines.join('\n')
  return {
    code,
    text,
    token: /^Secret Token {2}(\S+)$/m.exec(text)?.[1] ?? '',
    version: /^Version {7}([0-9a-f]{32}), expires/m.exec(text)?.[1] ?? '',
  }
}

/** Whether the token opens the tenant, as an instance finds out that read its tokens before and keeps them for hours. */
function instance(slug: string) {
  const cache = tokenCache(vaultTokens(vault.options), { now: () => 0 })
  return async (token: string) => {
    const tenant = await readTenant(storage, slug)
    if (tenant === undefined) return undefined
    const { live } = await cache.versions(tenant, tenant.settings.tokenEpoch)
    const presented = bearerToken(`Bearer ${token}`) ?? ''
    return matchToken(presented, live, { now: Date.now(), revoked: tenant.settings.revokedTokens }) !== undefined
  }
}

test('a tenant is made, rotated and its old token revoked; instances follow by the epoch alone', async () => {
  const slug = newSlug()
  const opens = instance(slug)
  expect(await opens('anything')).toBeUndefined()

  const created = await command('create', slug, '--name', 'Contoso Ltd', '--public-url', 'https://scim.example.com')
  expect(created.code).toBe(0)
  expect(created.text).toContain(`Tenant URL    https://scim.example.com/scim/${slug}\n`)
  expect(created.token).toMatch(/^rc_/)
  expect(await readEntry(storage, slug)).toMatchObject({ slug, generation: 1, name: 'Contoso Ltd' })
  expect(await opens(created.token)).toBe(true)
  expect(await opens(`${created.token}x`)).toBe(false)

  const rotated = await command('rotate', slug)
  expect(rotated.code).toBe(0)
  expect(rotated.text).toContain(`npm run tenant -- revoke ${slug} ${created.version}`)
  expect(rotated.token).not.toBe(created.token)
  expect([await opens(created.token), await opens(rotated.token)]).toEqual([true, true])

  const revoked = await command('revoke', slug, created.version)
  expect(revoked).toMatchObject({ code: 0, text: 'Revoked. Every instance refuses it within 30 seconds.' })
  expect([await opens(created.token), await opens(rotated.token)]).toEqual([false, true])
  // Disabled in the vault as well: an instance that knows nothing of the settings' list refuses it.
  const { live, dead } = await vaultTokens(vault.options)({ slug, generation: 1 })
  expect([live, dead].map((versions) => versions.map(({ id }) => id))).toEqual([[rotated.version], [created.version]])

  const listed = (await command('list')).text
  expect(listed).toContain(`${slug}  "Contoso Ltd"\n  ${rotated.version}  made `)
  expect(listed).toMatch(new RegExp(`${rotated.version} .* live$`, 'm'))
  expect(listed).toMatch(new RegExp(`${created.version} .* revoked$`, 'm'))
  for (const token of [created.token, rotated.token]) expect(listed + revoked.text).not.toContain(token)

  expect((await command('revoke', slug, rotated.version)).text).toContain(`No token of ${slug} is left that works`)
  expect(await opens(rotated.token)).toBe(false)
})

test('a token ends with its days, 365 unless told otherwise, and the list warns a month before', async () => {
  const [slug, short] = [newSlug(), newSlug()]
  const year = await command('create', slug)
  expect(year.text).toContain(`expires ${new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10)}\n`)
  const { live } = await vaultTokens(vault.options)({ slug, generation: 1 })
  expect(Math.abs((live[0]?.expiresAt ?? 0) - Date.now() - 365 * 86_400_000)).toBeLessThan(60_000)
  const month = await command('create', short, '--days', '20')
  const { text } = await command('list')
  expect(text).toMatch(new RegExp(`${month.version} .* live, ends soon: rotate$`, 'm'))
  expect(text).toMatch(new RegExp(`${year.version} .* live$`, 'm'))
})

test('only the five newest tokens count, and rotating says when the oldest goes', async () => {
  const slug = newSlug()
  const first = await command('create', slug)
  for (let i = 0; i < 4; i += 1) expect((await command('rotate', slug)).text).not.toContain('the oldest of these')
  const opens = instance(slug)
  expect(await opens(first.token)).toBe(true)
  expect((await command('rotate', slug)).text).toContain('Only the newest 5 count, so the oldest of these has ended now.')
  expect(await opens(first.token)).toBe(false)
})

test('a tenant that exists is left alone', async () => {
  const slug = newSlug()
  await command('create', slug)
  const before = await readTenant(storage, slug)
  const requests = vault.requests.length
  expect(await command('create', slug, '--name', 'Other')).toMatchObject({
    code: 1,
    text: `The tenant ${slug} exists already; "tenant rotate" gives it another token.`,
  })
  expect(await readTenant(storage, slug)).toEqual(before)
  expect(vault.requests).toHaveLength(requests)
})

test('the slug of a tenant that was deleted is refused before a token is made for it', async () => {
  const slug = newSlug()
  await command('create', slug)
  await deleteTenant(storage, { slug, time: new Date().toISOString() })
  const requests = vault.requests.length
  expect(await command('create', slug)).toMatchObject({
    code: 1,
    text: `The slug ${slug} was a tenant's that was deleted, and slugs never return; choose another.`,
  })
  expect(vault.requests).toHaveLength(requests)
  expect((await command('list')).text).not.toContain(slug)
})

test('without the role to write, nothing is made and the role is named', async () => {
  const slug = newSlug()
  vault.failNext(403, Infinity)
  const { code, text } = await command('create', slug)
  expect(code).toBe(1)
  expect(text).toContain('it needs the role "Key Vault Secrets Officer"')
  expect(await readEntry(storage, slug)).toBeUndefined()
})

test('a vault that is down ends in one sentence, and a revocation is not half done', async () => {
  const slug = newSlug()
  const { version } = await command('create', slug)
  const before = await readTenant(storage, slug)
  vault.failNext(503, Infinity)
  expect(await command('revoke', slug, version)).toMatchObject({ code: 1, text: 'Key Vault answered 503.' })
  expect(await readTenant(storage, slug)).toEqual(before)
})

const HEX = '0'.repeat(32)
test.each([
  [['create'], '"tenant create" takes the slug of the new tenant.'],
  [['create', 'Contoso'], 'A tenant is named by 1 to 40 lower-case letters, digits and inner hyphens.'],
  [['create', '-a'], "Unknown option '-a'."],
  [['create', 'a/b'], 'A tenant is named by 1 to 40 lower-case letters, digits and inner hyphens.'],
  [['create', 'x'.repeat(41)], 'A tenant is named by 1 to 40 lower-case letters, digits and inner hyphens.'],
  [['create', 'fine', '--days', '0'], '--days takes a whole number from 1 to 3650.'],
  [['create', 'fine', '--days', '1e3'], '--days takes a whole number from 1 to 3650.'],
  [['create', 'fine', '--name', 'a\nb'], '--name takes 1 to 100 visible characters.'],
  [['rotate', 'nobody-here'], 'There is no tenant nobody-here; "tenant list" shows them.'],
  [['revoke', 'nobody-here', HEX], 'There is no tenant nobody-here; "tenant list" shows them.'],
  [['revoke', 'nobody-here', 'latest'], 'A version is 32 hex digits; "tenant list" shows them.'],
  [['drop', 'fine'], 'Say list, create, rotate or revoke; --help shows how.'],
  [['constructor'], 'Say list, create, rotate or revoke; --help shows how.'],
])('%j is refused with one sentence', async (words, text) => {
  expect(await command(...words)).toMatchObject({ code: 1, text })
})

test('a version that the tenant does not have cannot be revoked', async () => {
  const slug = newSlug()
  await command('create', slug)
  expect(await command('revoke', slug, HEX)).toMatchObject({
    code: 1,
    text: `The tenant ${slug} has no such version; "tenant list" shows them.`,
  })
})

test.each([
  [{}, 'TABLES_URL is missing: set it, or give --tables-url.'],
  [{ TABLES_URL: 'https://account.table.core.windows.net' }, 'KEY_VAULT_URL is missing: set it, or give --vault-url.'],
  [
    { TABLES_URL: 'http://account', KEY_VAULT_URL: 'https://v.vault.azure.net' },
    'TABLES_URL must be an https URL without a path, such as https://account.table.core.windows.net.',
  ],
])('with the settings %j one sentence says what is missing', async (env, sentence) => {
  const lines: string[] = []
  const print = (line: string) => lines.push(line)
  expect(await run(['tenant', 'list'], { env, print, printError: print })).toBe(1)
  expect(lines).toEqual([sentence])
})

test('each command leaves a record of who ran it', async () => {
  const slug = newSlug()
  const created = await command('create', slug, '--name', 'Contoso Ltd')
  const rotated = await command('rotate', slug)
  await command('revoke', slug, created.version)
  const tenant = await readTenant(storage, slug)
  const records = await readAudit(storage.open(tenant?.table ?? ''), 'tenant', { limit: 10 })
  const by = { kind: 'cli', name: expect.stringMatching(/.+ \(local\)$/) as string }
  expect(records).toMatchObject([
    { action: 'token.revoked', subject: created.version, by },
    { action: 'token.created', subject: rotated.version, by },
    { action: 'token.created', subject: created.version, by },
    { action: 'tenant.created', subject: slug, by },
  ])
  const listed = await readAudit(storage.list(), 'list', { limit: 1000 })
  expect(listed.find(({ tenant: named }) => named === slug)).toMatchObject({ action: 'tenant.created', by })
})
