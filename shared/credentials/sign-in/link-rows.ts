import { createHmac } from 'node:crypto'
import { prefixRange, type Action, type Row, type Table } from '../../storage/table'
import type { Tenant } from '../../tenants/tenant'

/** A setup link as it is kept: the link itself is shown once, and signed rather than stored. Times in ms since the epoch. */
export interface SetupLink {
  readonly id: string
  readonly role: 'admin' | 'reader'
  readonly label: string
  /** Who made it, by name. */
  readonly by: string
  /** The link whose holder made it; it ends with that one. Undefined: an operator made it. */
  readonly parent: string | undefined
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | undefined
}

export const LINKS = prefixRange('h')
const ID = /^[0-9a-f]{32}$/
/** Ended links are listed for this long. */
const KEPT_MS = 90 * 24 * 60 * 60_000
const MAX_ACTIONS = 100

/** Signs the tenant's links and their sessions; another than signs its cursors, and gone with the tenant. */
export const linkKeyOf = ({ settings }: Tenant) => createHmac('sha256', settings.cursorKey).update('setup links').digest('hex')

/** Adds a link. False when the one it comes from has ended meanwhile. */
export async function addLink(table: Table, link: Omit<SetupLink, 'revokedAt'>): Promise<boolean> {
  const create: Action = { type: 'create', key: keyOf(link.id), values: valuesOf(link) }
  const { parent, createdAt } = link
  if (parent === undefined) {
    await table.commit([create])
    return true
  }
  for (;;) {
    const row = await table.get(keyOf(parent))
    if (row === undefined || !isLive(linkOf(row), createdAt)) return false
    // Under the parent's ETag: whoever revokes it meanwhile either sees this one or makes it fail.
    const touch: Action = { type: 'merge', key: row.key, values: { last: link.id }, etag: row.etag }
    const outcome = await table.commit([touch, create])
    if (outcome.ok || outcome.reason === 'exists') return true
  }
}

/** Every link, newest first. */
export async function listLinks(table: Table): Promise<readonly SetupLink[]> {
  const rows = await table.all(LINKS)
  return rows.map(linkOf).sort((a, b) => b.createdAt - a.createdAt)
}

/** The link, unless it is unknown, expired or revoked. */
export async function liveLink(table: Table, id: string, now: number): Promise<SetupLink | undefined> {
  if (!ID.test(id)) return undefined
  const row = await table.get(keyOf(id))
  const link = row && linkOf(row)
  return link !== undefined && isLive(link, now) ? link : undefined
}

/** Neither expired nor revoked. */
export const isLive = ({ expiresAt, revokedAt }: SetupLink, now: number) => revokedAt === undefined && now < expiresAt

/** Ends the link, those made with it and every session that came from them. False when there is none of that id. */
export async function revokeLink(table: Table, id: string, now: number): Promise<boolean> {
  const values = { revoked: new Date(now).toISOString() }
  for (;;) {
    const links = await listLinks(table)
    if (!links.some((link) => link.id === id)) return false
    const ending = withDescendants(links, id).filter(({ revokedAt }) => revokedAt === undefined)
    if (ending.length === 0) return true
    // Again until a look finds none: one may have been made meanwhile.
    const actions = ending
      .slice(0, MAX_ACTIONS)
      .map((link): Action => ({ type: 'merge', key: keyOf(link.id), values, etag: '*' }))
    await table.commit(actions)
  }
}

/** The link first, then those made with it, generation after generation. */
function withDescendants(links: readonly SetupLink[], id: string): SetupLink[] {
  const found = links.filter((link) => link.id === id)
  for (const { id: parent } of found) found.push(...links.filter((link) => link.parent === parent))
  return found
}

/** Forgets links that ended 90 days ago, a hundred at a time. */
export async function clearLinks(table: Table, now: number): Promise<void> {
  const ended = (await listLinks(table)).filter(({ expiresAt, revokedAt }) => now - (revokedAt ?? expiresAt) > KEPT_MS)
  const actions = ended.slice(0, MAX_ACTIONS).map(({ id }): Action => ({ type: 'delete', key: keyOf(id) }))
  if (actions.length > 0) await table.commit(actions)
}

const keyOf = (id: string) => LINKS.from + id

function valuesOf({ role, label, by, parent, createdAt, expiresAt }: Omit<SetupLink, 'revokedAt'>) {
  return {
    role,
    label,
    by,
    ...(parent !== undefined && { parent }),
    created: new Date(createdAt).toISOString(),
    expires: new Date(expiresAt).toISOString(),
  }
}

function linkOf({ key, values }: Row): SetupLink {
  return {
    id: key.slice(LINKS.from.length),
    role: values['role'] === 'admin' ? 'admin' : 'reader',
    label: String(values['label']),
    by: String(values['by']),
    parent: typeof values['parent'] === 'string' ? values['parent'] : undefined,
    createdAt: Date.parse(String(values['created'])),
    expiresAt: Date.parse(String(values['expires'])),
    revokedAt: typeof values['revoked'] === 'string' ? Date.parse(values['revoked']) : undefined,
  }
}
