import type { DirectoryContext } from '../directory/context'
import { readDocument } from '../directory/documents/document'
import { isId } from '../directory/identifiers'
import { tellRecord, type ToldRecord } from '../feed/tell-record'
import { isActive } from '../roles/derive'
import { own, type JsonObject } from '../scim/json'
import { announcedKey, userKey } from '../storage/keys'
import type { Row } from '../storage/table'

/** A message as receivers get it: `id` is the same each time the record is sent. */
export interface Message {
  readonly id: string
  readonly type: string
  readonly body: string
}

const MAX_MESSAGE_BYTES = 64 * 1024

/**
 * The message of a numbered record: the record as the change feed tells it and, when it is about a person, who that is
 * now. Two reads, side by side. At most 64 KiB: beyond, attributes are named without their values, and members are left out.
 */
export async function composeMessage(context: DirectoryContext, slug: string, record: Row): Promise<Message> {
  const told = tellRecord(context.types, record)
  const { type, id, seq } = told
  const person = await personNow(context, type, id)
  const written = (data: object) =>
    JSON.stringify({ type, timestamp: told.time, data: { tenant: slug, ...data, ...(person !== undefined && { person }) } })
  const body = written(told)
  const bounded = Buffer.byteLength(body) <= MAX_MESSAGE_BYTES ? body : written(shortened(told))
  return { id: `${slug}.${seq}`, type, body: bounded }
}

/** A message that tells nothing, for an administrator who wants to see one arrive. */
export function testMessage(slug: string, id: string, now: Date): Message {
  const type = 'webhook.test'
  return {
    id: `${slug}.test.${id}`,
    type,
    body: JSON.stringify({ type, timestamp: now.toISOString(), data: { tenant: slug } }),
  }
}

/** Undefined for what is no person's, or no longer there. */
async function personNow({ table }: DirectoryContext, type: string, id: string): Promise<JsonObject | undefined> {
  if (type.startsWith('group.') || !isId(id)) return undefined
  const [row, announced] = await Promise.all([table.get(userKey(id)), table.get(announcedKey(id))])
  const document = row && readDocument(row)
  if (document === undefined) return undefined
  const { attributes, access } = document
  const { role, grants } = announced?.values ?? {}
  return {
    userName: own(attributes, 'userName') ?? null,
    active: isActive(attributes),
    ...(access.productId !== undefined && { productId: access.productId }),
    ...(typeof role === 'string' && { role, grantsAccess: grants === true }),
  }
}

/** The record without values: reading the person, or the members of the group, tells the rest. */
function shortened({ seq, type, id, time, correlation, changes, changed }: ToldRecord) {
  const names = changes === undefined ? changed : Object.keys(changes)
  return { seq, type, id, time, correlation, ...(names !== undefined && { changed: names }), shortened: true }
}
