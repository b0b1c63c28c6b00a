import { isLive, newestFirst, type TokenFacts } from './token-store'

export interface UsedToken extends TokenFacts {
  /** Milliseconds since the epoch; undefined: never seen. */
  readonly lastUsedAt: number | undefined
}

export interface ExpiryWarning {
  readonly id: string
  /** The stage that has begun. One warning for each token and stage is enough. */
  readonly daysLeft: 30 | 7 | 1
  readonly lastFour: string | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** False for the newest token that nobody uses yet. */
  readonly inUse: boolean
}

const DAY_MS = 86_400_000
/** The narrowest first. */
const STAGES = [1, 7, 30] as const

/**
 * The warnings that hold now: 30, 7 and 1 days before a live token ends. A token counts when it was used within 24 h, was used last
 * of all, or is the newest; an older one that nobody uses may end in peace.
 */
export function expiryWarnings(tokens: readonly UsedToken[], now: number): ExpiryWarning[] {
  const live = newestFirst(tokens.filter((token) => isLive(token, now)))
  const lastUse = Math.max(...live.map(({ lastUsedAt }) => lastUsedAt ?? -Infinity))
  return live.flatMap(({ id, lastFour, lastUsedAt = -Infinity, expiresAt = Infinity }, i) => {
    const inUse = lastUsedAt !== -Infinity && (lastUsedAt === lastUse || now - lastUsedAt < DAY_MS)
    const daysLeft = STAGES.find((days) => expiresAt - now <= days * DAY_MS)
    return daysLeft !== undefined && (inUse || i === 0) ? [{ id, daysLeft, lastFour, expiresAt, inUse }] : []
  })
}
