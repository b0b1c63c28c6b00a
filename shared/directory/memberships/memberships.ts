import { invalidValue, tooMany } from '../../scim/errors'
import { countTerms, type Filter } from '../../scim/filter/filter'
import { entryMatcher } from '../../scim/filter/match'
import type { MemberChange } from '../../scim/patch/member-changes'
import { anchorKey, belongsKey, lastPart, memberKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import type { Action, Row, Table } from '../../storage/table'
import { isId } from '../identifiers'
import { linksOf, type Member } from './links'

/** What is left to do so that the changes hold. Empty when they hold already: a retry is not a failure. */
export interface MemberDelta {
  readonly added: readonly Member[]
  readonly removed: readonly string[]
}

/** A request that names more ids reads the whole list instead of each membership. */
const MAX_POINT_READS = 500
const PARALLEL_READS = 64
const MAX_NAMED_UNKNOWN = 20
const MAX_MATCHED = 100_000
const MAX_MEMBER_VALUES = 10_000

const NO_CHANGE: MemberDelta = { added: [], removed: [] }

/**
 * Compares the changes with what is stored: one trip, whatever the size of the group, unless a change needs the whole list.
 * @throws ScimError invalidValue naming every id that is no user or group of this tenant
 */
export async function planMembers(table: Table, group: string, changes: readonly MemberChange[]): Promise<MemberDelta> {
  if (changes.length === 0) return NO_CHANGE
  const named = new Set(changes.flatMap((change) => ('ids' in change ? change.ids : [])))
  if (named.size > MAX_MEMBER_VALUES) throw invalidValue(`At most ${MAX_MEMBER_VALUES} members can be named in one request.`)
  const toAdd = new Set(changes.flatMap((change) => (change.op === 'add' || change.op === 'replace' ? change.ids : [])))
  const [current, kinds] = await readBoth(table, group, { changes, named, toAdd })
  const wanted = afterChanges(current, changes, kinds)
  const added = [...wanted].filter((id) => !current.has(id))
  refuseUnknown(group, added, kinds)
  return {
    added: added.map((id) => ({ id, type: kinds.get(id) ?? 'User' })),
    removed: [...current.keys()].filter((id) => !wanted.has(id)),
  }
}

type Kinds = ReadonlyMap<string, 'User' | 'Group'>

interface Names {
  readonly changes: readonly MemberChange[]
  readonly named: ReadonlySet<string>
  readonly toAdd: ReadonlySet<string>
}

/**
 * Who is a member already, and what the ids to add are. Few are read side by side; of many, first the members, so that a
 * repeat of a large request asks for those alone that are still missing.
 */
async function readBoth(table: Table, group: string, names: Names): Promise<[Kinds, Kinds]> {
  const { named, toAdd } = names
  if (named.size <= PARALLEL_READS) return Promise.all([currentMembers(table, group, names), readKinds(table, [...toAdd])])
  const current = await currentMembers(table, group, names)
  return [
    current,
    await readKinds(
      table,
      [...toAdd].filter((id) => !current.has(id)),
    ),
  ]
}

/** The members among the named ids, or all of them when a change needs that. */
async function currentMembers(table: Table, group: string, { changes, named }: Names): Promise<Kinds> {
  const whole = named.size > MAX_POINT_READS || changes.some((change) => change.op !== 'add' && change.op !== 'remove')
  if (whole) return new Map((await allMembers(table, group)).map(({ id, type }) => [id, type]))
  const rows = await inParallel([...named].filter(isId), PARALLEL_READS, (id) => table.get(memberKey(group, id)))
  return new Map(rows.filter((row) => row !== undefined).map((row) => [lastPart(row.key), typeOf(row)]))
}

/** What kind of resource each id is; ids without an anchor are missing. */
async function readKinds(table: Table, ids: readonly string[]): Promise<Kinds> {
  const anchors = await inParallel(ids.filter(isId), PARALLEL_READS, (id) => table.get(anchorKey(id)))
  return new Map(anchors.filter((row) => row !== undefined).map((row) => [lastPart(row.key), typeOf(row)]))
}

function typeOf(row: Row): 'User' | 'Group' {
  return row.values['k'] === 'g' ? 'Group' : 'User'
}

/** The ids that shall be members after the changes, in order. */
function afterChanges(current: Kinds, changes: readonly MemberChange[], kinds: Kinds): ReadonlySet<string> {
  const members = new Set(current.keys())
  refuseLongWork(changes, current.size)
  for (const change of changes) {
    switch (change.op) {
      case 'replace':
        members.clear()
        for (const id of change.ids) members.add(id)
        break
      case 'add':
        for (const id of change.ids) members.add(id)
        break
      case 'remove':
        for (const id of change.ids) members.delete(id)
        break
      case 'removeAll':
        members.clear()
        break
      case 'removeMatching':
        for (const id of matching(members, change.filter, current, kinds)) members.delete(id)
    }
  }
  return members
}

function matching(members: ReadonlySet<string>, filter: Filter, ...known: readonly Kinds[]): string[] {
  const typeOfId = (id: string) => known.find((kinds) => kinds.has(id))?.get(id) ?? 'User'
  const isMatch = entryMatcher(filter, () => undefined) // refuseLongWork has counted it
  return [...members].filter((id) => isMatch({ value: id, type: typeOfId(id) }))
}

/** Filters are matched in this process, which other tenants share. */
function refuseLongWork(changes: readonly MemberChange[], size: number): void {
  const terms = changes.reduce((sum, change) => sum + (change.op === 'removeMatching' ? countTerms(change.filter) : 0), 0)
  if (terms * size > MAX_MATCHED)
    throw tooMany('The filters on members would take too long on a group of this size. Name the members by id.')
}

function refuseUnknown(group: string, added: readonly string[], kinds: Kinds): void {
  if (added.includes(group)) throw invalidValue(`The group ${group} cannot be a member of itself.`)
  const unknown = added.filter((id) => !kinds.has(id))
  if (unknown.length === 0) return
  const listed = unknown.slice(0, MAX_NAMED_UNKNOWN).map((id) => JSON.stringify(id.slice(0, 64)))
  const more = unknown.length > listed.length ? ` and ${unknown.length - listed.length} more` : ''
  throw invalidValue(
    `No user or group has the id ${listed.join(', ')}${more}. Provision the member first; restart provisioning in Entra if it was deleted here.`,
  )
}

/** Every member, by id. One trip up to 1,000, two up to some 15,000. */
export async function allMembers(table: Table, group: string): Promise<readonly Member[]> {
  return (await linksOf(table, 'm', [group])).get(group) ?? []
}

/** Storage operations of one member that joins or leaves: an add touches both anchors, so it fails when one is deleted. */
export function memberActions(group: string, delta: MemberDelta, writeId: string): Action[] {
  const joins = delta.added.flatMap(({ id, type }): Action[] => {
    const values = { k: type === 'Group' ? 'g' : 'u', w: writeId }
    return [
      { type: 'merge', key: anchorKey(id), values: {}, etag: '*' },
      { type: 'create', key: belongsKey(id, group), values: { w: writeId } },
      { type: 'create', key: memberKey(group, id), values },
    ]
  })
  return [...joins, ...delta.removed.flatMap((id) => unlinkActions(group, id))]
}

export function unlinkActions(group: string, id: string): Action[] {
  return [
    { type: 'delete', key: belongsKey(id, group) },
    { type: 'delete', key: memberKey(group, id) },
  ]
}
