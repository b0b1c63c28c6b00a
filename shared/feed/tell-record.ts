import { readBody } from '../directory/documents/record'
import { isObject, own, setOwn, type Json, type JsonObject } from '../scim/json'
import { attributeNamed, extensionNamed, type ResourceType } from '../scim/schema/schema'
import type { Row } from '../storage/table'
import { seqOf } from './read-feed'

/** A numbered record as readers outside are told of it. */
export interface ToldRecord {
  readonly seq: number
  readonly type: string
  /** Of the person or group. */
  readonly id: string
  /** The product's own key for the person, as it was then. */
  readonly productId?: string
  /** ISO 8601, by the clock of the instance that wrote it. */
  readonly time: string
  /** The write it came of: records of one write share it. */
  readonly correlation: string
  /** The document's revision after the write; absent when the attributes stayed. */
  readonly revision?: number
  /** By attribute, an extension's as `urn:attribute`. Empty for a sensitive one: read the person. */
  readonly changes?: JsonObject
  /** Names alone, when the values were too large for a record or were erased: read the person. */
  readonly changed?: Json
  readonly members?: Json
  /** Of role.changed. */
  readonly role?: Json
  /** What another kind of record tells. */
  readonly facts?: Json
  /** The person was erased: values are gone. */
  readonly erased?: true
}

/** The types say which attributes the tenant declared as sensitive. */
export function tellRecord(types: { readonly User: ResourceType; readonly Group: ResourceType }, record: Row): ToldRecord {
  const { values } = record
  const type = String(values['type'])
  const revision = Number(values['v'])
  const facts = {
    seq: seqOf(record),
    type,
    id: String(values['id']),
    ...(typeof values['pid'] === 'string' && values['pid'] !== '' && { productId: values['pid'] }),
    time: String(values['time']),
    correlation: String(values['w']),
    ...(revision > 0 && { revision }),
    ...(values['erased'] === true && { erased: true as const }),
  }
  const body = readBody(record)
  if (!/^(user|group)\./.test(type)) return { ...facts, ...toldFacts(type, body) }
  const [changes, changed, members] = [own(body, 'changes'), own(body, 'changed'), own(body, 'members')]
  return {
    ...facts,
    ...(isObject(changes) && { changes: withoutSensitive(changes, type.startsWith('group.') ? types.Group : types.User) }),
    ...(changed !== undefined && { changed }),
    ...(members !== undefined && { members }),
  }
}

function toldFacts(type: string, body: JsonObject): Pick<ToldRecord, 'role' | 'facts'> {
  if (Object.keys(body).length === 0) return {}
  return type === 'role.changed' ? { role: body } : { facts: body }
}

function withoutSensitive(changes: JsonObject, type: ResourceType): JsonObject {
  const told: JsonObject = {}
  for (const [name, change] of Object.entries(changes)) setOwn(told, name, isSensitive(type, name) ? {} : change)
  return told
}

/** Whether the tenant keeps the attribute's values out of records; an extension's attribute is named `urn:attribute`. */
function isSensitive(type: ResourceType, name: string): boolean {
  const end = name.lastIndexOf(':')
  const attributes = end < 0 ? type.schema.attributes : extensionNamed(type, name.slice(0, end))?.attributes
  const attribute = attributeNamed(attributes ?? [], name.slice(end + 1))
  return attribute?.sensitive === true || (attribute?.subAttributes ?? []).some(({ sensitive }) => sensitive === true)
}
