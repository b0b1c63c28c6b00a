import { tooMany } from '../scim/errors'
import type { ResourceType } from '../scim/schema'
import { HEAD_KEY } from '../storage/keys'
import { prefixRange, type Row } from '../storage/table'
import type { DirectoryContext } from './context'
import { readDocument, type Document } from './document'
import { readSplit } from './memberships'

/**
 * The keys of all documents of a type, in order. Index paging needs them to find the n-th; they are kept as long as no
 * resource comes or goes, on whichever instance.
 */
export interface Skeleton {
  readonly keys: readonly string[]
  /** Changes whenever a resource comes or goes. */
  readonly version: string
}

/** One tenant's skeletons on this instance, by type. */
export type Skeletons = Map<string, Skeleton>

const MAX_SKELETON_KEYS = 500_000

export interface ListPage {
  readonly documents: readonly Document[]
  readonly total: number
}

/** One page by index: the counts, the keys when they changed, the documents. startIndex is from 1. */
export async function listByIndex(
  context: DirectoryContext,
  type: ResourceType,
  page: { startIndex: number; count: number },
  skeletons: Skeletons,
): Promise<ListPage> {
  const { version, total } = await readCounts(context, type)
  if (page.count === 0) return { documents: [], total }
  const skeleton = await currentSkeleton(context, type, { skeletons, version, total })
  const keys = skeleton.keys.slice(page.startIndex - 1, page.startIndex - 1 + page.count)
  const [first, last] = [keys[0], keys.at(-1)]
  if (first === undefined || last === undefined) return { documents: [], total }
  const rows = await context.table.all({ from: first, before: `${last}!` })
  return { documents: documentsOf(rows), total }
}

/** One page behind a document, in the order of the ids. One trip, whatever the size of the directory. */
export async function listBehind(
  context: DirectoryContext,
  type: ResourceType,
  page: { after: string; count: number },
): Promise<{ documents: readonly Document[]; next: string | undefined }> {
  const range = prefixRange(prefixOf(type))
  const rows = await context.table.all(
    { from: `${range.from}${page.after}${page.after === '' ? '' : '!'}`, before: range.before },
    { limit: page.count + 1 },
  )
  const shown = rows.slice(0, page.count)
  return { documents: documentsOf(shown), next: rows.length > page.count ? shown.at(-1)?.key.slice(2) : undefined }
}

const prefixOf = (type: ResourceType) => (type.name === 'User' ? 'u' : 'g')

const documentsOf = (rows: readonly Row[]) => rows.map(readDocument).filter((document) => document !== undefined)

/**
 * How many resources there are: the counts at the head of the feed and what the records not numbered yet add. The
 * version tells whether any came or went.
 */
async function readCounts(context: DirectoryContext, type: ResourceType): Promise<{ total: number; version: string }> {
  const rows = await context.table.all(prefixRange('p'), { select: ['type', 'seq', 'users', 'groups', 'moves'] })
  const name = type.name.toLowerCase()
  let total = 0
  const pending: string[] = []
  let numbered = '0'
  for (const { key, values } of rows) {
    if (key === HEAD_KEY) {
      total += Number(values[`${name}s`] ?? 0)
      numbered = String(values['moves'] ?? 0)
    } else if (values['type'] === `${name}.created` || values['type'] === `${name}.deleted`) {
      total += values['type'] === `${name}.created` ? 1 : -1
      pending.push(key)
    }
  }
  return { total, version: `${Number(numbered) + pending.length}` }
}

async function currentSkeleton(
  context: DirectoryContext,
  type: ResourceType,
  wanted: { skeletons: Skeletons; version: string; total: number },
): Promise<Skeleton> {
  const held = wanted.skeletons.get(type.name)
  if (held?.version === wanted.version) return held
  if (wanted.total > MAX_SKELETON_KEYS) {
    throw tooMany('The directory is too large for startIndex. Page with cursor (RFC 9865) instead.')
  }
  const rows = await readSplit(context.table, `${prefixOf(type)}!`, ['closed'])
  const keys = rows.filter((row) => row.values['closed'] !== true).map((row) => row.key)
  const skeleton = { keys, version: wanted.version }
  wanted.skeletons.set(type.name, skeleton)
  return skeleton
}
