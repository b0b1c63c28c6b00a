import * as z from 'zod'
import { prefixRange, type Action, type Row, type Table, type Values } from '../../storage/table'

/** A setup link as people may see it. Times in milliseconds since the epoch. */
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
  /** It gives one session and no more. */
  readonly singleUse: boolean
  /** How many sessions were started with it. */
  readonly uses: number
  /** When the last one was started. */
  readonly lastUsedAt: number | undefined
}

/** A session as it is kept in the row of its link: the text itself is shown once. */
export interface LinkSession {
  readonly id: string
  /** SHA-256 of the whole text, in hex. */
  readonly digest: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** With what proves a link and its sessions; for sign-ins alone, never for a list. */
export interface HeldLink extends SetupLink {
  /** SHA-256 of the link, in hex. Absent, it is the digest of none. */
  readonly digest: string | undefined
  readonly sessions: readonly LinkSession[]
  readonly etag: string
}

/** A link before anybody has used it. */
export type NewLink = Omit<SetupLink, 'revokedAt' | 'uses' | 'lastUsedAt'> & { readonly digest: string }

export const LINKS = prefixRange('h')
const ID = /^[0-9a-f]{32}$/
/** Ended links are listed for this long. */
const KEPT_MS = 90 * 24 * 60 * 60_000
const MAX_ACTIONS = 100
const MAX_ENDED = MAX_ACTIONS - 1
const MAX_CAREFUL = 10

/** Adds a link, with rows of one transaction. False when the one it comes from has ended meanwhile. */
export async function addLink(table: Table, link: NewLink, beside: readonly Action[] = []): Promise<boolean> {
  const create: Action = { type: 'create', key: keyOf(link.id), values: valuesOf(link) }
  const { parent, createdAt } = link
  if (parent === undefined) {
    await table.commit([create, ...beside])
    return true
  }
  for (;;) {
    const row = await table.get(keyOf(parent))
    if (row === undefined || !isLive(linkOf(row), createdAt)) return false
    // Under the parent's ETag: whoever revokes it meanwhile either sees this one or makes it fail.
    const touch: Action = { type: 'merge', key: row.key, values: { last: link.id }, etag: row.etag }
    const outcome = await table.commit([touch, create, ...beside])
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

/** The link with what proves it, ended or not; undefined: there is none. One point read. */
export async function heldLink(table: Table, id: string): Promise<HeldLink | undefined> {
  const row = await table.get(keyOf(id))
  return row && heldOf(row)
}

/**
 * Keeps the sessions of a link, how it was used where that is given, and rows of one transaction. False when its row was changed since it was read, which may
 * be by this very call: when an answer was lost the client repeats it. The row tells.
 */
export async function saveSessions(
  table: Table,
  { id, etag }: HeldLink,
  {
    sessions,
    used,
    beside = [],
  }: {
    readonly sessions: readonly LinkSession[]
    readonly used?: { readonly uses: number; readonly at: number }
    readonly beside?: readonly Action[]
  },
): Promise<boolean> {
  const values: Values = {
    sessions: JSON.stringify(sessions),
    ...(used !== undefined && { uses: used.uses, lastUsed: iso(used.at) }),
  }
  return (await table.commit([{ type: 'merge', key: keyOf(id), values, etag }, ...beside])).ok
}

/** Neither expired nor revoked. */
export const isLive = ({ expiresAt, revokedAt }: SetupLink, now: number) => revokedAt === undefined && now < expiresAt

/**
 * Ends the link, those made with it and every session that came from them, with a row in the same transaction. False when there is
 * none of that id.
 */
export async function revokeLink(
  table: Table,
  { id, now }: { readonly id: string; readonly now: number },
  beside?: (ended: readonly SetupLink[]) => Action,
): Promise<boolean> {
  const values = { revoked: iso(now) }
  for (let attempts = 1; ; attempts += 1) {
    const links = (await table.all(LINKS)).map((row) => ({ ...linkOf(row), etag: row.etag }))
    if (!links.some((link) => link.id === id)) return false
    const ending = withDescendants(links, id).filter(({ revokedAt }) => revokedAt === undefined)
    if (ending.length === 0) return true
    // Again until a look finds none: one may have been made meanwhile.
    const next = ending.slice(0, MAX_ENDED)
    // As they were read, so that of several requests at once one records it. Whoever keeps opening a link does not keep it alive by that.
    const actions = next.map((link): Action => ({
      type: 'merge',
      key: keyOf(link.id),
      values,
      etag: attempts > MAX_CAREFUL ? '*' : link.etag,
    }))
    await table.commit(beside === undefined ? actions : [...actions, beside(next)])
  }
}

/** The link first, then those made with it, generation after generation. */
function withDescendants<T extends SetupLink>(links: readonly T[], id: string): T[] {
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
const iso = (ms: number) => new Date(ms).toISOString()

function valuesOf({ role, label, by, parent, createdAt, expiresAt, singleUse, digest }: NewLink): Values {
  return {
    role,
    label,
    by,
    ...(parent !== undefined && { parent }),
    created: iso(createdAt),
    expires: iso(expiresAt),
    digest,
    ...(singleUse && { singleUse }),
    uses: 0,
    sessions: '[]',
  }
}

function linkOf({ key, values }: Row): SetupLink {
  const timeOf = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? Date.parse(value) : undefined
  }
  return {
    id: key.slice(LINKS.from.length),
    role: values['role'] === 'admin' ? 'admin' : 'reader',
    label: String(values['label']),
    by: String(values['by']),
    parent: typeof values['parent'] === 'string' ? values['parent'] : undefined,
    createdAt: Date.parse(String(values['created'])),
    expiresAt: Date.parse(String(values['expires'])),
    revokedAt: timeOf('revoked'),
    singleUse: values['singleUse'] === true,
    uses: Number(values['uses'] ?? 0),
    lastUsedAt: timeOf('lastUsed'),
  }
}

const sessionList = z.array(z.object({ id: z.string(), digest: z.string(), expires: z.number() }))

function heldOf(row: Row): HeldLink {
  const { digest, sessions = '[]' } = row.values
  return {
    ...linkOf(row),
    digest: typeof digest === 'string' ? digest : undefined,
    sessions: sessionList.parse(JSON.parse(String(sessions))),
    etag: row.etag,
  }
}
