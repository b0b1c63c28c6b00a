import type { Trust } from '../../tenants/directory-sign-in'
import type { AssertionRefusal, SeenAssertion } from './assertion'

/** One claim: what the trust wants of it, and what the assertion has. */
export interface ComparedClaim {
  readonly claim: string
  readonly expected: string
  /** Undefined: the assertion does not have it. */
  readonly seen: string | undefined
  readonly fits: boolean
}

/**
 * Claim by claim what was expected and what came, by the trust that it comes nearest to; without trusts there is nothing to expect.
 * The signature has a line of its own where it was looked at, which is once everything before it fits.
 */
export function compareClaims(
  seen: SeenAssertion,
  trusts: readonly Trust[],
  { refusal, nowMs }: { readonly refusal: AssertionRefusal | undefined; readonly nowMs: number },
): readonly ComparedClaim[] {
  const compared = trusts.map((trust) => claimsOf(seen, trust, nowMs))
  const [nearest = []] = compared.toSorted((a, b) => fitting(b) - fitting(a))
  if (refusal === undefined) return [...nearest, signature(seen, true)]
  return refusal === 'unknownKey' || refusal === 'badSignature' ? [...nearest, signature(seen, false)] : nearest
}

/** The issuer and the subject say more of which trust was meant than the rest, which many have alike. */
const fitting = (claims: readonly ComparedClaim[]) =>
  claims.reduce((sum, { claim, fits }) => sum + (fits ? (claim === 'iss' || claim === 'sub' ? 10 : 1) : 0), 0)

function claimsOf(seen: SeenAssertion, { issuer, subject, tenantId, audiences }: Trust, nowMs: number): ComparedClaim[] {
  const exact = (claim: 'alg' | 'iss' | 'sub' | 'tid', expected: string): ComparedClaim => ({
    claim,
    expected,
    seen: seen[claim],
    fits: seen[claim] === expected,
  })
  const { aud, exp, nbf } = seen
  return [
    exact('alg', 'RS256'),
    exact('iss', issuer),
    exact('sub', subject),
    exact('tid', tenantId),
    { claim: 'aud', expected: audiences.join(' or '), seen: aud, fits: aud !== undefined && audiences.includes(aud) },
    { claim: 'exp', expected: `later than ${iso(nowMs)}`, seen: timeOf(exp), fits: exp !== undefined && exp * 1000 > nowMs },
    {
      claim: 'nbf',
      expected: `not later than ${iso(nowMs)}`,
      seen: timeOf(nbf),
      fits: nbf !== undefined && nbf * 1000 <= nowMs + SKEW_MS,
    },
  ]
}

const SKEW_MS = 60_000
const MAX_SECONDS = 8.64e12

const signature = ({ kid }: SeenAssertion, fits: boolean): ComparedClaim => ({
  claim: 'signature',
  expected: "by one of the issuer's keys",
  seen: kid === undefined ? undefined : `kid ${kid}`,
  fits,
})

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19) + 'Z'
const timeOf = (seconds: number | undefined) =>
  seconds === undefined ? undefined : Math.abs(seconds) > MAX_SECONDS ? String(seconds) : iso(seconds * 1000)
