import type { Action, Table } from '../../storage/table'
import { isOfDigest } from '../tokens/token-digest'
import { heldLink, isLive, saveSessions, type HeldLink, type LinkSession, type SetupLink } from './link-rows'
import { linkName, newSession, sessionName } from './setup-link'

/** What a session opens, and until when: milliseconds since the epoch, whole seconds. */
export interface OpenSession {
  readonly link: SetupLink
  readonly sessionId: string
  readonly expiresAt: number
}

const SESSION_MS = 8 * 3_600_000
/** One for each browser and tab in which the link was opened; a row has room for some 200. */
const MAX_SESSIONS = 20

/**
 * Gives the holder of a link a session, for 8 hours and never beyond the link's own end; when 20 are live the oldest ends. Undefined
 * when the text is no link of the table, has expired, was revoked, or was for one use and had it: which, it does not say.
 * A text of the right shape costs a read of the table, whoever sends it; nothing that an outsider can guess is written.
 * Of two that use a link for one use at once, one gets a session. `beside` makes a row for the same transaction.
 */
export async function startSession(
  table: Table,
  text: string,
  now: number,
  beside?: (opened: OpenSession) => Action,
): Promise<(OpenSession & { readonly token: string }) | undefined> {
  const name = linkName(text)
  if (name === undefined) return undefined
  const { id, text: token, digest } = newSession(name)
  for (;;) {
    const link = await heldLink(table, name.linkId)
    // Compared also where there is no link, so that both take as long.
    if (!isOfDigest(text, link?.digest) || link === undefined || !isLive(link, now)) return undefined
    const own = link.sessions.find((session) => session.id === id)
    // Our own, stored by an attempt whose answer was lost.
    if (own !== undefined) return { link, sessionId: id, expiresAt: own.expires, token }
    if (link.singleUse && link.uses > 0) return undefined
    const session = { id, digest, expires: endOf(link, now) }
    const used = { uses: link.uses + 1, at: now }
    const opened = { link, sessionId: id, expiresAt: session.expires }
    const sessions = withSession(link.sessions, session, now)
    const rows = beside === undefined ? [] : [beside(opened)]
    if (await saveSessions(table, link, { sessions, used, beside: rows })) return { ...opened, token }
  }
}

/**
 * What the session opens, or undefined when it is none of the table, has expired or was ended, or its link has ended. One point
 * read, which a text of the right shape costs whoever sends it.
 */
export async function openSession(table: Table, text: string, now: number): Promise<OpenSession | undefined> {
  const name = sessionName(text)
  if (name === undefined) return undefined
  const link = await heldLink(table, name.linkId)
  const session = link?.sessions.find(({ id }) => id === name.sessionId)
  if (!isOfDigest(text, session?.digest) || link === undefined || session === undefined) return undefined
  return isLive(link, now) && now < session.expires ? { link, sessionId: session.id, expiresAt: session.expires } : undefined
}

/** Ends one session of a link; one that has ended already is no failure. */
export async function endSession(
  table: Table,
  { linkId, sessionId }: { readonly linkId: string; readonly sessionId: string },
  beside: readonly Action[] = [],
): Promise<void> {
  for (;;) {
    const link = await heldLink(table, linkId)
    if (link === undefined || !link.sessions.some(({ id }) => id === sessionId)) return
    const sessions = link.sessions.filter(({ id }) => id !== sessionId)
    if (await saveSessions(table, link, { sessions, beside })) return
  }
}

const endOf = ({ expiresAt }: HeldLink, now: number) => Math.floor(Math.min(expiresAt, now + SESSION_MS) / 1000) * 1000

const withSession = (sessions: readonly LinkSession[], session: LinkSession, now: number) =>
  [...sessions.filter(({ expires }) => now < expires), session].slice(-MAX_SESSIONS)
