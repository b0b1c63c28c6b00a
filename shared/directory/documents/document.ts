import type { AccessFacts } from '../../roles/derive'
import { ScimError } from '../../scim/errors'
import { foldCase } from '../../scim/fold'
import { isObject, own, type Json, type JsonObject } from '../../scim/json'
import type { ResourceType } from '../../scim/schema/schema'
import { ENTERPRISE_URN } from '../../scim/schema/schemas'
import { fromChunks, toChunks } from '../../storage/chunks'
import { emailKey, externalIdKey, groupKey, groupNameKey, managerKey, userKey, userNameKey } from '../../storage/keys'
import type { Row, Values } from '../../storage/table'
import { accessValues, readAccessFacts } from './access-facts'
import { entryKeys, entryValues, readEntries } from '../query/matching'

/** A person or a group without its memberships, as its document row holds it. */
export interface Document {
  readonly id: string
  readonly attributes: JsonObject
  /** Counts the changes of the document, from 1. */
  readonly revision: number
  /** The write that made this revision: a writer knows its own again after a lost answer. */
  readonly writeId: string
  readonly created: string
  readonly lastModified: string
  /** Kept by every write of the attributes; changed by access.ts alone, which leaves revision and times as they are. */
  readonly access: AccessFacts
  /** What it has index rows of matching attributes for (matching.ts). */
  readonly indexed: readonly string[]
  readonly etag: string
  /** Of its text: what it takes to hold it. */
  readonly characters: number
}

/** A document with the anchor of its group, when that was read beside it. */
export type Found = Document & { readonly anchor?: Row | undefined }

const MAX_RESOURCE_BYTES = 200 * 1024
const MAX_EMAILS = 20

export const documentKey = (type: ResourceType, id: string) => (type.name === 'User' ? userKey(id) : groupKey(id))

/** The document of a row; undefined for the mark that a DELETE leaves until its job is done. */
export function readDocument(row: Row): Document | undefined {
  const { values } = row
  if (values['deleted'] === true) return undefined
  const text = fromChunks(values)
  const attributes: unknown = JSON.parse(text)
  if (!isObject(attributes)) throw new Error(`Row ${row.key} holds no document.`)
  return {
    id: row.key.slice(2),
    attributes,
    revision: Number(values['v']),
    writeId: String(values['w']),
    created: String(values['c']),
    lastModified: String(values['m']),
    access: readAccessFacts(values),
    indexed: readEntries(values),
    etag: row.etag,
    characters: text.length,
  }
}

/** @throws ScimError 413 when the resource is larger than 200 KiB */
export function documentValues(document: Omit<Document, 'id' | 'etag' | 'characters'>): Values {
  const text = JSON.stringify(document.attributes)
  if (Buffer.byteLength(text) > MAX_RESOURCE_BYTES) {
    throw new ScimError(413, undefined, 'The resource would be larger than 200 KiB. Remove mapping rows that send large values.')
  }
  const { revision, writeId, created, lastModified, access, indexed } = document
  const values = { v: revision, w: writeId, c: created, m: lastModified, ...accessValues(access), ...entryValues(indexed) }
  return { ...values, ...toChunks(text) }
}

/** Keys of the index rows that the document calls for; each row holds the id. */
export function indexKeys(
  type: ResourceType,
  { id, attributes, indexed }: Pick<Document, 'id' | 'attributes' | 'indexed'>,
): ReadonlySet<string> {
  const keys = new Set(entryKeys(indexed, id))
  const externalId = textOf(own(attributes, 'externalId'))
  if (externalId !== undefined) keys.add(externalIdKey(type.name === 'User' ? 'u' : 'g', externalId, id))
  if (type.name === 'Group') {
    keys.add(groupNameKey(foldCase(textOf(own(attributes, 'displayName')) ?? ''), externalId ?? ''))
    return keys
  }
  keys.add(uniqueUserNameKey(attributes))
  for (const email of emailsOf(attributes)) keys.add(emailKey(email, id))
  const manager = managerOf(attributes)
  if (manager !== undefined) keys.add(managerKey(manager, id))
  return keys
}

export function uniqueUserNameKey(attributes: JsonObject): string {
  return userNameKey(foldCase(textOf(own(attributes, 'userName')) ?? ''))
}

/** The id that the enterprise extension names as manager. */
export function managerOf(attributes: JsonObject): string | undefined {
  const enterprise = own(attributes, ENTERPRISE_URN)
  const manager = isObject(enterprise) ? own(enterprise, 'manager') : undefined
  return isObject(manager) ? textOf(own(manager, 'value')) : undefined
}

function emailsOf(attributes: JsonObject): ReadonlySet<string> {
  const entries = own(attributes, 'emails')
  if (!Array.isArray(entries)) return new Set()
  if (entries.length > MAX_EMAILS)
    throw new ScimError(400, 'tooMany', `At most ${MAX_EMAILS} emails can be stored for one person.`)
  const values = entries.map((entry) => (isObject(entry) ? textOf(own(entry, 'value')) : undefined))
  return new Set(values.filter((value) => value !== undefined).map(foldCase))
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
