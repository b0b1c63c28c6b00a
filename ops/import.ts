import { PRODUCT_KEYS } from '../shared/credentials/sign-in/key-rows'
import { fromChunks, mergedChunks, toChunks } from '../shared/storage/chunks'
import { AUDIT, SETTINGS_KEY } from '../shared/storage/keys'
import { isTableMissing, prefixRange, type Action, type Range, type Row, type Table, type Values } from '../shared/storage/table'
import { readEntry, TENANTS_TABLE, type TenantStorage } from '../shared/tenants/registry'
import { directorySignIn, type DirectorySignIn } from '../shared/tenants/directory-sign-in'
import { readSettings, tenantTable } from '../shared/tenants/tenant'
import { batches } from './batches'
import { checkSlug, CONNECTION_FLAGS, connectStorage, readArguments, type Io } from './connection'
import { fileOf, readManifest, type ExportedTenant } from './manifest'
import { OperatorError } from './operator-error'
import { patiently } from './patience'
import { repaired, survey, type Repairs } from './repair'
import { readRows, sha256Of } from './row-file'
import type { Audit } from '../shared/audit/record'
import { commandAudit } from './who'

const FLAGS = {
  ...CONNECTION_FLAGS,
  from: { type: 'string' },
  tenant: { type: 'string' },
  force: { type: 'boolean' },
} as const

const ALL = { from: '!', before: '~' }
const ROWS_DELETED_AT_ONCE = 1000

/**
 * `npm run import`: the tables of an export. Nothing is written before every file has shown the hash of its manifest and
 * every table is known to be empty, or may be emptied.
 * @throws OperatorError and what storage throws
 */
export async function importCommand(argv: readonly string[], io: Io): Promise<void> {
  const { values: flags, positionals } = readArguments(argv, FLAGS)
  if (positionals.length > 0) throw new OperatorError('Give flags only: there is a word that belongs to none.')
  if (flags.from === undefined || flags.from === '') throw new OperatorError('--from is missing: give the folder of an export.')
  const slug = flags.tenant === undefined ? undefined : checkSlug(flags.tenant)
  const { from: folder, force = false } = flags
  const storage = connectStorage(flags, io)
  const tenants = (await readManifest(folder)).tenants.filter((tenant) => slug === undefined || tenant.slug === slug)
  if (tenants.length === 0) throw new OperatorError(`The export in ${folder} does not hold that tenant.`)
  for (const tenant of tenants) await checkFile(folder, tenant)
  for (const tenant of tenants) await checkTarget(storage, tenant, force)
  const { audit, listAudit } = await commandAudit(flags, io)
  for (const tenant of tenants)
    io.print(
      await importTenant(storage, tenant, { folder, audit: audit('data.imported'), listAudit: listAudit('data.imported') }),
    )
}

async function checkFile(folder: string, { slug, sha256 }: ExportedTenant): Promise<void> {
  const found = await sha256Of(fileOf(folder, slug)).catch((error: unknown) => {
    throw new OperatorError(`The file of ${slug} cannot be read; nothing was written.`, { cause: error })
  })
  if (found !== sha256) throw new OperatorError(`The file of ${slug} is not the one that was exported; nothing was written.`)
}

async function checkTarget(storage: TenantStorage, { slug, generation }: ExportedTenant, force: boolean): Promise<void> {
  const entry = await readEntry(storage, slug)
  if (entry !== undefined && entry.generation !== generation) {
    throw new OperatorError(`${slug} is another tenant now than the exported one of that name; nothing was written.`)
  }
  const rows = await rowsIn(storage.open(tenantTable(slug, generation)), 1)
  if (rows.length > 0 && !force) {
    throw new OperatorError(`The table of ${slug} is not empty; --force replaces what is there. Nothing was written.`)
  }
}

async function rowsIn(table: Table, limit: number): Promise<readonly Row[]> {
  try {
    return await patiently(() => table.all(ALL, { limit, select: [] }))
  } catch (error) {
    if (isTableMissing(error)) return []
    throw error
  }
}

/** Answers with a line about what was done. */
async function importTenant(
  storage: TenantStorage,
  tenant: ExportedTenant,
  { folder, audit, listAudit }: { readonly folder: string; readonly audit: Audit; readonly listAudit: Audit },
): Promise<string> {
  const { slug, generation, name, created } = tenant
  const file = fileOf(folder, slug)
  const found = await survey(readRows(file))
  if (found.rows !== tenant.rows || found.settings === undefined) {
    throw new OperatorError(`The file of ${slug} does not hold what its manifest says.`)
  }
  const tableName = tenantTable(slug, generation)
  const table = storage.open(tableName)
  await storage.create(TENANTS_TABLE)
  await storage.create(tableName)
  const current = await patiently(() => table.get(SETTINGS_KEY))
  const signIn = await signInOfNow(slug, table, current)
  const settings = restoredSettings(slug, found.settings.values, { current, signIn })
  const fact = { tenant: slug, subject: slug, label: `export of ${tenant.readFrom}`, after: { rows: found.rows } }
  await commit(table, [audit({ ...fact, tenant: undefined })]) // first: an import that breaks off has emptied the table
  const revoked = await revokedIn(table)
  if (signIn !== undefined) await commit(table, [keptSignIn(signIn)])
  await empty(table, new Set([...revoked, KEPT_SIGN_IN_KEY]))
  await commit(storage.list(), [
    { type: 'upsert', key: slug, values: { g: generation, name, ...(created !== undefined && { created }) } },
    listAudit(fact),
  ])
  const repairs: Repairs = { dropped: 0, added: 0, conflicts: [] }
  const rows = without(revoked, repaired(readRows(file), found, repairs))
  for await (const actions of batches(rows)) await commit(table, actions)
  // Last: a tenant without settings is served to nobody, so half a directory never is.
  const forgotten: Action[] = signIn === undefined ? [] : [{ type: 'delete', key: KEPT_SIGN_IN_KEY }]
  await commit(table, [{ type: 'upsert', key: SETTINGS_KEY, values: settings }, ...forgotten])
  const conflicts = repairs.conflicts.length > 0 ? `, names held by somebody else too: ${repairs.conflicts.join(' ')}` : ''
  return `${slug}: ${found.rows} rows, ${repairs.dropped} left out and ${repairs.added} added by the repair${conflicts}`
}

/**
 * With an epoch above all that instances may have seen. A token that was revoked since the export stays revoked if the old settings are
 * still there, and anyway if it is disabled in the vault.
 */
function restoredSettings(
  slug: string,
  exported: Values,
  { current, signIn }: { readonly current: Row | undefined; readonly signIn: DirectorySignIn | undefined },
): Values {
  const settings = readSettings({ etag: '', values: exported }, slug)
  const now = current && readSettings(current, slug)
  const revoked = [...new Set([...settings.revokedTokens, ...(now?.revokedTokens ?? [])])]
  const epoch = Math.max(settings.tokenEpoch, now?.tokenEpoch ?? 0) + 1
  // An export taken while people were indexed holds some without their rows: the job looks at all of them again.
  const matching = toChunks(JSON.stringify(settings.matching.map((one) => ({ ...one, ready: false }))), 'matching')
  const kept = JSON.stringify(signIn ?? { ...settings.directorySignIn, secrets: [], trusts: [] })
  return { ...exported, epoch, revoked: JSON.stringify(revoked), ...matching, ...mergedChunks(exported, kept, 'directorySignIn') }
}

/** What holds until the settings are there again: an import that breaks off has removed those. */
const KEPT_SIGN_IN_KEY = 't!import'

const keptSignIn = (signIn: DirectorySignIn): Action => ({
  type: 'upsert',
  key: KEPT_SIGN_IN_KEY,
  values: toChunks(JSON.stringify(signIn)),
})

/**
 * By what the directory signs in now, whatever the export says: what was made since goes on to work, and what was deleted or switched off
 * since does not come back. Undefined where nothing says it: then no client secret and no trusted identity comes back.
 */
async function signInOfNow(slug: string, table: Table, current: Row | undefined): Promise<DirectorySignIn | undefined> {
  if (current !== undefined) return readSettings(current, slug).directorySignIn
  const kept = await patiently(() => table.get(KEPT_SIGN_IN_KEY))
  return kept && directorySignIn.parse(JSON.parse(fromChunks(kept.values)))
}

/**
 * Keys of the product that are revoked now: they stay as they are, so that no export gives them back, and no import that ends in
 * the middle forgets them.
 */
async function revokedIn(table: Table): Promise<ReadonlySet<string>> {
  try {
    const rows = await patiently(() => table.all(PRODUCT_KEYS, { select: ['revoked'] }))
    return new Set(rows.flatMap(({ key, values }) => (values['revoked'] === undefined ? [] : [key])))
  } catch (error) {
    if (isTableMissing(error)) return new Set()
    throw error
  }
}

async function* without<T extends { readonly key: string }>(keys: ReadonlySet<string>, rows: AsyncIterable<T>) {
  for await (const row of rows) if (!keys.has(row.key)) yield row
}

/**
 * All but what stays, and but the audit's records: what was done since the export was done all the same. The settings go first, so that
 * nobody is served what is half gone.
 */
async function empty(table: Table, staying: ReadonlySet<string>): Promise<void> {
  if ((await patiently(() => table.get(SETTINGS_KEY))) !== undefined) await remove(table, [SETTINGS_KEY])
  const records = prefixRange(AUDIT)
  await emptyRange(table, { from: ALL.from, before: records.from }, staying)
  await emptyRange(table, { from: records.before, before: ALL.before }, staying)
}

async function emptyRange(table: Table, range: Range, staying: ReadonlySet<string>): Promise<void> {
  for (;;) {
    const found = await patiently(() => table.all(range, { limit: ROWS_DELETED_AT_ONCE + staying.size, select: [] }))
    const rows = found.filter(({ key }) => !staying.has(key))
    if (rows.length === 0) return
    for (let i = 0; i < rows.length; i += 100) {
      await remove(
        table,
        rows.slice(i, i + 100).map((row) => row.key),
      )
    }
  }
}

/** One after the other when one of them has gone: an answer was lost, or the service still runs. */
async function remove(table: Table, keys: readonly string[]): Promise<void> {
  const actions = keys.map((key): Action => ({ type: 'delete', key }))
  const outcome = await patiently(() => table.commit(actions))
  if (!outcome.ok) for (const action of actions) await patiently(() => table.commit([action]))
}

async function commit(table: Table, actions: readonly Action[]): Promise<void> {
  const outcome = await patiently(() => table.commit(actions))
  if (!outcome.ok) throw new Error(`Storage refused rows that nothing speaks against: ${outcome.reason}.`)
}
