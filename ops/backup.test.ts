import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../shared/config'
import { addProductKey, listProductKeys, revokeProductKey } from '../shared/credentials/sign-in/key-rows'
import { addLink, listLinks } from '../shared/credentials/sign-in/link-rows'
import type { DirectoryContext } from '../shared/directory/context'
import { deleteResource } from '../shared/directory/deletion/delete'
import { createResource } from '../shared/directory/documents/create'
import { updateResource } from '../shared/directory/documents/update'
import { follow } from '../shared/feed/follow'
import { inCommitOrder } from '../shared/feed/sequencer'
import { listHealth, putListed } from '../shared/monitoring/health/listed'
import { groupType, userType } from '../shared/scim/schema/schemas'
import { createServices } from '../shared/app/services'
import { connectTables } from '../shared/storage/connect'
import { HEAD_KEY, lastPart, SETTINGS_KEY } from '../shared/storage/keys'
import { createMeter } from '../shared/storage/meter'
import type { Row, Table } from '../shared/storage/table'
import type { DirectorySignIn } from '../shared/tenants/directory-sign-in'
import { announceTokens, changeOne, readTenant, type TenantStorage } from '../shared/tenants/registry'
import { tenantTable } from '../shared/tenants/tenant'
import { startAzurite } from '../tests/support/azurite'
import { brokenInvariants, feedOf } from '../tests/support/check-table'
import { startFaultProxy, type FaultProxy } from '../tests/support/fault-proxy'
import { filtered, startService, type TestService, type TestTenant } from '../tests/support/service'
import { testKeys } from '../tests/support/keys'
import { until } from '../tests/support/super-tenant'
import { readAudit } from '../shared/audit/read-audit'
import { auditor } from '../shared/audit/record'
import { run } from './cli'
import { readRows, type ExportedRow } from './row-file'
import { newWork } from '../shared/scim/work'
import { followed } from '../tests/support/followed'

/** Rows are lost with their table, and come back from an export. */

let folder: string
let proxy: FaultProxy
jest.setTimeout(120_000) // processes of their own, on machines that do other things

let service: TestService

beforeAll(async () => {
  // Of its own, since an export without --tenant reads every tenant there is.
  process.env['TEST_TABLES_CONNECTION_STRING'] = await startAzurite()
  service = await startService()
  proxy = await startFaultProxy(connectionString())
  folder = await mkdtemp(join(tmpdir(), 'rollcall-'))
})
afterEach(() => {
  proxy.calm()
})
afterAll(async () => {
  await service.close()
  await proxy.close()
  await rm(folder, { recursive: true })
})

const connectionString = () => process.env['TEST_TABLES_CONNECTION_STRING'] ?? ''
const newFolder = () => join(folder, randomBytes(4).toString('hex'))
const tables = () => connectTables({ connectionString: connectionString() })
const drop = (tenant: TestTenant) => tables().drop(tenantTable(tenant.slug, 1))
const storage = (): TenantStorage => ({
  list: () => tables().open('tenants', createMeter()),
  open: (table) => tables().open(table, createMeter()),
  create: (table) => tables().create(table),
  drop: (table) => tables().drop(table),
})

async function command(...words: string[]): Promise<{ code: number; text: string }> {
  return commandVia(connectionString(), ...words)
}

async function commandVia(connection: string, ...words: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = []
  const print = (line: string) => lines.push(line)
  const code = await run(words, { env: { TABLES_CONNECTION_STRING: connection }, print, printError: print })
  return { code, text: lines.join('\n') }
}

const contextOf = (table: Table): DirectoryContext => ({
  table,
  types: { User: userType, Group: groupType },
  now: () => new Date(),
  work: newWork(),
  tenant: 'none',
  keys: testKeys,
  matching: [],
})

const EXTENSION = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const personOf = (i: number, manager?: string) => ({
  userName: `person${i}@contoso.com`,
  externalId: `e${i}`,
  displayName: i === 3 ? 'Line\u2028separator, naïve 😀' : `Person ${i}`,
  active: i % 7 !== 0,
  emails: [{ type: 'work', value: `Person${i}@contoso.com` }],
  // A whole number, a fraction, one beyond 32 bits, text of digits.
  [EXTENSION]: { level: i, share: i / 8, big: 2 ** 40 + i, digits: `${i}`, remote: i % 2 === 0 },
  ...(manager !== undefined && { [ENTERPRISE]: { department: 'IT', manager: { value: manager } } }),
})

/** 150 people, six groups; numbered records and an outbox; the purge of a group of 120 under way. */
async function populate(tenant: TestTenant): Promise<{ users: string[]; groups: string[] }> {
  expect((await tenant.send('GET', '/Users?count=1')).status).toBe(200) // makes the tenant
  const context = contextOf(tenant.table())
  const users: string[] = []
  for (let i = 0; i < 150; i += 1) users.push((await createResource(context, userType, personOf(i, users[0]))).id)
  const groups: string[] = []
  for (const [i, count] of [150, 40, 1, 0, 120, 5].entries()) {
    const attributes = { displayName: `Group ${i % 5}`, externalId: `g${i}` }
    groups.push((await createResource(context, groupType, attributes, users.slice(0, count))).id)
  }
  await updateResource(context, groupType, groups[3]!, {
    attributes: (same) => same,
    members: [{ op: 'add', ids: [groups[1]!] }],
  })
  await deleteResource(context, userType, users[149]!)
  await follow(context, 60_000)
  for (const id of users.slice(0, 60)) {
    const title = `Engineer ${id.slice(0, 4)}`
    await updateResource(context, userType, id, { attributes: (before) => ({ ...before, title }), members: [] })
  }
  await createResource(context, userType, personOf(500))
  await deleteResource(context, groupType, groups[4]!)
  return { users, groups }
}

/** What a client sees of the directory. */
async function answers(tenant: TestTenant, { users, groups }: { users: string[]; groups: string[] }): Promise<unknown[]> {
  const paths = [
    '/Users?count=200',
    '/Users?count=50&startIndex=101',
    '/Groups?count=200',
    '/Users' + filtered('userName eq "PERSON7@contoso.com"'),
    '/Users' + filtered('externalId eq "e3"'),
    '/Users' + filtered('emails.value eq "person9@CONTOSO.com"'),
    '/Users' + filtered(`groups.value eq "${groups[1]!}"`),
    '/Groups' + filtered(`members.value eq "${users[3]!}"`, '&excludedAttributes=members'),
    '/Groups' + filtered('displayName eq "group 0"'),
    ...groups.map((id) => `/Groups/${id}`),
    ...users.slice(0, 5).map((id) => `/Users/${id}?attributes=userName,groups,${EXTENSION}`),
    `/Users/${users[149]!}`,
  ]
  const seen: unknown[] = []
  for (const path of paths) {
    const { status, headers, body } = await tenant.send('GET', path)
    seen.push([path, status, headers.get('etag'), body])
  }
  return seen
}

const epochOf = async (tenant: TestTenant) => (await tenant.table().get(SETTINGS_KEY))?.values['epoch']

test('a directory that was exported, lost and imported answers as before', async () => {
  const tenant = service.tenant(0)
  const table = tenant.table()
  const people = await populate(tenant)
  const before = await answers(tenant, people)
  const settings = (await readTenant(storage(), tenant.slug))!.settings
  const outbox = (await table.all({ from: `${HEAD_KEY}0`, before: 'p"' })).map((row) => row)
  const records = [
    ...(await feedOf(table)).map((row) => row.values['w']),
    ...inCommitOrder(outbox).map((row) => lastPart(row.key)),
  ]
  expect(outbox).toHaveLength(62)
  expect(await table.all({ from: 'd!', before: 'd"' })).toHaveLength(1)

  const out = newFolder()
  expect(await command('export', '--out', out, '--tenant', tenant.slug)).toMatchObject({ code: 0 })
  expect((await stat(join(out, `${tenant.slug}.ndjson.gz`))).mode & 0o077).toBe(0)
  await drop(tenant)
  expect(await command('import', '--from', out)).toEqual({
    code: 0,
    text: expect.stringMatching(new RegExp(`^${tenant.slug}: \\d+ rows, 0 left out and 0 added by the repair$`)) as string,
  })

  expect(await answers(tenant, people)).toEqual(before)
  expect(await brokenInvariants(table)).toEqual([])
  const feed = await feedOf(table)
  expect(feed.map((row) => row.values['w'])).toEqual(records)
  expect(feed.map((row) => Number(lastPart(row.key)))).toEqual(records.map((_, i) => i + 1))
  expect((await table.get(HEAD_KEY))?.values['seq']).toBe(records.length)
  const restored = (await readTenant(storage(), tenant.slug))!.settings
  expect(restored.tokenEpoch).toBeGreaterThan(settings.tokenEpoch)

  await follow(contextOf(table), 60_000)
  expect(await table.all({ from: 'd!', before: 'd"' })).toEqual([])
  expect(await brokenInvariants(table)).toEqual([])
  expect((await tenant.send('POST', '/Users', personOf(7))).status).toBe(409)
  expect((await tenant.send('POST', '/Users', personOf(900))).status).toBe(201)
})

test('rows stand in the file in key order, with the types that storage knows, and without setup links', async () => {
  const tenant = service.tenant(1)
  await tenant.send('GET', '/Users')
  const values = { text: '1', int: 1, negative: -2147483648, wide: 2147483648, fraction: 0.1, yes: true, empty: '' }
  const link = { role: 'admin', label: 'Contoso IT', digest: 'd'.repeat(64) }
  await tenant.table().commit([{ type: 'create', key: 'zz!', values }])
  await tenant.table().commit([{ type: 'create', key: `h!${'0'.repeat(32)}`, values: link }])
  const out = newFolder()
  await command('export', '--out', out, '--tenant', tenant.slug)
  const rows: ExportedRow[] = []
  for await (const row of readRows(join(out, `${tenant.slug}.ndjson.gz`))) rows.push(row)
  const keys = rows.map((row) => row.key)
  expect(keys).toEqual([...keys].sort())
  expect(keys.filter((key) => key.startsWith('h!'))).toEqual([])
  expect(rows.at(-1)?.values).toEqual(values)
  await drop(tenant)
  await command('import', '--from', out)
  expect((await tenant.table().get('zz!'))?.values).toEqual(values)
})

test('what is written while the export reads leaves no contradiction behind', async () => {
  const tenant = service.tenant(2)
  const { users, groups } = await populate(tenant)
  const context = contextOf(tenant.table())
  const member = (op: 'add' | 'remove', id: string) =>
    updateResource(context, groupType, groups[0]!, { attributes: (same) => same, members: [{ op, ids: [id] }] })
  let pages = 0
  proxy.before({ method: 'GET', path: 'RowKey ge', times: 100 }, async () => {
    pages += 1
    const fresh = await createResource(context, userType, personOf(1000 + pages))
    await member('add', fresh.id)
    await member('remove', users[pages]!)
    await deleteResource(context, userType, users[20 + pages]!)
    await updateResource(context, userType, users[40 + pages]!, {
      attributes: (same) => ({ ...same, userName: `renamed${pages}` }),
      members: [],
    })
    const group = await createResource(context, groupType, { displayName: `New ${pages}` }, [users[100]!])
    if (pages % 2 === 0) await deleteResource(context, groupType, group.id)
    if (pages === 2) await deleteResource(context, groupType, groups[1]!)
    await follow(context, 60_000)
  })
  const out = newFolder()
  expect((await commandVia(proxy.connectionString, 'export', '--out', out, '--tenant', tenant.slug)).code).toBe(0)
  expect(pages).toBeGreaterThan(3)
  const known = new Set((await feedOf(tenant.table())).map((row) => row.values['w']))
  await drop(tenant)
  const imported = await command('import', '--from', out)
  expect(imported.text).toMatch(/rows, [1-9]\d* left out and [1-9]\d* added by the repair$/)
  expect(await brokenInvariants(tenant.table())).toEqual([])
  const feed = await feedOf(tenant.table())
  expect(feed.map((row) => Number(lastPart(row.key)))).toEqual(feed.map((_, i) => i + 1))
  expect(feed.filter((row) => !known.has(String(row.values['w'])))).toEqual([])
})

test('throttling in the middle is waited out, by export and import alike', async () => {
  const tenant = service.tenant(3)
  await tenant.send('POST', '/Users', personOf(1))
  const out = newFolder()
  proxy.busy(3, { retryAfter: '1', match: { path: 'RowKey ge' } })
  expect((await commandVia(proxy.connectionString, 'export', '--out', out, '--tenant', tenant.slug)).code).toBe(0)
  await drop(tenant)
  proxy.loseAnswer({ path: '$batch' })
  proxy.busy(3, { retryAfter: '1', match: { path: '$batch' } })
  expect((await commandVia(proxy.connectionString, 'import', '--from', out)).code).toBe(0)
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

/** The rest changes by itself: the service that serves the tenant follows it as well. */
const isNotFollowed = ({ key }: Row) => /^[ugrmxt]!/.test(key)

describe('an import is refused before anything is written', () => {
  let out: string
  let tenant: TestTenant
  beforeEach(async () => {
    tenant = service.tenant(4)
    await storage().create(tenantTable(tenant.slug, 1))
    await tenant.send('POST', '/Users', personOf(1))
    out = newFolder()
    expect((await command('export', '--out', out, '--tenant', tenant.slug)).code).toBe(0)
  })
  const file = () => join(out, `${tenant.slug}.ndjson.gz`)

  test.each<[string, () => Promise<void>, RegExp]>([
    ['a changed byte', () => changeByte(file()), /is not the one that was exported; nothing was written\.$/],
    ['a file cut short', () => truncate(file(), 100), /is not the one that was exported; nothing was written\.$/],
    ['a missing file', () => rm(file()), /cannot be read; nothing was written\.$/],
    ['a missing manifest', () => rm(join(out, 'manifest.json')), /holds no finished export/],
    ['a damaged manifest', () => truncate(join(out, 'manifest.json'), 50), /is damaged or of another version\.$/],
  ])('with %s', async (_, damage, sentence) => {
    await damage()
    await drop(tenant)
    expect(await command('import', '--from', out)).toEqual({ code: 1, text: expect.stringMatching(sentence) as string })
    await expect(tenant.table().get(SETTINGS_KEY)).rejects.toThrow(/TableNotFound|does not exist/)
    await storage().create(tenantTable(tenant.slug, 1))
  })

  test('when the manifest promises other rows than the file has', async () => {
    const manifest = await readFile(join(out, 'manifest.json'), 'utf8')
    await writeFile(join(out, 'manifest.json'), manifest.replace(/"rows": \d+/, '"rows": 1'))
    await drop(tenant)
    expect(await command('import', '--from', out)).toMatchObject({ code: 1 })
    await expect(tenant.table().get(SETTINGS_KEY)).rejects.toThrow(/TableNotFound|does not exist/)
    await storage().create(tenantTable(tenant.slug, 1))
  })

  test('into a table that is not empty', async () => {
    const stored = async () => (await tenant.table().all({ from: '!', before: '~' })).filter(isNotFollowed)
    const before = await stored()
    expect(await command('import', '--from', out)).toEqual({
      code: 1,
      text: `The table of ${tenant.slug} is not empty; --force replaces what is there. Nothing was written.`,
    })
    expect(await stored()).toEqual(before)
  })

  test('of a tenant that the export does not hold', async () => {
    expect(await command('import', '--from', out, '--tenant', 'nobody')).toMatchObject({ code: 1 })
  })
})

async function changeByte(path: string): Promise<void> {
  const bytes = await readFile(path)
  bytes[bytes.length - 20]! ^= 1
  await writeFile(path, bytes)
}

test('--force replaces what is there; a token revoked since the export stays revoked', async () => {
  const tenant = service.tenant(5)
  await tenant.send('POST', '/Users', personOf(1))
  const out = newFolder()
  await command('export', '--out', out, '--tenant', tenant.slug)
  await announceTokens(storage(), (await readTenant(storage(), tenant.slug))!, { revoked: 'f'.repeat(32) })
  await announceTokens(storage(), (await readTenant(storage(), tenant.slug))!)
  const epoch = await epochOf(tenant)
  for (let i = 2; i < 30; i += 1) await tenant.send('POST', '/Users', personOf(i))
  expect((await command('import', '--from', out, '--force')).code).toBe(0)
  const { settings } = (await readTenant(storage(), tenant.slug))!
  expect(settings.revokedTokens).toEqual(new Set(['f'.repeat(32)]))
  expect(settings.tokenEpoch).toBeGreaterThan(Number(epoch))
  expect((await tenant.send('GET', '/Users?count=200')).body).toMatchObject({ totalResults: 1 })
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('keys of the product that were revoked since the export open nothing after it comes back, nor does any setup link', async () => {
  const tenant = service.tenant(8)
  await tenant.send('GET', '/Users')
  const table = tenant.table()
  const now = Date.now()
  const ids = ['a', 'b'].map((one) => one.repeat(32)) as [string, string]
  const facts = { label: 'Product', by: 'Olga', createdAt: now, expiresAt: now + 3_600_000 }
  for (const id of ids) {
    await addProductKey(table, { ...facts, id, digest: '0'.repeat(64), lastFour: 'abcd', scopes: ['people:read'] })
    await addLink(table, { ...facts, id, role: 'admin', parent: undefined, singleUse: false, digest: '0'.repeat(64) })
  }
  const out = newFolder()
  await command('export', '--out', out, '--tenant', tenant.slug)
  await revokeProductKey(table, { id: ids[0], now })
  for (const again of [1, 2]) {
    expect([again, (await command('import', '--from', out, '--force')).code]).toEqual([again, 0])
    const keys = (await listProductKeys(table)).map(({ id, revokedAt }) => [id, revokedAt])
    expect(keys.sort()).toEqual([
      [ids[0], now],
      [ids[1], undefined],
    ])
    expect(await listLinks(table)).toEqual([]) // an export holds none
  }
})

test('by what a directory signs in stays as it is, also when an import breaks off; into an empty table no secret comes back', async () => {
  const tenant = service.tenant(10)
  await tenant.send('GET', '/Users')
  const at = { created: new Date().toISOString(), expires: new Date(Date.now() + 3_600_000).toISOString() }
  const secretOf = (one: string) => ({ ...at, id: one.repeat(32), label: one, lastFour: 'abcd', digest: '0'.repeat(64) })
  const trust = {
    id: 'c'.repeat(32),
    label: 'c',
    issuer: 'i',
    subject: 's',
    tenantId: 't',
    audiences: ['a'],
    created: at.created,
  }
  const change = async (make: (held: DirectorySignIn) => DirectorySignIn) => {
    const held = (await readTenant(storage(), tenant.slug))!
    await changeOne(storage(), held, 'directorySignIn', (current) => ({ value: make(current), beside: [] }))
  }
  await change((held) => ({ ...held, secrets: [secretOf('a'), secretOf('b')], trusts: [trust] }))
  const out = newFolder()
  await command('export', '--out', out, '--tenant', tenant.slug)
  await change((held) => ({ ...held, bearer: false, secrets: [secretOf('b'), secretOf('d')], trusts: [] }))
  const restored = async () => (await readTenant(storage(), tenant.slug))!.settings.directorySignIn
  const now = await restored()
  expect((await command('import', '--from', out, '--force')).code).toBe(0)
  expect(await restored()).toEqual(now)
  // As an import leaves it that breaks off behind the settings, which go first.
  await tenant.table().commit([
    { type: 'delete', key: SETTINGS_KEY },
    { type: 'upsert', key: 't!import', values: { j0: JSON.stringify(now) } },
  ])
  expect((await command('import', '--from', out, '--force')).code).toBe(0)
  expect(await restored()).toEqual(now)
  expect(await tenant.table().get('t!import')).toBeUndefined()
  await drop(tenant)
  expect((await command('import', '--from', out)).code).toBe(0)
  expect(await restored()).toMatchObject({ bearer: true, secrets: [], trusts: [] })
})

test('an import takes no record of the audit away, brings those of the export, and leaves one of its own', async () => {
  const tenant = service.tenant(9)
  await tenant.send('GET', '/Users')
  const record = (label: string) =>
    auditor({ action: 'settings.saved', by: { kind: 'operator', name: 'Olga' }, now: () => new Date() })({ label })
  await tenant.table().commit([record('before')])
  const out = newFolder()
  await command('export', '--out', out, '--tenant', tenant.slug)
  await tenant.table().commit([record('since')])
  const read = async () => (await readAudit(tenant.table(), 'tenant', { limit: 10 })).map(({ action, label }) => [action, label])
  expect((await command('import', '--from', out, '--force')).code).toBe(0)
  const imported = ['data.imported', expect.stringMatching(/^export of 20/) as string]
  expect(await read()).toEqual([
    imported,
    ['settings.saved', 'since'],
    ['data.exported', undefined],
    ['settings.saved', 'before'],
  ])
  await drop(tenant)
  expect((await command('import', '--from', out)).code).toBe(0)
  expect(await read()).toEqual([imported, ['data.exported', undefined], ['settings.saved', 'before']])
})

test('what the list of tenants says of the health is judged anew after an import, also where the tenant is as it was', async () => {
  const tenant = service.tenant(7)
  await tenant.send('GET', '/Users')
  const listed = async () => (await listHealth(storage().list())).get(tenant.slug)
  const judge = () => followed(createServices(readConfig()), tenant.slug) // another instance, a minute later
  // What was seen is written within seconds, by whichever instance saw it; from then on the state stays.
  const isOk = async () => (await judge().then(listed))?.state === 'ok'
  expect(await until(isOk, (is) => is)).toBe(true)
  const out = newFolder()
  await command('export', '--out', out, '--tenant', tenant.slug)
  await putListed(storage().list(), tenant.slug, { state: 'failing', since: new Date().toISOString(), likelyQuarantine: true })
  await judge()
  expect(await listed()).toMatchObject({ state: 'failing' }) // which the tenant knows nothing of
  expect((await command('import', '--from', out, '--force')).code).toBe(0)
  await judge()
  expect(await listed()).toMatchObject({ state: 'ok', likelyQuarantine: false })
})

test('without --tenant all are exported, and one without a table is named', async () => {
  const tenant = service.tenant(6)
  await tenant.send('GET', '/Users')
  await storage()
    .list()
    .commit([{ type: 'create', key: 'half-made', values: { g: 1, name: 'Half made' } }])
  const out = newFolder()
  const { code, text } = await command('export', '--out', out)
  expect(code).toBe(1)
  expect(text).toMatch(/have no table of their own: half-made\.$/)
  expect(text).toContain(`${tenant.slug}: `)
  const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as { tenants: { slug: string }[] }
  expect(manifest.tenants.map(({ slug }) => slug)).toContain(tenant.slug)
  expect(await command('export', '--out', out)).toEqual({ code: 1, text: `The folder ${out} is not empty; give a new one.` })
})

test.each([
  [['export'], '--out is missing: give a new folder.'],
  [['import'], '--from is missing: give the folder of an export.'],
  [['export', '--out', 'x', 'y'], 'Give flags only: there is a word that belongs to none.'],
  [['export', '--out', 'x', '--tenant', 'A/B'], 'A tenant is named by 1 to 40 lower-case letters, digits and inner hyphens.'],
])('%j is refused with one sentence', async (words, text) => {
  expect(await command(...words)).toEqual({ code: 1, text })
})
