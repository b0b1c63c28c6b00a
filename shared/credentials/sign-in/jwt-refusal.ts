import { IssuerUnavailable } from './issuer-keys'

/** Why a signed token is refused, whoever it is for. */
export type JwtRefusal = 'malformed' | 'wrongAlgorithm' | 'unknownKey' | 'badSignature' | 'expired'

/** By the codes of jose's errors. */
const REASONS: Readonly<Record<string, JwtRefusal>> = {
  ERR_JWT_EXPIRED: 'expired',
  ERR_JOSE_ALG_NOT_ALLOWED: 'wrongAlgorithm',
  ERR_JWKS_NO_MATCHING_KEY: 'unknownKey',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'unknownKey',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'badSignature',
}

/**
 * What jose's error says of a token.
 * @param byClaim what it is when this claim has another value than it should
 * @throws IssuerUnavailable as it is, since then nothing is known of the token; the error when it is not one of jose's
 */
export function jwtRefusal<R extends string>(error: unknown, byClaim: Readonly<Record<string, R>>): R | JwtRefusal {
  if (error instanceof IssuerUnavailable) throw error
  const { code, claim, reason } = error as Readonly<Record<'code' | 'claim' | 'reason', unknown>>
  if (typeof code !== 'string' || !/^ERR_(?:JOSE|JW[A-Z]+)_/.test(code)) throw error
  if (code !== 'ERR_JWT_CLAIM_VALIDATION_FAILED') return REASONS[code] ?? 'malformed'
  const isOther = reason === 'check_failed' && typeof claim === 'string' && Object.hasOwn(byClaim, claim)
  return (isOther ? byClaim[claim] : undefined) ?? 'malformed'
}
