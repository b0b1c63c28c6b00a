import { isActive, roleOf, settledRole, type DerivedRole } from '../roles/derive'
import { count, newTally, summed, type Preview } from '../roles/preview'
import { groupRules, type Policy } from '../roles/rules'
import { own } from '../scim/json'
import { lastPart, userKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Row, type Table } from '../storage/table'
import type { DirectoryContext } from '../directory/context'
import { readDocument, type Document } from '../directory/documents/document'
import { linksAmong, linksOf, type LinkOptions, type Links } from '../directory/memberships/links'
import { deletedIds } from '../directory/documents/read'

/** A person with what the role is derived from. */
export interface Person {
  readonly document: Document
  readonly groupIds: readonly string[]
}

const PARALLEL_READS = 64
const PREVIEWED_AT_ONCE = 200

/** The person's role and its reason under the policy. */
export function derive({ document, groupIds }: Person, policy: Policy): DerivedRole {
  return roleOf({ ...factsOf(document), groupIds }, policy)
}

/** The role that the person has whatever the rules are; undefined when they decide. */
export const settledRoleOf = (document: Document) => settledRole(factsOf(document))

const factsOf = ({ attributes, access: { lock, staged } }: Document) => ({ attributes, lock, staged })

interface AccessOptions {
  /** Whether `groupIds` are all groups, for who shows them; else those alone that rules name. */
  readonly allGroups?: boolean
  /** Told how many memberships each page brought; what it throws ends the reading. */
  readonly count?: LinkOptions['count']
  /** The marks of deleted groups, for who reads several pages. */
  readonly deleted?: () => Promise<ReadonlySet<string>>
}

/**
 * Role, reason and groups of each person of a page, in the order given. No call for the inactive, for those who wait for a release
 * and under a policy without rules for groups; one trip when the memberships lie side by side and fit a page, as those of a page in the order of
 * ids often do; else one more. People in many groups are read from the side of the rules' groups when these are fewer than the
 * pages: of 1,000 neighbours never more pages than two for each group of a rule, and one.
 */
export async function readAccess(
  context: DirectoryContext,
  policy: Policy,
  documents: readonly Document[],
  { allGroups = false, count, deleted = () => deletedIds(context.table) }: AccessOptions = {},
): Promise<(DerivedRole & { readonly id: string; readonly groupIds: readonly string[] })[]> {
  const { table } = context
  const ruled = new Set(groupRules(policy).map(({ groupId }) => groupId))
  const ids = documents.filter((document) => allGroups || (ruled.size > 0 && isRuled(document))).map(({ id }) => id)
  const [marks, links] =
    ids.length === 0
      ? [new Set<string>(), NO_LINKS]
      : await Promise.all([
          deleted(),
          linksOf(table, 'r', ids, { count, ...(!allGroups && { otherSide: fewerGroups(table, ruled, count) }) }),
        ])
  return documents.map((document) => {
    const groupIds = groupsIn(links, document).filter((id) => !marks.has(id) && (allGroups || ruled.has(id)))
    return { id: document.id, groupIds, ...derive({ document, groupIds }, policy) }
  })
}

const NO_LINKS: Links = new Map()

/** Whether rules matter for the person, if only for what the role would be without a lock. */
function isRuled({ attributes, access }: Document): boolean {
  return isActive(attributes) && access.staged !== true
}

/** From the side of the groups, when they are fewer than the pages. */
function fewerGroups(table: Table, groups: ReadonlySet<string>, count: LinkOptions['count']): LinkOptions['otherSide'] {
  return (ids, pages) => (groups.size < pages ? linksAmong(table, groups, { ids, count }) : undefined)
}

/**
 * The people with these ids who exist; under a policy with the groups of those alone whose role they can decide, so that a
 * disable costs no range. Groups whose DELETE is committed count no more; their marks are read before the memberships, since the
 * job that clears those removes the mark last. Two trips.
 */
export async function readPeople(context: DirectoryContext, ids: readonly string[], policy?: Policy): Promise<Person[]> {
  const [deleted, rows] = await Promise.all([
    deletedIds(context.table),
    inParallel(ids, PARALLEL_READS, (id) => context.table.get(userKey(id))),
  ])
  const documents = documentsOf(rows)
  const grouped = documents.filter((document) => policy === undefined || (groupRules(policy).length > 0 && isRuled(document)))
  return peopleOf(documents, await linksOf(context.table, 'r', grouped.map(idOf)), deleted)
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
  const deleted = await deletedIds(context.table)
  const documents = documentsOf(rows)
  const people = peopleOf(documents, await linksOf(context.table, 'r', documents.map(idOf)), deleted)
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

const idOf = ({ id }: Document) => id

/** Of a mark that a DELETE left there is none. */
const documentsOf = (rows: readonly (Row | undefined)[]) =>
  rows.map((row) => row && readDocument(row)).filter((document) => document !== undefined)

function peopleOf(documents: readonly Document[], links: Links, deleted: ReadonlySet<string>): Person[] {
  return documents.map((document) => ({
    document,
    groupIds: groupsIn(links, document).filter((group) => !deleted.has(group)),
  }))
}

const groupsIn = (links: Links, { id }: Document) => (links.get(id) ?? []).map((group) => group.id)
