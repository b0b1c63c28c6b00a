import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { EQUIPMENT, GROUPS, LEAVERS, PEOPLE, ROLES, type DemoPerson } from './contoso'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export type Send = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>

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

const nameOf = ({ given, family }: DemoPerson) => `${given} ${family}`
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase()
const addressOf = ({ given, family }: DemoPerson) => `${plain(given)}.${plain(family)}@contoso.example`

/** Provisions the customer as Entra ID does: the probe, people, groups, managers, members, and then those who leave. */
export async function provision(scim: Send): Promise<ReadonlyMap<string, string>> {
  await scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${randomUUID()}"`)}`)
  const ids = new Map<string, string>()
  for (const one of PEOPLE) {
    const { id } = await scim('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
      userName: addressOf(one),
      externalId: randomUUID(),
      displayName: nameOf(one),
      name: { givenName: one.given, familyName: one.family },
      title: one.title,
      emails: [{ type: 'work', value: addressOf(one), primary: true }],
      active: true,
      [ENTERPRISE]: { department: one.department },
    })
    ids.set(nameOf(one), String(id))
  }
  await nameManagers(scim, ids)
  for (const name of GROUPS) {
    const { id } = await scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: name,
      externalId: randomUUID(),
    })
    ids.set(name, String(id))
    const members = PEOPLE.filter(({ groups }) => groups.includes(name)).map((one) => ({ value: ids.get(nameOf(one)) }))
    await scim('PATCH', `/Groups/${String(id)}`, patch({ op: 'Add', path: 'members', value: members }))
  }
  return ids
}

const patch = (...operations: readonly object[]) => ({ schemas: [PATCH], Operations: operations })

async function nameManagers(scim: Send, ids: ReadonlyMap<string, string>): Promise<void> {
  for (const one of PEOPLE) {
    const boss = one.manager === undefined ? undefined : PEOPLE[one.manager]
    if (boss === undefined) continue
    const value = ids.get(nameOf(boss))
    await scim('PATCH', `/Users/${ids.get(nameOf(one)) ?? ''}`, patch({ op: 'Add', path: `${ENTERPRISE}:manager`, value }))
  }
}

/** Rules, who holds what, a lock; then, once everybody has been told a role, a day's changes. */
export async function administer(manage: Send, scim: Send, ids: ReadonlyMap<string, string>): Promise<void> {
  const { version } = await manage('GET', '/roles')
  const { otherRules, ...roles } = ROLES
  const rules = roles.rules.map(([group, role]) => ({ kind: 'group', groupId: ids.get(group), role }))
  await manage('PUT', '/roles', { ...roles, version, rules: [...rules.slice(0, -1), ...otherRules, ...rules.slice(-1)] })
  for (const { assetTag, model, serial, holder } of EQUIPMENT) {
    await manage('PUT', `/equipment/${assetTag}`, { model, serial, assignee: { id: ids.get(holder) } })
  }
  await manage('PUT', `/people/${ids.get('Priya Nair') ?? ''}/lock`, {})
  await roleTold(manage, 'Chloé Dubois', 'Loanee')
  await changeThings(scim, ids)
  await roleTold(manage, 'Chloé Dubois', 'Manager')
}

async function changeThings(scim: Send, ids: ReadonlyMap<string, string>): Promise<void> {
  const path = (type: string, name: string) => `/${type}/${ids.get(name) ?? ''}`
  await scim('PATCH', path('Users', 'Ana Ruiz'), patch({ op: 'Replace', path: `${ENTERPRISE}:department`, value: 'Sales North' }))
  for (const name of LEAVERS) await scim('PATCH', path('Users', name), patch({ op: 'Replace', path: 'active', value: 'False' }))
  const members = [{ value: ids.get('Chloé Dubois') }]
  await scim('PATCH', path('Groups', 'Sales North'), patch({ op: 'Add', path: 'members', value: members }))
}

const MAX_WAITING_MS = 30_000

/** Roles follow within seconds. @throws Error when they do not */
async function roleTold(manage: Send, name: string, role: string): Promise<void> {
  const deadline = Date.now() + MAX_WAITING_MS
  while (Date.now() < deadline) {
    const { items } = (await manage('GET', '/activity?kind=role&limit=100')) as { items: readonly { text: string }[] }
    if (items.some(({ text }) => text.startsWith(name) && text.includes(role))) return
    await setTimeout(250)
  }
  throw new Error(`Nobody was told within ${MAX_WAITING_MS / 1000} s that ${name} has the role ${role}.`)
}
