import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a setup link, and a session that came of one, allows: one tenant, in one role, until a time. */
export interface SetupAccess {
  readonly slug: string
  readonly generation: number
  /** Names the link in the tenant's settings, where it can be revoked. */
  readonly linkId: string
  readonly role: 'admin' | 'reader'
  /** Milliseconds since the epoch; whole seconds are kept. */
  readonly expiresAt: number
}

export interface ReadOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Whether the tenant's settings still list the link. */
  readonly isLive: (linkId: string) => boolean
}

type Prefix = 'rcl' | 'rcs'

const SESSION_MS = 8 * 3_600_000
/** All parts at their longest come to 182. */
const MAX_LENGTH = 200

const TEXT =
  /^(rc[ls])_([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)\.(\d{1,9})\.([\w-]{1,64})\.(admin|reader)\.(\d{1,11})\.([\w-]{43})$/

/** A new name for a link: 128 random bits. */
export const newLinkId = () => randomBytes(16).toString('hex')

/**
 * A token for the link that lets a customer's admin in: `rcl_…`, safe in a URL. The key is the tenant's own, 32 bytes in hex.
 * @throws RangeError for a key or a part that no link can have
 */
export function signLink(key: string, access: SetupAccess): string {
  return signed(key, 'rcl', access)
}

/** What the link allows, or undefined when it is not one that the key signed, has expired or was revoked: which, it does not say. */
export function readLink(key: string, token: string, options: ReadOptions): SetupAccess | undefined {
  return verified(key, 'rcl', token, options)
}

/**
 * A session for the holder of a link: `rcs_…`, for 8 h and never beyond the link's own end. It ends with its link, so that
 * revoking the one revokes the other.
 */
export function startSession(
  key: string,
  link: SetupAccess,
  now: number,
): { readonly token: string; readonly expiresAt: number } {
  const expiresAt = wholeSeconds(Math.min(link.expiresAt, now + SESSION_MS))
  return { token: signed(key, 'rcs', { ...link, expiresAt }), expiresAt }
}

/** What the session allows, or undefined, as readLink. */
export function readSession(key: string, token: string, options: ReadOptions): SetupAccess | undefined {
  return verified(key, 'rcs', token, options)
}

/** Whose key signed a link or session, if its text is true: nothing is proved before readLink or readSession. */
export function claimedTenant(token: string): { readonly slug: string; readonly generation: number } | undefined {
  const parts = partsOf(token)
  return parts && { slug: parts.access.slug, generation: parts.access.generation }
}

/** Whether a bearer token calls itself a session, rather than a token of Entra ID. */
export const looksLikeSession = (token: string) => token.startsWith('rcs_')

const wholeSeconds = (time: number) => Math.floor(time / 1000) * 1000

function signed(key: string, prefix: Prefix, { slug, generation, linkId, role, expiresAt }: SetupAccess): string {
  const text = `${prefix}_${slug}.${generation}.${linkId}.${role}.${Math.floor(expiresAt / 1000)}`
  const token = `${text}.${signatureOf(key, text)}`
  if (partsOf(token) === undefined) throw new RangeError('A setup link cannot have these parts.')
  return token
}

function verified(key: string, prefix: Prefix, token: string, { now, isLive }: ReadOptions): SetupAccess | undefined {
  const parts = partsOf(token)
  if (parts?.prefix !== prefix) return undefined
  const { access, text, signature } = parts
  // Texts, of one length by the pattern: 43 characters of base64url can stand for the same 32 bytes in four ways.
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(key, text)))) return undefined
  return now < access.expiresAt && isLive(access.linkId) ? access : undefined
}

/** The first line keeps it apart from whatever else the same key may sign. */
function signatureOf(key: string, text: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new RangeError('The key of setup links is 32 bytes in hex.')
  return createHmac('sha256', Buffer.from(key, 'hex')).update(`rollcall setup link 1\n${text}`).digest('base64url')
}

interface Parts {
  readonly prefix: string
  readonly access: SetupAccess
  /** What is signed. */
  readonly text: string
  readonly signature: string
}

function partsOf(token: string): Parts | undefined {
  if (token.length > MAX_LENGTH) return undefined
  const [, prefix = '', slug = '', generation, linkId = '', role, seconds, signature = ''] = TEXT.exec(token) ?? []
  if (signature === '') return undefined
  const access = {
    slug,
    generation: Number(generation),
    linkId,
    role: role === 'admin' ? ('admin' as const) : ('reader' as const),
    expiresAt: Number(seconds) * 1000,
  }
  return { prefix, access, text: token.slice(0, -signature.length - 1), signature }
}
