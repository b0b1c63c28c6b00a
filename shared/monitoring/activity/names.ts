import type { DirectoryContext } from '../../directory/context'
import { readDocument } from '../../directory/documents/document'
import { isId } from '../../directory/identifiers'
import type { ToldRecord } from '../../feed/tell-record'
import { isObject, own, type Json, type JsonObject } from '../../scim/json'
import { groupKey, userKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { MANAGER, type NameOf } from './field-changes'
import { idsIn, namedFirst } from './record-words'

const PARALLEL_READS = 64

/** Names by id; what was looked up in vain is kept too. */
export type Names = Map<string, string | undefined>

export const namesOf =
  (names: Names): NameOf =>
  (id) =>
    names.get(id)

type SubjectType = 'person' | 'group'

/** Whom a record is about; undefined for one that is about the tenant. */
export function subjectType({ type, id }: Pick<ToldRecord, 'type' | 'id'>): SubjectType | undefined {
  if (!isId(id)) return undefined
  if (type.startsWith('group.')) return 'group'
  return /^(user|person|role|lock|product|equipment)\./.test(type) ? 'person' : undefined
}

/** Looks up who is named by the records and not known yet: people and groups as they are now. One trip for each 64. */
export async function lookUp(
  { table }: DirectoryContext,
  names: Names,
  records: readonly ToldRecord[],
  focus?: string,
): Promise<void> {
  const [people, groups] = [new Set<string>(), new Set<string>()]
  for (const told of records) collect(told, { people, groups, focus })
  const keys = [...[...people].map((id) => [id, userKey(id)] as const), ...[...groups].map((id) => [id, groupKey(id)] as const)]
  const unknown = keys.filter(([id]) => !names.has(id) && isId(id))
  const rows = await inParallel(unknown, PARALLEL_READS, ([, key]) => table.get(key))
  for (const [i, [id]] of unknown.entries()) {
    const row = rows[i]
    const name = row && nameIn(readDocument(row)?.attributes)
    if (name !== undefined || !names.has(id)) names.set(id, name)
  }
  for (const told of records) rememberDeleted(names, told)
}

interface Wanted {
  readonly people: Set<string>
  readonly groups: Set<string>
  readonly focus: string | undefined
}

function collect(told: ToldRecord, { people, groups, focus }: Wanted): void {
  const about = subjectType(told)
  if (about !== undefined) (about === 'person' ? people : groups).add(told.id)
  for (const ids of memberIds(told)) {
    for (const id of focus !== undefined && ids.includes(focus) ? [focus] : namedFirst(ids)) {
      people.add(id)
      groups.add(id) // a group may be a member, too
    }
  }
  const manager = told.changes === undefined ? undefined : own(told.changes, MANAGER)
  for (const id of sidesOf(manager).map(idOf)) if (id !== undefined) people.add(id)
  const group = ruleGroup(told)
  if (group !== undefined) groups.add(group)
}

const memberIds = ({ members }: ToldRecord) =>
  isObject(members) ? [idsIn(own(members, 'added')), idsIn(own(members, 'removed'))] : []

function ruleGroup({ role }: ToldRecord): string | undefined {
  const reason = isObject(role) ? own(role, 'reason') : undefined
  const group = isObject(reason) ? own(reason, 'groupId') : undefined
  return typeof group === 'string' ? group : undefined
}

const sidesOf = (change: Json | undefined) => (isObject(change) ? [own(change, 'before'), own(change, 'after')] : [])

function idOf(value: Json | undefined): string | undefined {
  const id = isObject(value) ? own(value, 'value') : value
  return typeof id === 'string' ? id : undefined
}

/** Who is gone has the name that records of the same page tell; records of erased people tell none. */
function rememberDeleted(names: Names, told: ToldRecord): void {
  if (told.changes === undefined || names.get(told.id) !== undefined || subjectType(told) === undefined) return
  for (const side of ['after', 'before']) {
    const attributes: JsonObject = {}
    for (const name of ['displayName', 'userName']) {
      const change = own(told.changes, name)
      const value = isObject(change) ? own(change, side) : undefined
      if (value !== undefined) attributes[name] = value
    }
    const name = nameIn(attributes)
    if (name !== undefined) {
      names.set(told.id, name)
      return
    }
  }
}

function nameIn(attributes: JsonObject | undefined): string | undefined {
  const texts = ['displayName', 'userName'].map((name) => attributes && own(attributes, name))
  return texts.find((text) => typeof text === 'string' && text !== '') as string | undefined
}
