import { isActive, roleOf, type DerivedRole } from '../roles/derive'
import { count, newTally, summed, type Preview } from '../roles/preview'
import type { Policy } from '../roles/rules'
import { own } from '../scim/json'
import { anchorKey, lastPart, userKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Range, type Row, type Table } from '../storage/table'
import type { DirectoryContext } from './context'
import { readDocument, type Document } from './document'
import { closedIds } from './read'

/** A person with what the role is derived from. */
export interface Person {
  readonly document: Document
  readonly groupIds: readonly string[]
}

const PARALLEL_READS = 64
const PREVIEWED_AT_ONCE = 200

/** The person's role and its reason under the policy. */
export function derive({ document, groupIds }: Person, policy: Policy): DerivedRole {
  const { lock, staged } = document.access
  return roleOf({ active: isActive(document.attributes), lock, staged, groupIds }, policy)
}

/**
 * Role, reason and groups of each person of a page, in the order given. One trip when their memberships lie side by side, as those
 * of a page in the order of ids do, else one more with a read for each person.
 */
export async function readAccess(
  context: DirectoryContext,
  policy: Policy,
  documents: readonly Document[],
): Promise<(DerivedRole & { readonly id: string; readonly groupIds: readonly string[] })[]> {
  if (documents.length === 0) return []
  const ids = documents.map(({ id }) => id).sort()
  const [closed, range] = await Promise.all([closedIds(context.table), context.table.page(spanOf(ids), { select: ['w'] })])
  const groups = groupsByPerson(range.rows)
  // Of the last person on a full page some rows may be missing, and all of those behind.
  const reached = range.next === undefined ? undefined : ownerOf(range.rows.at(-1)?.key ?? '')
  const missing = reached === undefined ? [] : ids.filter((id) => id >= reached)
  for (const [id, held] of await readGroups(context.table, missing)) groups.set(id, held)
  return documents.map((document) => {
    const groupIds = (groups.get(document.id) ?? []).filter((group) => !closed.has(group))
    return { id: document.id, groupIds, ...derive({ document, groupIds }, policy) }
  })
}

/**
 * The people with these ids who exist. Groups whose DELETE is committed count no more; their marks are read before the
 * memberships, since the job that clears those removes the mark last.
 */
export async function readPeople(context: DirectoryContext, ids: readonly string[]): Promise<Person[]> {
  const closed = await closedIds(context.table)
  const [rows, groups] = await Promise.all([
    inParallel(ids, PARALLEL_READS, (id) => context.table.get(userKey(id))),
    readGroups(context.table, ids),
  ])
  return peopleOf(rows, groups, closed)
}

/** People in the order of their ids. `after` is where the next page begins, undefined behind the last. */
export interface PeoplePage {
  readonly people: readonly Person[]
  /** The ids between which they lie. */
  readonly span: { readonly first: string; readonly last: string } | undefined
  readonly after: string | undefined
}

/** One page of people by id, of those whose id comes after the given one and begins with the prefix. */
export async function readPeoplePage(
  context: DirectoryContext,
  from: { after: string; prefix?: string },
  limit: number,
): Promise<PeoplePage> {
  const { after, prefix = '' } = from
  const range = prefixRange('u')
  const rows = await context.table.all(
    {
      from: after === '' ? range.from + prefix : `${userKey(after)}!`,
      before: prefix === '' ? range.before : `${userKey(prefix)}g`, // ids are hex digits
    },
    { limit },
  )
  const [first, last] = [rows[0], rows.at(-1)].map((row) => row && lastPart(row.key))
  if (first === undefined || last === undefined) return { people: [], span: undefined, after: undefined }
  const closed = await closedIds(context.table)
  const memberships = await context.table.all(spanOf([first, last]), { select: ['w'] })
  const people = peopleOf(rows, groupsByPerson(memberships), closed)
  return { people, span: { first, last }, after: rows.length < limit ? undefined : last }
}

/**
 * What everybody comes to: the whole directory is read, in 16 ranges side by side, a few hundred people in memory at a time. `add`
 * counts a page, never an empty one, into the tally of its range. Returns the tallies in the order of ids. Three trips for a page.
 */
export async function tallyPeople<T>(
  context: DirectoryContext,
  newTally: () => T,
  add: (tally: T, page: PeoplePage) => void | Promise<void>,
): Promise<T[]> {
  const digits = Array.from({ length: 16 }, (_, digit) => digit.toString(16))
  return Promise.all(
    digits.map(async (prefix) => {
      const tally = newTally()
      let after: string | undefined = ''
      do {
        const page: PeoplePage = await readPeoplePage(context, { after, prefix }, PREVIEWED_AT_ONCE)
        if (page.people.length > 0) await add(tally, page)
        after = page.after
      } while (after !== undefined)
      return tally
    }),
  )
}

export function userNameOf({ attributes }: Document): string {
  const userName = own(attributes, 'userName')
  return typeof userName === 'string' ? userName : ''
}

/** Who would change from which role to which. Nothing is written. */
export async function previewPolicy(context: DirectoryContext, before: Policy, after: Policy): Promise<Preview> {
  const tallies = await tallyPeople(context, newTally, (tally, { people }) => {
    for (const person of people) {
      const { document } = person
      const [from, to] = [derive(person, before), derive(person, after)]
      count(tally, { id: document.id, userName: userNameOf(document), from, to })
    }
  })
  return summed(tallies)
}

function peopleOf(
  rows: readonly (Row | undefined)[],
  groups: ReadonlyMap<string, readonly string[]>,
  closed: ReadonlySet<string>,
): Person[] {
  const documents = rows.map((row) => row && readDocument(row)).filter((document) => document !== undefined)
  return documents.map((document) => ({
    document,
    groupIds: (groups.get(document.id) ?? []).filter((group) => !closed.has(group)),
  }))
}

/** The rows between the anchors of the first and the last id, memberships of both included. */
function spanOf(ids: readonly string[]): Range {
  return { from: anchorKey(ids[0] ?? ''), before: prefixRange(anchorKey(ids.at(-1) ?? '')).before }
}

const ownerOf = (key: string) => key.split('!')[1] ?? ''

function groupsByPerson(rows: readonly Row[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const { key } of rows) {
    const [, id = '', group] = key.split('!')
    if (group === undefined) continue // an anchor
    const held = groups.get(id)
    if (held === undefined) groups.set(id, [group])
    else held.push(group)
  }
  return groups
}

async function readGroups(table: Table, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await inParallel(ids, PARALLEL_READS, (id) => table.all(prefixRange(anchorKey(id)), { select: ['w'] }))
  return groupsByPerson(rows.flat())
}
