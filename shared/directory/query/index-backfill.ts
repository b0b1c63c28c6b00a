import type { ResourceType } from '../../scim/schema/schema'
import { INDEX_HEAD_KEY } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Action, type Row, type Values } from '../../storage/table'
import { conflict, done, retryOnConflict, type Attempt } from '../optimistic-retry'
import type { DirectoryContext } from '../context'
import { documentKey, indexKeys, readDocument, type Document } from '../documents/document'
import { matchingEntries, type MatchingAttribute } from './matching'

/** Told once the attributes have rows for every document. May be told twice. */
export type OnIndexed = (attributes: readonly MatchingAttribute[]) => Promise<void>

/**
 * By then nobody creates a document under the old choice any more: settings are up to 30 s old when a request begins, a bulk
 * request goes on for 45 s, and its last write may race for 20 s.
 */
const SETTLED_AFTER_MS = 120_000
const DOCUMENTS_AT_ONCE = 200
const SIDE_BY_SIDE = 16

/** The head of the job as row `x!` holds it: what it works for, since when, and the last document it has seen. */
interface Head {
  readonly target: string
  readonly seen: string
  readonly after: string
  readonly finished: boolean
  readonly etag: string
}

/**
 * Gives every document the rows of the matching attributes that the tenant names now, and takes away those of attributes it
 * no longer names; then tells onIndexed which ones filters may rely on. Begins two minutes after it first saw the choice,
 * begins no page of documents after maxMs, and goes on from there the next time. Repeatable at any point, by any number of
 * workers, beside writers: a document's rows change under its ETag alone, with the note in its row of which it has.
 * Returns whether there is more to do now.
 */
export async function backfillIndexes(context: DirectoryContext, maxMs: number, onIndexed: OnIndexed): Promise<boolean> {
  const started = performance.now()
  let head = await chosenHead(context)
  if (head === undefined) return false
  if (head.finished) {
    await announce(context, onIndexed) // whoever finished may have ended before it was told, or the settings here are older
    return false
  }
  if (context.now().getTime() - Date.parse(head.seen) < SETTLED_AFTER_MS) return false
  do {
    const next = await indexPage(context, head)
    if (next.finished) await announce(context, onIndexed)
    head = await saveHead(context, next)
    if (head === undefined || head.finished) return false // undefined: another worker goes on, or the choice has changed
  } while (performance.now() - started < maxMs)
  return true
}

/** The head of the job for the present choice, begun if need be; undefined when there is nothing to do. */
async function chosenHead(context: DirectoryContext): Promise<Head | undefined> {
  const row = await context.table.get(INDEX_HEAD_KEY)
  if (row === undefined && context.matching.length === 0) return undefined
  const target = targetOf(context.matching)
  const head = row && readHead(row)
  if (head?.target === target) return head
  const seen = context.now().toISOString()
  return saveHead(context, { target, seen, after: '', finished: false, etag: row?.etag ?? '' })
}

/** What identifies a choice of attributes. One that was taken back and named again is another. */
function targetOf(matching: readonly MatchingAttribute[]): string {
  return JSON.stringify(matching.map(({ type, path, since }) => `${type} ${path} ${since}`).sort())
}

async function announce({ matching }: DirectoryContext, onIndexed: OnIndexed): Promise<void> {
  if (matching.some((attribute) => !attribute.ready)) await onIndexed(matching)
}

function readHead({ values, etag }: Row): Head {
  const { target, seen, after, finished } = values
  return { target: String(target), seen: String(seen), after: String(after), finished: finished === true, etag }
}

/** The head as it is stored then; undefined when another worker has changed it. */
async function saveHead({ table }: DirectoryContext, { etag, ...fresh }: Head): Promise<Head | undefined> {
  const values: Values = fresh
  const action: Action =
    etag === '' ? { type: 'create', key: INDEX_HEAD_KEY, values } : { type: 'replace', key: INDEX_HEAD_KEY, values, etag }
  const outcome = await table.commit([action])
  const saved = outcome.ok ? outcome.etags[0] : undefined
  return saved === undefined ? undefined : { ...fresh, etag: saved }
}

/** Works on the documents behind the last one seen: groups, then people. */
async function indexPage(context: DirectoryContext, head: Head): Promise<Head> {
  const isGroups = !head.after.startsWith('u')
  const type = isGroups ? context.types.Group : context.types.User
  const range = prefixRange(isGroups ? 'g' : 'u')
  const from = head.after.length > range.from.length ? `${head.after}!` : range.from
  const rows = await context.table.all({ ...range, from }, { limit: DOCUMENTS_AT_ONCE })
  const documents = rows.map(readDocument).filter((document) => document !== undefined)
  await inParallel(documents, SIDE_BY_SIDE, (document) => indexDocument(context, type, document))
  const last = rows.at(-1)
  if (last !== undefined && rows.length === DOCUMENTS_AT_ONCE) return { ...head, after: last.key }
  return isGroups ? { ...head, after: prefixRange('u').from } : { ...head, finished: true }
}

/** Revision and times stay: clients see no change. */
async function indexDocument(context: DirectoryContext, type: ResourceType, found: Document): Promise<void> {
  await retryOnConflict(async (_, attempts): Promise<Attempt<void>> => {
    const document = attempts === 1 ? found : await reread(context, type, found.id)
    if (document === undefined) return done(undefined) // deleted meanwhile
    const actions = indexActions(context, type, document)
    if (actions.length === 0) return done(undefined)
    const outcome = await context.table.commit(actions)
    return outcome.ok ? done(undefined) : conflict
  })
}

async function reread(context: DirectoryContext, type: ResourceType, id: string): Promise<Document | undefined> {
  const row = await context.table.get(documentKey(type, id))
  return row && readDocument(row)
}

function indexActions({ matching }: DirectoryContext, type: ResourceType, document: Document): Action[] {
  const { id, etag } = document
  const entries = matchingEntries(type, document.attributes, matching)
  if (entries.join(' ') === document.indexed.join(' ')) return []
  const old = indexKeys(type, document)
  const fresh = indexKeys(type, { ...document, indexed: entries })
  return [
    { type: 'merge', key: documentKey(type, id), values: { x: entries.join(' ') }, etag },
    ...[...old].filter((key) => !fresh.has(key)).map((key): Action => ({ type: 'delete', key })),
    ...[...fresh].filter((key) => !old.has(key)).map((key): Action => ({ type: 'upsert', key, values: { id } })),
  ]
}
