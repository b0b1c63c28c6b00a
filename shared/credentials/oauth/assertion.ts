import type { JWTPayload } from 'jose' with { 'resolution-mode': 'import' }
import { isObject, type Json } from '../../scim/json'
import { jsonShape } from '../../http/json-shape'
import type { Trust } from '../../tenants/directory-sign-in'
import type { IssuerKeys } from '../sign-in/issuer-keys'
import { jwtRefusal } from '../sign-in/jwt-refusal'

const REFUSALS = [
  'malformed',
  'unknownIssuer',
  'unknownSubject',
  'wrongTenant',
  'wrongAudience',
  'wrongAlgorithm',
  'unknownKey',
  'badSignature',
  'expired',
  'notYetValid',
] as const
export type AssertionRefusal = (typeof REFUSALS)[number]

export const isAssertionRefusal = (text: string | undefined): text is AssertionRefusal => REFUSALS.some((one) => one === text)

/** What an assertion says of itself, believed by nobody: for whoever looks why it was refused. Never the assertion. */
export interface SeenAssertion {
  readonly alg?: string
  readonly kid?: string
  readonly iss?: string
  readonly sub?: string
  /** Several with a comma between. */
  readonly aud?: string
  readonly tid?: string
  /** Seconds since the epoch, as exp and nbf. */
  readonly exp?: number
  readonly nbf?: number
}

export type CheckedAssertion =
  | {
      readonly kind: 'accepted'
      readonly trust: Trust
      /** Seconds since the epoch: what it opens ends with it. */
      readonly expiresAt: number
      readonly seen: SeenAssertion
    }
  | { readonly kind: 'refused'; readonly reason: AssertionRefusal; readonly seen: SeenAssertion }

interface CheckNeeds {
  readonly keysOf: (issuer: string) => IssuerKeys
  /** Milliseconds since the epoch. */
  readonly nowMs: number
}

/** Entra ID's have about 2 KB. */
const MAX_LENGTH = 16_384
const CLOCK_SKEW_SECONDS = 60
/** Claims are texts, numbers and lists of them; some tokens hold an object or two. */
const MAX_DEPTH = 10
const MAX_SHOWN_LENGTH = 300

/**
 * Checks an assertion against the tenant's trusts (RFC 7523 section 3): issuer, subject, tenant and audience exact, RS256 by a key of the
 * issuer, not expired, valid within a minute. The same one may come again: Entra ID sends it until it nears its end, without a `jti`.
 * jose is loaded with the first one.
 * @throws IssuerUnavailable when the issuer's keys are not known and cannot be had
 */
export async function checkAssertion(text: string, trusts: readonly Trust[], needs: CheckNeeds): Promise<CheckedAssertion> {
  const parts = text.length > MAX_LENGTH ? undefined : partsOf(text)
  if (parts === undefined) return { kind: 'refused', reason: 'malformed', seen: {} }
  const seen = seenOf(parts)
  const trust = trusts.find(({ issuer, subject }) => issuer === parts.payload['iss'] && subject === parts.payload['sub'])
  if (trust === undefined) {
    const isIssuerKnown = trusts.some(({ issuer }) => issuer === parts.payload['iss'])
    return { kind: 'refused', reason: isIssuerKnown ? 'unknownSubject' : 'unknownIssuer', seen }
  }
  const checked = await verified(text, trust, needs)
  return typeof checked === 'string'
    ? { kind: 'refused', reason: checked, seen }
    : { kind: 'accepted', trust, expiresAt: checked, seen }
}

/** The assertion's end, in seconds since the epoch, or why it is refused. */
async function verified(text: string, trust: Trust, { keysOf, nowMs }: CheckNeeds): Promise<number | AssertionRefusal> {
  const { jwtVerify } = await import('jose')
  try {
    const { payload } = await jwtVerify(text, keysOf(trust.issuer).resolve, {
      algorithms: ['RS256'],
      issuer: trust.issuer,
      subject: trust.subject,
      audience: [...trust.audiences],
      requiredClaims: ['exp', 'nbf', 'tid'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(nowMs),
    })
    return endOf(payload, trust, nowMs)
  } catch (error) {
    return jwtRefusal(error, REASONS_BY_CLAIM)
  }
}

/** Another one's clock may be a minute behind, but nothing is given for an assertion that has ended by ours. */
function endOf({ tid, aud, exp = 0 }: JWTPayload, trust: Trust, nowMs: number): number | AssertionRefusal {
  if (tid !== trust.tenantId) return 'wrongTenant'
  if (Array.isArray(aud) && aud.length !== 1) return 'wrongAudience' // it is for others as well
  return exp * 1000 > nowMs ? Math.floor(exp) : 'expired'
}

interface Parts {
  readonly header: Readonly<Record<string, Json>>
  readonly payload: Readonly<Record<string, Json>>
}

const JWT = /^([\w-]+)\.([\w-]+)\.[\w-]+$/

/** Undefined for what is no signed JWT, and where a name stands twice: readers differ on which one counts (RFC 7519 section 4). */
function partsOf(text: string): Parts | undefined {
  const [, header, payload] = JWT.exec(text) ?? []
  const read = [header, payload].map((part = '') => objectOf(Buffer.from(part, 'base64url')))
  return read[0] === undefined || read[1] === undefined ? undefined : { header: read[0], payload: read[1] }
}

function objectOf(bytes: Buffer): Record<string, Json> | undefined {
  try {
    const { depth, names } = jsonShape(bytes)
    if (depth > MAX_DEPTH) return undefined
    const json: unknown = JSON.parse(bytes.toString())
    return isObject(json) && namesIn(json) === names ? json : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function namesIn(json: Json): number {
  if (Array.isArray(json)) return json.reduce<number>((sum, one) => sum + namesIn(one), 0)
  if (!isObject(json)) return 0
  return Object.values(json).reduce<number>((sum, one) => sum + 1 + namesIn(one), 0)
}

function seenOf({ header, payload }: Parts): SeenAssertion {
  const texts = { alg: header['alg'], kid: header['kid'], iss: payload['iss'], sub: payload['sub'], tid: payload['tid'] }
  const { aud, exp, nbf } = payload
  const audiences = Array.isArray(aud) ? aud.filter((one) => typeof one === 'string').join(', ') : aud
  const shown = Object.entries({ ...texts, aud: audiences }).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.slice(0, MAX_SHOWN_LENGTH)] as const] : [],
  )
  return {
    ...Object.fromEntries(shown),
    ...(isTime(exp) && { exp }),
    ...(isTime(nbf) && { nbf }),
  }
}

/** JSON may say a number that is too large to be one. */
const isTime = (value: Json | undefined): value is number => typeof value === 'number' && Number.isFinite(value)

const REASONS_BY_CLAIM = { iss: 'unknownIssuer', sub: 'unknownSubject', aud: 'wrongAudience', nbf: 'notYetValid' } as const
