import { accessKeys } from '../../shared/directory/documents/access-facts'
import { indexKeys, readDocument, type Document } from '../../shared/directory/documents/document'
import { matchingEntries, type MatchingAttribute } from '../../shared/directory/query/matching'
import type { ResourceType } from '../../shared/scim/schema/schema'
import { HEAD_KEY, INDEX_HEAD_KEY, lastPart } from '../../shared/storage/keys'
import type { Row, Table } from '../../shared/storage/table'
import { groupType, userType } from '../../shared/scim/schema/schemas'

/**
 * Walks a tenant's table and says what breaks its invariants: a membership without its other direction or without both
 * anchors, an index row that no document calls for, one that is missing, a document without anchor, counts that are off. With
 * matching also a document that is not indexed by these attributes, or by another one. Empty when all is well; rows of a
 * purge under way are well, too.
 */
export async function brokenInvariants(table: Table, matching?: readonly MatchingAttribute[]): Promise<string[]> {
  const rows: Rows = new Map((await table.all({ from: '!', before: '~' })).map((row) => [row.key, row]))
  const unmatched = matching === undefined ? [] : wronglyIndexed(rows, matching)
  return [...brokenMemberships(rows), ...brokenDocuments(rows), ...brokenIndexes(rows), ...unmatched, ...wrongCounts(rows)]
}

type Rows = ReadonlyMap<string, Row>

const hasTombstone = (rows: Rows, id: string) => rows.has(`d!${id}`)

function brokenMemberships(rows: Rows): string[] {
  const anchored = (id: string) => rows.has(`r!${id}`) || hasTombstone(rows, id)
  const dangling = keysOf(rows, 'm!').flatMap((key) => {
    const [, group = '', id = ''] = key.split('!')
    const twin = rows.has(`r!${id}!${group}`) ? [] : [`${key} has no other direction`]
    return anchored(group) && anchored(id) ? twin : [...twin, `${key} dangles`]
  })
  const lonely = keysOf(rows, 'r!').flatMap((key) => {
    const [, id = '', group] = key.split('!')
    if (group === undefined) return rows.has(`u!${id}`) || rows.has(`g!${id}`) ? [] : [`${key} anchors nothing`]
    return rows.has(`m!${group}!${id}`) ? [] : [`${key} has no other direction`]
  })
  return [...dangling, ...lonely]
}

function brokenDocuments(rows: Rows): string[] {
  return [...keysOf(rows, 'u!'), ...keysOf(rows, 'g!')].flatMap((key) => {
    const id = lastPart(key)
    if (rows.get(key)?.values['deleted'] === true) return hasTombstone(rows, id) ? [] : [`${key} is deleted without a tombstone`]
    return rows.has(`r!${id}`) ? [] : [`${key} has no anchor`]
  })
}

function brokenIndexes(rows: Rows): string[] {
  const wanted = new Set(
    [userType, groupType].flatMap((type) =>
      documentsOf(rows, type).flatMap((document) =>
        [...indexKeys(type, document), ...accessKeys(document.access)].map((key) => `${key} ${document.id}`),
      ),
    ),
  )
  const indexRows = keysOf(rows, 'x!').filter((key) => key !== INDEX_HEAD_KEY)
  const held = new Set(indexRows.map((key) => `${key} ${String(rows.get(key)?.values['id'])}`))
  return [
    ...[...wanted].filter((key) => !held.has(key)).map((key) => `index row ${key} is missing`),
    ...[...held].filter((key) => !wanted.has(key)).map((key) => `index row ${key} is left over`),
  ]
}

function wronglyIndexed(rows: Rows, matching: readonly MatchingAttribute[]): string[] {
  return [groupType, userType].flatMap((type) =>
    documentsOf(rows, type).flatMap(({ id, attributes, indexed }) => {
      const wanted = matchingEntries(type, attributes, matching).join(' ')
      return wanted === indexed.join(' ') ? [] : [`${id} is indexed by "${indexed.join(' ')}" instead of "${wanted}"`]
    }),
  )
}

/** The head's counts with what the records in the outbox add, against the documents. */
function wrongCounts(rows: Rows): string[] {
  return [userType, groupType].flatMap((type) => {
    const name = type.name.toLowerCase()
    const steps = keysOf(rows, 'p!').map((key) => String(rows.get(key)?.values['type']))
    const created = steps.filter((step) => step === `${name}.created`).length
    const deleted = steps.filter((step) => step === `${name}.deleted`).length
    const counted = Number(rows.get(HEAD_KEY)?.values[`${name}s`] ?? 0) + created - deleted
    const live = documentsOf(rows, type).length
    return counted === live ? [] : [`${counted} ${name}s counted, there are ${live}`]
  })
}

function documentsOf(rows: Rows, type: ResourceType): Document[] {
  const documents = keysOf(rows, type === userType ? 'u!' : 'g!').map((key) => rows.get(key))
  return documents.map((row) => row && readDocument(row)).filter((document) => document !== undefined)
}

const keysOf = (rows: Rows, prefix: string) => [...rows.keys()].filter((key) => key.startsWith(prefix))

/** Every change by its number, oldest first, as the feed tells it. */
export async function feedOf(table: Table): Promise<Row[]> {
  return [...(await table.all({ from: 'f!', before: 'f"' }))]
}

/** Waits until the service's own follower has purged everything that was deleted and numbered every record. */
export async function settled(table: Table): Promise<void> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const outbox = await table.all({ from: `${HEAD_KEY}0`, before: 'p"' }, { limit: 1 })
    const tombstones = await table.all({ from: 'd!', before: 'd"' }, { limit: 1 })
    if (outbox.length + tombstones.length === 0) return
    if (Date.now() > deadline) throw new Error('The follower has not finished within 20 s.')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
