import type { DirectoryContext } from '../directory/context'
import { readDocument } from '../directory/documents/document'
import { readBody } from '../directory/documents/record'
import { decidingAttributes } from '../roles/match'
import { groupRules, type GroupRule, type Policy } from '../roles/rules'
import { isObject, own, type Json, type JsonObject } from '../scim/json'
import { groupKey } from '../storage/keys'
import type { Row } from '../storage/table'
import { eventOf } from '../events/catalogue'

/** What a record may mean for roles. */
export interface Effect {
  /** People whose role may have changed; ids of groups among them do no harm. */
  readonly ids: readonly string[]
  /** Everybody's role may have changed. */
  readonly isSweep: boolean
  /** The settings it needs; 0 when any will do. */
  readonly version: number
  /** A group that may be one of which a rule has lost its own. */
  readonly boundGroup?: string
}

/** Gives a rule its new group. It saves the rules, and so leaves a record rules.saved. Must be repeatable. */
export type Rebind = (ruleId: string, group: { readonly id: string; readonly name: string }) => Promise<void>

const nothing: Effect = { ids: [], isSweep: false, version: 0 }

/** A group that no rule names counts for nothing; when a rule names it later, that save sweeps. */
export function effectOf(record: Row, policy: Policy): Effect {
  const type = String(record.values['type'])
  const id = String(record.values['id'])
  const isMapped = groupRules(policy).some((rule) => rule.groupId === id)
  if (eventOf(type)?.affectsRole === 'person') return { ...nothing, ids: [id] }
  if (type === 'user.updated')
    return tellsOfAny(readBody(record), decidingAttributes(policy)) ? { ...nothing, ids: [id] } : nothing
  if (type === 'group.deleted') return { ...nothing, isSweep: isMapped }
  if (type === 'rules.saved') return { ...nothing, isSweep: true, version: versionIn(readBody(record)) }
  if (type !== 'group.created' && type !== 'group.updated') return nothing
  const body = readBody(record)
  if (isMapped) return { ...nothing, ids: membersIn(body) }
  return tellsOf(body, 'externalId') ? { ...nothing, boundGroup: id } : nothing
}

function versionIn(body: JsonObject): number {
  const version = own(body, 'version')
  return typeof version === 'number' ? version : 0
}

/** Who joined or left, in the body of a group's record. */
export function membersIn(body: JsonObject): string[] {
  const members = own(body, 'members')
  return isObject(members) ? [...textsOf(own(members, 'added')), ...textsOf(own(members, 'removed'))] : []
}

/** Whether the attribute changed. A large record keeps the names alone. */
export function tellsOf(body: JsonObject, name: string): boolean {
  const changes = own(body, 'changes')
  return isObject(changes) ? Object.hasOwn(changes, name) : textsOf(own(body, 'changed')).includes(name)
}

const tellsOfAny = (body: JsonObject, names: ReadonlySet<string>) => [...names].some((name) => tellsOf(body, name))

const textsOf = (value: Json | undefined) => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [])

/** What follows a group: a rule, or a route. */
type Bound = Pick<GroupRule, 'id' | 'groupId' | 'groupName' | 'groupExternalId'>

/**
 * A group that has the externalId of a rule's group, which is gone, is that group created again: the rule follows. The
 * same name alone would not do, since names can be forged. Returns how many rules follow.
 */
export async function rebindRules(
  context: DirectoryContext,
  { bound, rebind }: { readonly bound: readonly Bound[]; readonly rebind: Rebind },
  groupId: string,
): Promise<number> {
  if (!bound.some((rule) => rule.groupExternalId !== undefined)) return 0
  const group = await readGroup(context, groupId)
  const externalId = group && own(group.attributes, 'externalId')
  if (group === undefined || typeof externalId !== 'string') return 0
  const candidates = bound.filter((rule) => rule.groupExternalId === externalId && rule.groupId !== groupId)
  let rebound = 0
  for (const rule of candidates) {
    if ((await readGroup(context, rule.groupId)) !== undefined) continue
    const displayName = own(group.attributes, 'displayName')
    await rebind(rule.id, { id: groupId, name: typeof displayName === 'string' ? displayName : rule.groupName })
    rebound += 1
  }
  return rebound
}

async function readGroup(context: DirectoryContext, id: string) {
  const row = await context.table.get(groupKey(id))
  return row && readDocument(row)
}
