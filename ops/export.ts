import { mkdir, readdir } from 'node:fs/promises'
import { LINKS } from '../shared/credentials/sign-in/link-rows'
import { CAPTURED, HEAD_KEY, SETTINGS_KEY } from '../shared/storage/keys'
import { isTableMissing, prefixRange, type Action, type Range, type Table } from '../shared/storage/table'
import { listEntries, readEntry, type TenantEntry, type TenantStorage } from '../shared/tenants/registry'
import { tenantTable } from '../shared/tenants/tenant'
import { checkSlug, CONNECTION_FLAGS, connectStorage, readArguments, type Io } from './connection'
import { fileOf, writeManifest, type ExportedTenant } from './manifest'
import { OperatorError } from './operator-error'
import { patiently } from './patience'
import { writeRows, type ExportedRow } from './row-file'
import { commandAudit } from './who'

const FLAGS = { ...CONNECTION_FLAGS, out: { type: 'string' }, tenant: { type: 'string' } } as const

/** `npm run export`: the tables of all tenants, or of one, into a new folder. @throws OperatorError and what storage throws */
export async function exportCommand(argv: readonly string[], io: Io): Promise<void> {
  const { values: flags, positionals } = readArguments(argv, FLAGS)
  if (positionals.length > 0) throw new OperatorError('Give flags only: there is a word that belongs to none.')
  if (flags.out === undefined || flags.out === '') throw new OperatorError('--out is missing: give a new folder.')
  const slug = flags.tenant === undefined ? undefined : checkSlug(flags.tenant)
  const storage = connectStorage(flags, io)
  const entries = await chosen(storage, slug)
  const { audit } = await commandAudit(flags, io)
  await makeFolder(flags.out)
  const tenants: ExportedTenant[] = []
  const broken: string[] = []
  for (const entry of entries) {
    const exported = await exportTenant(storage, entry, { folder: flags.out, record: audit('data.exported')({}) })
    if (exported === undefined) broken.push(entry.slug)
    else {
      tenants.push(exported)
      io.print(`${entry.slug}: ${exported.rows} rows, ${exported.bytes} bytes`)
    }
  }
  await writeManifest(flags.out, { format: 1, tenants })
  if (broken.length > 0) throw new OperatorError(`Exported without those that have no table of their own: ${broken.join(', ')}.`)
}

async function chosen(storage: TenantStorage, slug: string | undefined): Promise<readonly TenantEntry[]> {
  if (slug === undefined) return listEntries(storage)
  const entry = await readEntry(storage, slug)
  if (entry === undefined) throw new OperatorError(`There is no tenant ${slug}; "tenant list" shows them.`)
  return [entry]
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new OperatorError(`The folder ${folder} cannot be made.`, { cause: error })
  })
  if ((await readdir(folder)).length > 0) throw new OperatorError(`The folder ${folder} is not empty; give a new one.`)
}

/** undefined when the tenant has no table. */
async function exportTenant(
  storage: TenantStorage,
  entry: TenantEntry,
  { folder, record }: { readonly folder: string; readonly record: Action },
): Promise<ExportedTenant | undefined> {
  const readFrom = new Date().toISOString()
  try {
    const table = storage.open(tenantTable(entry.slug, entry.generation))
    await patiently(() => table.commit([record])) // before the first row: whoever breaks it off has read
    const facts = await writeRows(fileOf(folder, entry.slug), rowsOf(table))
    return { ...entry, ...facts, readFrom, readUntil: new Date().toISOString() }
  } catch (error) {
    if (isTableMissing(error)) return undefined
    throw error
  }
}

/**
 * Every row in key order, apart from captured requests, which are for a day and for one administrator, and from setup links: one that
 * was revoked since the export must not open the restored tenant.
 */
async function* rowsOf(table: Table): AsyncGenerator<ExportedRow> {
  // Before all others: a record that is numbered meanwhile is then met a second time and not missed.
  const outbox: ExportedRow[] = []
  for await (const row of inRange(table, { from: HEAD_KEY, before: 'p"' })) outbox.push(row)
  yield* inRange(table, { from: '!', before: LINKS.from })
  yield* inRange(table, { from: LINKS.before, before: HEAD_KEY })
  yield* outbox
  const captured = prefixRange(CAPTURED)
  yield* inRange(table, { from: 'p"', before: captured.from })
  yield* inRange(table, { from: captured.before, before: '~' })
}

async function* inRange(table: Table, range: Range): AsyncGenerator<ExportedRow> {
  let next: string | undefined
  do {
    const page = await patiently(() => table.page(range, next === undefined ? {} : { next }))
    for (const row of page.rows) yield row.key === SETTINGS_KEY ? withoutCapture(row) : row
    next = page.next
  } while (next !== undefined)
}

/** Without a capture that is on. */
function withoutCapture(row: ExportedRow): ExportedRow {
  return {
    ...row,
    values: Object.fromEntries(Object.entries(row.values).filter(([name]) => !/^capture\d+$/.test(name))),
  }
}
