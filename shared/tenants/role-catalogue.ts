import type { Action } from '../storage/table'
import { catalogueSchema, defaultCatalogue, type Catalogue } from '../roles/catalogue'
import { CATALOGUE_KEY } from '../storage/keys'
import { fromChunks, toChunks } from '../storage/chunks'
import { withoutTable, type TenantStorage } from './registry'

/** The catalogue as it is stored, in the table of tenants: one for the whole deployment. */
export interface SavedCatalogue extends Catalogue {
  /** Grows with each save, from 1: nobody has saved one. */
  readonly version: number
  /** Absent before the first save. */
  readonly etag?: string
}

/** One trip. */
export async function readCatalogue(storage: TenantStorage): Promise<SavedCatalogue> {
  const row = await withoutTable(() => storage.list().get(CATALOGUE_KEY), undefined)
  if (row === undefined) return { ...defaultCatalogue, version: 1 }
  const catalogue = catalogueSchema.parse(JSON.parse(fromChunks(row.values)))
  return { ...catalogue, version: Number(row.values['version']), etag: row.etag }
}

/** Saves over the one that was read, with rows of the same transaction. Undefined when somebody else has saved meanwhile. */
export async function saveCatalogue(
  storage: TenantStorage,
  read: SavedCatalogue,
  catalogue: Catalogue,
  beside: readonly Action[] = [],
): Promise<SavedCatalogue | undefined> {
  const version = read.version + 1
  const values = { ...toChunks(JSON.stringify(catalogue)), version }
  const list = storage.list()
  const outcome = await list.commit([
    read.etag === undefined
      ? { type: 'create', key: CATALOGUE_KEY, values }
      : { type: 'replace', key: CATALOGUE_KEY, values, etag: read.etag },
    ...beside,
  ])
  const etag = outcome.ok ? outcome.etags[0] : undefined
  return etag === undefined ? undefined : { ...catalogue, version, etag }
}
