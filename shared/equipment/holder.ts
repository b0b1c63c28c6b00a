import type { DirectoryContext } from '../directory/context'
import { readDocument } from '../directory/documents/document'
import { newWriteId } from '../directory/identifiers'
import { outboxFact } from '../directory/documents/record'
import { isActive } from '../roles/derive'
import { DISABLED_ROLE } from '../roles/rules'
import { own, type Json } from '../scim/json'
import { announcedKey, holderKey, lastPart, userKey } from '../storage/keys'
import { prefixRange, type Action, type Row, type Table, type Values } from '../storage/table'
import type { EventType } from '../events/catalogue'

/** A piece of equipment that somebody has. */
export interface Item {
  readonly assetTag: string
  readonly model: string
  readonly serial: string
  /** Day from which the person has it, such as 2026-03-01. */
  readonly since: string
}

/** Row `a!h!<id>`: every write of somebody's equipment goes through its ETag, so counts and events are exact. */
export interface Holder {
  readonly id: string
  readonly count: number
  /** As last known: it is all that is left of a person whom the directory has deleted. */
  readonly name: string
  readonly userName: string
  /** Since when they are disabled, once the feed tells that they still have equipment; else empty. */
  readonly told: string
  readonly etag: string
}

/** Whoever may have equipment, as the directory knows them now. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly userName: string
  readonly productId: string | undefined
  /** Undefined for an active person. */
  readonly disabledSince: string | undefined
}

const MAX_ITEMS_TOLD = 50

export const holderOf = ({ key, values, etag }: Row): Holder => ({
  id: lastPart(key),
  count: Number(values['n']),
  name: String(values['name']),
  userName: String(values['userName']),
  told: String(values['told']),
  etag,
})

export async function readHolder(table: Table, id: string): Promise<Holder | undefined> {
  const row = await table.get(holderKey(id))
  return row && holderOf(row)
}

/** The row in place of the one that was read. Nothing of a person stays who has nothing any more. */
export function holderAction(id: string, before: Holder | undefined, after: Omit<Holder, 'id' | 'etag'>): Action {
  const { count, name, userName, told } = after
  const values = count === 0 ? { n: 0, name: '', userName: '', told: '' } : { n: count, name, userName, told }
  const key = holderKey(id)
  return before === undefined ? { type: 'create', key, values } : { type: 'replace', key, values, etag: before.etag }
}

/** Undefined for nobody, a deleted person among them. One trip, for a disabled person two. */
export async function readPerson({ table }: DirectoryContext, id: string): Promise<Person | undefined> {
  const row = await table.get(userKey(id))
  const document = row && readDocument(row)
  if (document === undefined) return undefined
  const { attributes, access, lastModified } = document
  const [displayName, userName = ''] = ['displayName', 'userName'].map((name) => textOf(own(attributes, name)))
  const announced = isActive(attributes) ? undefined : (await table.get(announcedKey(id)))?.values
  const announcedSince = announced?.['role'] === DISABLED_ROLE ? announced['since'] : undefined
  return {
    id,
    name: displayName ?? userName,
    userName,
    productId: access.productId,
    disabledSince: isActive(attributes) ? undefined : String(announcedSince ?? lastModified),
  }
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : undefined)

export const itemOf = (values: Values): Item => ({
  assetTag: String(values['tag']),
  model: String(values['model']),
  serial: String(values['serial']),
  since: String(values['since']),
})

/** What the person has, in the order of the asset tags. */
export async function itemsOf(table: Table, id: string): Promise<Item[]> {
  return (await table.all(prefixRange(`a!u!${id}`))).map(({ values }) => itemOf(values))
}

/** The record equipment.held: somebody who is disabled or deleted has these items. */
export function heldRecord(context: DirectoryContext, id: string, told: { person?: Person | undefined; items: readonly Item[] }) {
  const { person, items } = told
  const state = person === undefined ? 'deleted' : 'disabled'
  const body = { state, count: items.length, items: items.slice(0, MAX_ITEMS_TOLD) }
  return factOf(context, 'equipment.held', { id, productId: person?.productId, body })
}

/** The record equipment.returned: somebody who is disabled or deleted has given back the last item. */
export function returnedRecord(context: DirectoryContext, id: string, told: { person?: Person | undefined; item: Item }) {
  const { person, item } = told
  const body = { state: person === undefined ? 'deleted' : 'disabled', item }
  return factOf(context, 'equipment.returned', { id, productId: person?.productId, body })
}

interface Told {
  readonly id: string
  readonly productId: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

function factOf(context: DirectoryContext, type: EventType, told: Told): Action {
  const time = context.now().toISOString()
  return outboxFact({ writeId: newWriteId(Date.parse(time)), type, time, ...told })
}
