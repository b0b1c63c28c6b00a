import type { AttributePath } from '../../scim/schema/attribute-path'
import { tooMany } from '../../scim/errors'
import type { Filter } from '../../scim/filter/filter'
import { schemasOf } from '../../scim/resource'
import type { JsonObject } from '../../scim/json'
import type { ResourceType } from '../../scim/schema/schema'
import { compareKeys, sortKey, type SortKey } from '../../scim/filter/sort'
import { anchorKey } from '../../storage/keys'
import { rowCharacters } from '../../storage/page-size'
import { inParallel } from '../../storage/parallel'
import type { DirectoryContext } from '../context'
import { readDocument, type Document, type Found } from '../documents/document'
import { scans } from './gate'
import { readEntries, type Entry, type Listed } from './list'
import { fitting } from './page-fit'
import { mapMatching, MAX_SCANNED } from './query'
import { readCounts, visitRows } from './order-index'

/** The resources of one type that a list is made of. Without a filter: all. Without sortBy: in the order of creation. */
export interface Selection {
  readonly type: ResourceType
  readonly filter: Filter | undefined
  readonly sortBy: AttributePath | undefined
}

/** Where a resource stands in an ordered list. */
export interface Place {
  readonly key: SortKey
  readonly id: string
}

/** A resource in its place; the document too when it was in memory anyway. */
export type Ranked = Place & Entry & { readonly document?: Found }

const PARALLEL_READS = 64

/**
 * All resources of the selections in one total order: by key, then by id, with no value last, or first when descending.
 * @throws ScimError tooMany when more than 10,000 resources would have to be read
 */
export async function rank(
  context: DirectoryContext,
  selections: readonly Selection[],
  descending: boolean,
): Promise<readonly Ranked[]> {
  await refuseLongSort(context, selections)
  const ranked = (await Promise.all(selections.map((selection) => rankedOf(context, selection)))).flat()
  return ranked.sort(comparePlaces(descending))
}

export function comparePlaces(descending: boolean): (a: Place, b: Place) => number {
  const sign = descending ? -1 : 1
  return (a, b) => sign * compareKeys(a.key, b.key) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** The documents of some of the ranked; `taken` as in readEntries. */
export async function readRanked(
  context: DirectoryContext,
  ranked: readonly Ranked[],
): Promise<{ found: readonly Listed[]; taken: number }> {
  const missing = ranked.filter(({ document }) => document === undefined)
  const read = await readEntries(context, missing)
  const left = missing[read.taken]
  const byId = new Map(read.found.map((one) => [one.document.id, one]))
  const sizes = ranked.map(({ id, document }) => (document ?? byId.get(id)?.document)?.characters ?? 0)
  const taken = Math.min(left === undefined ? ranked.length : ranked.indexOf(left), fitting(sizes))
  const found = ranked
    .slice(0, taken)
    .map(({ type, id, document }) => (document === undefined ? byId.get(id) : { type, document }))
    .filter((one) => one !== undefined)
  return { found, taken }
}

/** Told from the counts before anything is read. What a filter may read is bounded where it is answered. */
async function refuseLongSort(context: DirectoryContext, selections: readonly Selection[]): Promise<void> {
  const whole = selections.filter(({ filter }) => filter === undefined)
  if (whole.length === 0) return
  const { totals } = await readCounts(context.table)
  if (whole.reduce((sum, { type }) => sum + totals[type.name], 0) > MAX_SCANNED) throw tooManyToSort()
}

const tooManyToSort = () => tooMany(`More than ${MAX_SCANNED} resources would have to be sorted. Narrow them down with a filter.`)

async function rankedOf(context: DirectoryContext, selection: Selection): Promise<Ranked[]> {
  const { type, filter } = selection
  const keyOf = keyReader(selection)
  const found =
    filter === undefined
      ? await scans(context.tenant, () => keysOfAll(context, type, keyOf))
      : await mapMatching(context, type, filter, rankWith(type, keyOf))
  return type.name === 'Group' && isLastModified(selection.sortBy) ? withAnchors(context, found) : found
}

/** More documents than two pages show, or large ones, are read again, rather than held until the order of all is known. */
const MAX_HELD = 400
const MAX_HELD_CHARACTERS = 1024 * 1024

function rankWith(type: ResourceType, keyOf: (document: Document) => SortKey): (found: Found) => Ranked {
  let [held, characters] = [0, 0]
  return (document) => {
    held += 1
    characters += document.characters
    const place = { type, id: document.id, key: keyOf(document) }
    return held > MAX_HELD || characters > MAX_HELD_CHARACTERS ? place : { ...place, document }
  }
}

function keyReader({ type, sortBy }: Selection): (document: Document) => SortKey {
  if (sortBy === undefined) return ({ created }) => Date.parse(created)
  return (document) => sortKey(sortBy, sortedView(type, document))
}

/** The resource with what is not among its attributes. An address sorts as what stands behind the tenant's. */
function sortedView(type: ResourceType, { id, attributes, created, lastModified }: Document): JsonObject {
  const location = `${type.endpoint}/${id}`
  const meta = { resourceType: type.name, created, lastModified, location }
  return { ...attributes, schemas: schemasOf(type, attributes), id, meta }
}

async function keysOfAll(
  context: DirectoryContext,
  type: ResourceType,
  keyOf: (document: Document) => SortKey,
): Promise<Ranked[]> {
  const ranked: Ranked[] = []
  await visitRows(context.table, type, undefined, (row) => {
    context.work.spend('characters', rowCharacters(row))
    const document = readDocument(row)
    if (document !== undefined) ranked.push({ type, id: document.id, key: keyOf(document) })
    if (ranked.length > MAX_SCANNED) throw tooManyToSort()
  })
  return ranked
}

const isLastModified = (path: AttributePath | undefined) =>
  path?.kind === 'attribute' && path.attribute.name === 'meta' && path.sub?.name === 'lastModified'

/** A change of members is a change of the group that its document does not know of. */
async function withAnchors(context: DirectoryContext, ranked: readonly Ranked[]): Promise<Ranked[]> {
  return inParallel(ranked, PARALLEL_READS, async (one) => {
    const anchor = one.document?.anchor ?? (await context.table.get(anchorKey(one.id)))
    const touched = anchor?.values['m']
    const touchedMs = typeof touched === 'string' ? Date.parse(touched) : 0
    return { ...one, key: Math.max(Number(one.key), touchedMs) }
  })
}
