import { randomBytes } from 'node:crypto'
import { digestToHex, tokenDigest } from '../tokens/token-digest'

/** Where a link, or a session that came of one, is kept: nothing is proved by it. */
export interface LinkName {
  readonly slug: string
  readonly generation: number
  readonly linkId: string
}

export interface SessionName extends LinkName {
  readonly sessionId: string
}

/** A text that was just made: it is shown once, and its digest alone is kept. */
export interface NewText {
  /** 32 hex digits. */
  readonly id: string
  readonly text: string
  /** SHA-256 of the whole text, in hex. */
  readonly digest: string
}

/** A session's parts at their longest come to 164. */
const MAX_LENGTH = 164

const OWNER = String.raw`([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)\.(\d{1,9})`
const ID = '([0-9a-f]{32})'
const SECRET = String.raw`[\w-]{43}`
const LINK = new RegExp(String.raw`^rcl_${OWNER}\.${ID}\.${SECRET}$`)
const SESSION = new RegExp(String.raw`^rcs_${OWNER}\.${ID}\.${ID}\.${SECRET}$`)

/**
 * A new link that lets a customer's admin in: `rcl_<slug>.<generation>.<id>.<secret>`, safe in a URL. The secret has 256 random
 * bits, and nothing that is stored makes it again.
 * @throws RangeError for a slug or generation that no tenant can have
 */
export function newLink({ slug, generation }: { readonly slug: string; readonly generation: number }): NewText {
  const id = newId()
  return made(LINK, id, `rcl_${slug}.${generation}.${id}`)
}

/** A new session for the holder of the link: `rcs_<slug>.<generation>.<link>.<id>.<secret>`. @throws RangeError as newLink */
export function newSession({ slug, generation, linkId }: LinkName): NewText {
  const id = newId()
  return made(SESSION, id, `rcs_${slug}.${generation}.${linkId}.${id}`)
}

/** Where the link is kept that the text calls itself, or undefined when it has not the shape of one. */
export const linkName = (text: string): LinkName | undefined => nameIn(LINK, text)

/** Where the session is kept that the text calls itself, or undefined when it has not the shape of one. */
export const sessionName = (text: string): SessionName | undefined => nameIn(SESSION, text)

/** Whose a link or session is, if its text is true: nothing is proved before its digest was compared. */
export function claimedTenant(text: string): { readonly slug: string; readonly generation: number } | undefined {
  const name = linkName(text) ?? sessionName(text)
  return name && { slug: name.slug, generation: name.generation }
}

/** Whether a bearer token calls itself a session, rather than a token of Entra ID. */
export const looksLikeSession = (token: string) => token.startsWith('rcs_')

/** 128 random bits. */
const newId = () => randomBytes(16).toString('hex')

function made(shape: RegExp, id: string, name: string): NewText {
  const text = `${name}.${randomBytes(32).toString('base64url')}`
  if (nameIn(shape, text) === undefined) throw new RangeError('A setup link cannot have these parts.')
  return { id, text, digest: digestToHex(tokenDigest(text)) }
}

function nameIn(shape: RegExp, text: string): SessionName | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const [, slug, generation, linkId, sessionId = ''] = shape.exec(text) ?? []
  if (slug === undefined || linkId === undefined) return undefined
  return { slug, generation: Number(generation), linkId, sessionId }
}
