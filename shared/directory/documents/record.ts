import { equalJson, isObject, own, setOwn, type JsonObject } from '../../scim/json'
import type { ResourceType } from '../../scim/schema/schema'
import { fromChunks, toChunks } from '../../storage/chunks'
import { outboxKey } from '../../storage/keys'
import type { Action, Row } from '../../storage/table'
import type { EventType } from '../../events/catalogue'

export type ChangeKind = 'created' | 'updated' | 'deleted'

/** What a write leaves in the feed (records carry facts in commit order). */
export interface Change {
  readonly writeId: string
  readonly kind: ChangeKind
  readonly id: string
  /** The document's revision after the write; 0 when the write changed memberships only. */
  readonly revision: number
  readonly time: string
  readonly before: JsonObject
  readonly after: JsonObject
  readonly added?: readonly string[]
  readonly removed?: readonly string[]
  /** The product's own key for the person, when there is one: it stands in every record. */
  readonly productId?: string | undefined
}

const MAX_RECORD_BYTES = 32 * 1024

/** Puts the record of a change into the outbox: `type` such as user.updated, the body in chunks. */
export function outboxRecord(type: ResourceType, change: Change): Action {
  const name: EventType = `${type.name === 'User' ? 'user' : 'group'}.${change.kind}`
  const members: JsonObject = {}
  if (change.added !== undefined && change.added.length > 0) members['added'] = [...change.added]
  if (change.removed !== undefined && change.removed.length > 0) members['removed'] = [...change.removed]
  const facts: JsonObject = Object.keys(members).length > 0 ? { members } : {}
  const changes = attributeChanges(change.before, change.after)
  const body = { ...facts, changes }
  const text = JSON.stringify(body)
  const bounded = Buffer.byteLength(text) <= MAX_RECORD_BYTES ? text : JSON.stringify({ ...facts, changed: Object.keys(changes) })
  return outboxRow({ ...change, type: name }, bounded)
}

/** Something that happened beside the attributes, such as a lock or a changed role; the body is small. */
export interface Fact {
  readonly writeId: string
  readonly type: EventType
  readonly id: string
  readonly time: string
  readonly body: Readonly<Record<string, unknown>>
  /** Of the person, when there is one. */
  readonly productId?: string | undefined
}

/** Puts a fact into the outbox. It is no revision of the document, so it has the number 0. */
export const outboxFact = (fact: Fact): Action => outboxRow({ ...fact, revision: 0 }, JSON.stringify(fact.body))

function outboxRow(
  row: Pick<Change, 'writeId' | 'id' | 'revision' | 'time' | 'productId'> & { type: EventType },
  text: string,
): Action {
  const { type, id, revision, time, productId } = row
  const product = productId === undefined ? {} : { pid: productId }
  return { type: 'create', key: outboxKey(row.writeId), values: { type, id, v: revision, time, ...product, ...toChunks(text) } }
}

/** What a record tells beside its type and id. */
export function readBody(record: Row): JsonObject {
  const body: unknown = JSON.parse(fromChunks(record.values))
  if (!isObject(body)) throw new Error(`Row ${record.key} holds no record.`)
  return body
}

/** Every attribute that differs, an extension's as `urn:attribute`, with what it was and what it is. */
function attributeChanges(before: JsonObject, after: JsonObject): JsonObject {
  const changes: JsonObject = {}
  const old = flattened(before)
  const fresh = flattened(after)
  for (const name of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
    const was = own(old, name)
    const is = own(fresh, name)
    if (equalJson(was, is)) continue
    setOwn(changes, name, { ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) })
  }
  return changes
}

function flattened(attributes: JsonObject): JsonObject {
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (!name.includes(':') || !isObject(value)) setOwn(result, name, value)
    else for (const [part, held] of Object.entries(value)) setOwn(result, `${name}:${part}`, held)
  }
  return result
}
