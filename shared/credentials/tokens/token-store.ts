import { bearerToken, newToken } from './bearer'
import { lastFourOf, type ReadTokens, type TokenOwner, type TokenVersion } from './token-digest'

/** What may be shown of a token, by its name where it is kept. Times are milliseconds since the epoch. */
export interface TokenFacts {
  /** The version in the vault, the id of a local row, or `local`. */
  readonly id: string
  /** What people call it; undefined for one that was set by hand. */
  readonly label: string | undefined
  /** Undefined for one set by hand, and for one so short that four characters would be much of it. */
  readonly lastFour: string | undefined
  readonly createdAt: number | undefined
  readonly notBefore: number | undefined
  readonly expiresAt: number | undefined
  readonly enabled: boolean
  /** The id of the token that this one is to take over from. */
  readonly replaces: string | undefined
  /** SHA-256 of the token, where it is known without reading the token. Not to be shown: a made-up token can be guessed from it. */
  readonly digest: Uint8Array | undefined
  /** Only a settings file can end it. */
  readonly isFixed?: true
}

export interface NewToken {
  readonly label: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** A token that somebody made up, of 1 to 256 visible ASCII characters; a new random one unless given. */
  readonly value?: string
  /** The id of the token that this one is to take over from. */
  readonly replaces?: string
  /** Adds the token also where enough are live; the oldest of them then counts no longer. */
  readonly mayEndOldest?: boolean
}

/** Where tenants' tokens are kept. Failures of the store are VaultUnavailable, VaultForbidden, StorageUnavailable, StorageForbidden. */
export interface TokenStore {
  readonly read: ReadTokens
  /** Every token, dead ones too, newest first. */
  list(owner: TokenOwner): Promise<readonly TokenFacts[]>
  /**
   * Adds a token; those before go on to work. The value is to be shown this once. Two calls at the same time may pass the limit.
   * @throws TokenRefused `tooMany` where MAX_LIVE_TOKENS are live; RangeError for a value, label or time that cannot be kept
   */
  add(owner: TokenOwner, token: NewToken): Promise<{ readonly value: string; readonly facts: TokenFacts }>
  /**
   * Ends a token; repeating it does no harm. Instances learn of it by the tenant's token epoch.
   * @throws TokenRefused `unknown` where the tenant has none of this id, `fixed` for one that only its settings file can end
   */
  disable(owner: TokenOwner, id: string): Promise<void>
}

/** Live tokens that count, the newest ones. A rotation needs two; each more costs a request to the vault in every read. */
export const MAX_LIVE_TOKENS = 5
/** Dead tokens that are still recognised, the newest ones: each is one more comparison for every refused request. */
const MAX_DEAD_TOKENS = 20
/** A tag in Key Vault holds 256 characters. */
const MAX_LABEL_LENGTH = 100

/** The store will not do what was asked, for a reason that the person who asked can mend. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly reason: 'tooMany' | 'unknown' | 'fixed'

  constructor(reason: 'tooMany' | 'unknown' | 'fixed') {
    super(REFUSALS[reason])
    this.reason = reason
  }
}

const REFUSALS = {
  tooMany: `The tenant has ${MAX_LIVE_TOKENS} live tokens, and no more can be used: revoke one first.`,
  unknown: 'The tenant has no such token.',
  fixed: 'This token is one of LOCAL_TENANT_TOKENS: take it out of local.settings.json and start again.',
}

/** One that is not yet valid counts: it may become valid while the answer is cached. */
export const isLive = ({ enabled, expiresAt }: TokenFacts, now: number) => enabled && now < (expiresAt ?? Infinity)

/** Parts tokens into those that count and the other ones, both newest first. */
export function partTokens(tokens: readonly TokenFacts[], now: number): { live: TokenFacts[]; dead: TokenFacts[] } {
  const live = tokens.filter((token) => isLive(token, now)).slice(0, MAX_LIVE_TOKENS)
  return { live, dead: tokens.filter((token) => !live.includes(token)) }
}

export function newestFirst<T extends TokenFacts>(tokens: readonly T[]): T[] {
  return tokens.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
}

export function versionOf({ id, enabled, expiresAt, notBefore }: TokenFacts, digest: Uint8Array): TokenVersion {
  return {
    id,
    digest,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(notBefore !== undefined && { notBefore }),
    ...(!enabled && { disabled: true }),
  }
}

/** The newest of those whose digest is known. */
export function versionsOf(tokens: readonly TokenFacts[]): TokenVersion[] {
  const versions = tokens.flatMap((token) => (token.digest === undefined ? [] : [versionOf(token, token.digest)]))
  return versions.slice(0, MAX_DEAD_TOKENS)
}

/**
 * The value of the token to add, checked against those that are there.
 * @throws TokenRefused, RangeError
 */
export function valueToAdd(token: NewToken, present: readonly TokenFacts[], now: number): string {
  const { label, expiresAt, value = newToken(), mayEndOldest = false } = token
  // No message repeats what was given: it may be the token.
  if (bearerToken(`Bearer ${value}`) !== value) throw new RangeError('A token is 1 to 256 visible ASCII characters.')
  if (label.trim() === '' || label.length > MAX_LABEL_LENGTH || /\p{C}/u.test(label)) {
    throw new RangeError(`A token's label is 1 to ${MAX_LABEL_LENGTH} visible characters.`)
  }
  if (!(expiresAt > now)) throw new RangeError('A token must expire later than now.')
  if (!mayEndOldest && present.filter((other) => isLive(other, now)).length >= MAX_LIVE_TOKENS) throw new TokenRefused('tooMany')
  return value
}

/** The facts of a token that is added now. */
export function factsToAdd(token: NewToken, value: string): Omit<TokenFacts, 'id' | 'createdAt' | 'digest'> {
  const { label, expiresAt, replaces } = token
  return { label, lastFour: lastFourOf(value), notBefore: undefined, expiresAt, enabled: true, replaces }
}
