import { randomUUID } from 'node:crypto'
import { inParallel } from '../simulator/world'
import { guid } from '../simulator/variation'
import { addressOf, nameOf, type Customer, type DemoPerson } from './customer'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
/** As many as Entra ID has. */
export const CONNECTIONS = 8
/** As many members as one request may be asked to add. */
const MEMBERS_AT_ONCE = 1000
const SEED = 1

export type Send = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>

/** Ids of people and groups by name. */
export type Ids = Map<string, string>

/** Sends JSON below an address. @throws Error with the answer when it is refused */
export function sender(base: string, token: string): Send {
  return async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }
}

/** As Entra ID asks at the beginning of each cycle, and to test a connection. */
export const probe = (scim: Send) => scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${randomUUID()}"`)}`)

/**
 * Provisions a customer whose directory was empty: the probe, people, groups, members. A manager comes with the person, who is sent
 * later for it, in place of Entra ID's PATCH of each.
 * @param onPerson called after each person
 */
export async function provision(scim: Send, customer: Customer, onPerson = () => {}): Promise<Ids> {
  await probe(scim)
  const ids: Ids = new Map()
  for (const level of levels(customer.people))
    await inParallel(level, CONNECTIONS, async (one) => {
      await provisionPerson(scim, { customer, ids }, one)
      onPerson()
    })
  await inParallel(customer.groups, CONNECTIONS, async (name) => {
    const externalId = guid(SEED, `${customer.domain} ${name}`)
    const { id } = await scim('POST', '/Groups', { schemas: [GROUP], displayName: name, externalId })
    ids.set(name, String(id))
  })
  const work = customer.groups.flatMap((name) => {
    const members = customer.people.filter(({ groups }) => groups.includes(name)).map(nameOf)
    const count = Math.ceil(members.length / MEMBERS_AT_ONCE)
    return Array.from({ length: count }, (_, i) => ({
      name,
      members: members.slice(i * MEMBERS_AT_ONCE, (i + 1) * MEMBERS_AT_ONCE),
    }))
  })
  await inParallel(work, CONNECTIONS, ({ name, members }) => addMembers(scim, ids, { group: name, members }))
  return ids
}

/** Those without a manager, then those whose manager is among them, and so on. */
function levels(people: readonly DemoPerson[]): readonly DemoPerson[][] {
  const depths: number[] = []
  for (const { manager } of people) depths.push(manager === undefined ? 0 : (depths[manager] ?? 0) + 1)
  const found: DemoPerson[][] = []
  for (const [i, one] of people.entries()) (found[depths[i] ?? 0] ??= []).push(one)
  return found
}

/** Creates one person, and adds the id. */
export async function provisionPerson(
  scim: Send,
  { customer: { domain, people }, ids }: { readonly customer: Customer; readonly ids: Ids },
  one: DemoPerson,
): Promise<void> {
  const userName = addressOf(one, domain)
  const boss = one.manager === undefined ? undefined : people[one.manager]
  const { id } = await scim('POST', '/Users', {
    schemas: [USER, ENTERPRISE],
    userName,
    externalId: guid(SEED, userName),
    displayName: nameOf(one),
    name: { givenName: one.given, familyName: one.family },
    title: one.title,
    emails: [{ type: 'work', value: userName, primary: true }],
    ...(one.mobile !== undefined && { phoneNumbers: [{ type: 'mobile', value: one.mobile }] }),
    ...(one.city !== undefined && { addresses: [{ type: 'work', locality: one.city }] }),
    active: true,
    [ENTERPRISE]: {
      department: one.department,
      ...(one.employeeNumber !== undefined && { employeeNumber: one.employeeNumber }),
      ...(boss !== undefined && { manager: { value: idOf(ids, nameOf(boss)) } }),
    },
  })
  ids.set(nameOf(one), String(id))
}

/** @throws Error for a name that was not provisioned */
export function idOf(ids: Ids, name: string): string {
  const id = ids.get(name)
  if (id === undefined) throw new Error(`${name} was not provisioned.`)
  return id
}

const patch = (operation: object) => ({ schemas: [PATCH], Operations: [operation] })

export async function addMembers(
  scim: Send,
  ids: Ids,
  { group, members }: { readonly group: string; readonly members: readonly string[] },
): Promise<void> {
  const value = members.map((name) => ({ value: idOf(ids, name) }))
  await scim('PATCH', `/Groups/${idOf(ids, group)}`, patch({ op: 'Add', path: 'members', value }))
}

export async function disable(scim: Send, ids: Ids, name: string): Promise<void> {
  await scim('PATCH', `/Users/${idOf(ids, name)}`, patch({ op: 'Replace', path: 'active', value: 'False' }))
}

export async function changeWork(
  scim: Send,
  ids: Ids,
  { name, ...to }: { readonly name: string; readonly department: string } | { readonly name: string; readonly title: string },
): Promise<void> {
  const operation =
    'department' in to
      ? { op: 'Replace', path: `${ENTERPRISE}:department`, value: to.department }
      : { op: 'Replace', path: 'title', value: to.title }
  await scim('PATCH', `/Users/${idOf(ids, name)}`, patch(operation))
}

/** Saves the customer's roles and rules, and who holds what. */
export async function administer(manage: Send, { roles, equipment }: Customer, ids: Ids): Promise<void> {
  const { version } = await manage('GET', '/roles')
  const rules = roles.rules.map((rule) =>
    'group' in rule ? { kind: 'group', groupId: idOf(ids, rule.group), role: rule.role } : rule,
  )
  await manage('PUT', '/roles', { ...roles, version, rules })
  if (equipment.length === 0) return
  const list = equipment.map(({ holder, ...item }) => ({ ...item, assignee: { id: idOf(ids, holder) } }))
  await manage('POST', '/equipment/import', list)
}
