import { isObject, type JsonObject } from '../../shared/scim/json'
import { feedOf } from './check-table'
import type { Item, TestProduct } from './product'
import type { Table } from '../../shared/storage/table'

/** What a product keeps of a person. */
interface CopiedPerson {
  readonly attributes: Map<string, unknown>
  role: unknown
  productId: unknown
}

interface CopiedGroup {
  readonly attributes: Map<string, unknown>
  readonly members: Set<string>
}

/** A product's copy of a tenant, made of records of the feed alone: nothing in it was read from the directory. */
export interface FeedCopy {
  /** Applies one record; again does no harm. Records of one person, and of one group, must come in their order. */
  apply(record: Item): void
  /** Takes over what was read of the directory, as the beginning. */
  begin(state: DirectoryState): void
  /** As `readDirectory` shows the directory. */
  shown(): DirectoryState
  /** Numbers of the records that were applied. */
  readonly applied: ReadonlySet<number>
  /** Records that came out of order, or whose `before` is not what the copy held. */
  readonly objections: readonly string[]
}

export interface DirectoryState {
  readonly people: Readonly<Record<string, object>>
  readonly groups: Readonly<Record<string, object>>
}

/** @param options isChecked: the copy has everything from the first record on, so each `before` must be what it holds */
export function newCopy({ isChecked }: { isChecked: boolean }): FeedCopy {
  const people = new Map<string, CopiedPerson>()
  const groups = new Map<string, CopiedGroup>()
  const gone = new Set<string>()
  const applied = new Set<number>()
  const last = new Map<string, number>()
  const objections: string[] = []

  function checkBefore(seq: number, what: string, held: unknown, before: unknown): void {
    const [is, was] = [held, before].map((value) => (value === undefined ? 'nothing' : JSON.stringify(value)))
    if (isChecked && is !== was) objections.push(`${seq} says that ${what} was ${was}, and the copy holds ${is}`)
  }

  function changeAttributes({ seq, changes = {} }: Change, attributes: Map<string, unknown>): void {
    for (const [name, { before, after }] of Object.entries(changes)) {
      checkBefore(seq, name, attributes.get(name), before)
      if (after === undefined) attributes.delete(name)
      else attributes.set(name, after)
    }
  }

  function applyToPerson(change: Change): void {
    const { type, id, seq, role, facts = {} } = change
    const person = people.get(id) ?? { attributes: new Map<string, unknown>(), role: undefined, productId: undefined }
    if (type === 'user.deleted') {
      changeAttributes(change, person.attributes)
      people.delete(id)
      gone.add(id)
      return
    }
    people.set(id, person)
    changeAttributes(change, person.attributes)
    if (role !== undefined) {
      checkBefore(seq, 'the role', person.role, role.before)
      person.role = role.after
    }
    if (type.startsWith('product.')) {
      checkBefore(seq, 'the product id', person.productId, facts['before'])
      person.productId = facts['after']
    }
  }

  function applyToGroup(change: Change): void {
    const { type, id, members = {} } = change
    const group = groups.get(id) ?? { attributes: new Map<string, unknown>(), members: new Set<string>() }
    changeAttributes(change, group.attributes)
    for (const member of members.added ?? []) group.members.add(member)
    for (const member of members.removed ?? []) group.members.delete(member)
    if (type === 'group.deleted') {
      groups.delete(id)
      gone.add(id)
    } else groups.set(id, group)
  }

  return {
    applied,
    objections,
    apply(record) {
      const change = record as unknown as Change
      const { seq, type, id } = change
      if (applied.has(seq)) return
      if (seq < (last.get(id) ?? 0)) objections.push(`${seq} of ${id} came behind ${last.get(id) ?? 0}`)
      applied.add(seq)
      last.set(id, seq)
      if (type.startsWith('group.')) applyToGroup(change)
      else if (type === 'user.created' || people.has(id)) applyToPerson(change)
    },
    begin(state) {
      for (const [id, { attributes, ...rest }] of entries<ShownPerson>(state.people))
        people.set(id, { attributes: new Map(Object.entries(attributes)), ...rest })
      for (const [id, { attributes, members }] of entries<ShownGroup>(state.groups))
        groups.set(id, { attributes: new Map(Object.entries(attributes)), members: new Set(members) })
    },
    shown: () => ({
      people: Object.fromEntries(
        [...people].map(([id, { attributes, ...rest }]) => [id, { attributes: Object.fromEntries(attributes), ...rest }]),
      ),
      groups: Object.fromEntries(
        [...groups].map(([id, { attributes, members }]) => [
          id,
          // A DELETE ends memberships without a record of each group.
          { attributes: Object.fromEntries(attributes), members: [...members].filter((member) => !gone.has(member)).sort() },
        ]),
      ),
    }),
  }
}

interface Change {
  readonly seq: number
  readonly type: string
  readonly id: string
  readonly changes?: Readonly<Record<string, { readonly before?: unknown; readonly after?: unknown }>>
  readonly members?: { readonly added?: readonly string[]; readonly removed?: readonly string[] }
  readonly role?: { readonly before?: unknown; readonly after: unknown }
  readonly facts?: Readonly<Record<string, unknown>>
}

interface ShownPerson {
  readonly attributes: JsonObject
  readonly role: unknown
  readonly productId: unknown
}

interface ShownGroup {
  readonly attributes: JsonObject
  readonly members: readonly string[]
}

const entries = <T>(shown: Readonly<Record<string, object>>) => Object.entries(shown) as [string, T][]

/** People with attributes, role and product id, and groups with members, as the product API tells them. */
export async function readDirectory(product: TestProduct): Promise<DirectoryState & { readonly seq: number }> {
  const { seq } = await product.get('/people?limit=1') // what is written from now on stands behind it
  const people = await product.all('/people?limit=200')
  const groups = await product.all('/groups?limit=200')
  const members = await Promise.all(groups.map(({ id }) => membersOf(product, String(id))))
  return {
    seq: Number(seq),
    people: Object.fromEntries<object>(
      people.map(({ id, attributes, role, productId }) => [
        String(id),
        { attributes: flat(attributes), role, productId: productId ?? undefined },
      ]),
    ),
    groups: Object.fromEntries<object>(
      groups.map(({ id, attributes }, i) => [String(id), { attributes: flat(attributes), members: members[i] }]),
    ),
  }
}

/** Nobody's when the group was deleted meanwhile. */
async function membersOf(product: TestProduct, id: string): Promise<string[]> {
  if ((await product.send('GET', `/groups/${id}`)).status === 404) return []
  return (await product.all(`/groups/${id}/members?limit=200`).catch(() => [])).map((member) => String(member['id'])).sort()
}

/** An extension's attributes under `urn:attribute`, as records name them. */
function flat(attributes: unknown): Record<string, unknown> {
  const all = Object.entries(isObject(attributes) ? attributes : {}).flatMap(([name, value]) =>
    name.includes(':') && isObject(value)
      ? Object.entries(value).map(([part, held]) => [`${name}:${part}`, held] as const)
      : [[name, value] as const],
  )
  return Object.fromEntries(all)
}

/** Numbers in the tenant's feed, in its order. */
export const seqsIn = async (table: Table) => (await feedOf(table)).map(({ key }) => Number(key.slice(2)))
