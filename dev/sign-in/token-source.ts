import type { TokenAnswer } from './token-endpoint'

export type Method = 'bearer' | 'client-credentials' | 'federation'

/** Where a client's access tokens come from. */
export interface TokenSource {
  readonly method: Method
  /**
   * The token to send now.
   * @throws TokenRefused when there is none and none is given
   */
  token(): Promise<string>
  /** To be told of each 401. True when it is worth sending the request once more: the next token is another one. */
  refused(token: string): boolean
  /** How many 401 it was told of. */
  refusals(): number
  /**
   * Another token beside the one in use, as the endpoint gives it; the bearer token itself where there is none.
   * @throws TokenRefused when none is given
   */
  fresh(): Promise<TokenAnswer>
}

/** A token is replaced so long before its end, or at half of a life that is shorter than twice that. */
const RENEW_BEFORE_SECONDS = 60

/** One token for ever: the Secret Token. */
export function bearer(token: string): TokenSource {
  let refusals = 0
  return {
    method: 'bearer',
    token: () => Promise.resolve(token),
    refused: () => {
      refusals++
      return false
    },
    refusals: () => refusals,
    fresh: () => Promise.resolve({ accessToken: token, expiresInSeconds: undefined }),
  }
}

/** Tokens that are fetched when first needed, shortly before their end, and after a 401. Requests at the same time share one fetch. */
export function fetchedTokens(
  method: Exclude<Method, 'bearer'>,
  fresh: () => Promise<TokenAnswer>,
  nowMs: () => number = Date.now,
): TokenSource {
  let held: { readonly token: string; readonly renewAtMs: number } | undefined
  let pending: Promise<string> | undefined
  let refusals = 0

  const fetchToken = async (): Promise<string> => {
    const askedMs = nowMs() // the life counts from then at the latest
    const { accessToken, expiresInSeconds = Infinity } = await fresh()
    const usableSeconds = expiresInSeconds - Math.min(RENEW_BEFORE_SECONDS, expiresInSeconds / 2)
    held = { token: accessToken, renewAtMs: askedMs + (Number.isFinite(usableSeconds) ? usableSeconds * 1000 : Infinity) }
    return accessToken
  }
  return {
    method,
    token: async () => {
      if (held !== undefined && nowMs() < held.renewAtMs) return held.token
      pending ??= fetchToken().finally(() => {
        pending = undefined
      })
      return await pending
    },
    refused: (token) => {
      refusals++
      if (held?.token === token) held = undefined
      return true
    },
    refusals: () => refusals,
    fresh,
  }
}
