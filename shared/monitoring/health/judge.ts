import type { RequestCounts } from '../../usage/request-stats'

export const HEALTH_STATES = ['never connected', 'ok', 'late', 'failing', 'silent'] as const
export type HealthState = (typeof HEALTH_STATES)[number]

/** What is known of a tenant's requests and tokens. Times are milliseconds since the epoch; undefined: not yet. */
export interface HealthFacts {
  readonly lastRequest: number | undefined
  readonly lastProbe: number | undefined
  /** The last request that did not fail. */
  readonly lastGood: number | undefined
  /** The last request without a token that opens the tenant: it may be anybody's. */
  readonly lastDenied: number | undefined
  /** The last request with an expired or revoked token of the tenant. */
  readonly lastEnded: number | undefined
  /** When the requests of the last cycle began. */
  readonly cycleBegan: number | undefined
  readonly lastHour: RequestCounts
  /** Undefined: not known. */
  readonly tokens: TokenState | undefined
  /** Entra ID had reason to quarantine its job when the tenant was judged before. */
  readonly hadQuarantineSigns: boolean
}

export interface TokenState {
  /** Whether any token opens the tenant. */
  readonly isAnyLive: boolean
  /** Of the one in use, or of the last one to end. Milliseconds since the epoch. */
  readonly endsAt: number | undefined
}

export interface Health {
  readonly state: HealthState
  /** What is the matter and what to do about it. */
  readonly reason: string
  /** Milliseconds since the epoch. */
  readonly since: number | undefined
  /** When Entra ID is due at the latest. Milliseconds since the epoch; undefined: nobody knows. */
  readonly nextExpected: number | undefined
  /** Whether Entra ID has reason to have slowed its job down to once a day. */
  readonly likelyQuarantine: boolean
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Requests after such a pause are another cycle. */
const PAUSE_MS = 10 * MINUTE_MS
/** Entra ID comes every 20 to 40 minutes, and sends a probe even when nothing has changed. */
const CYCLE_MS = 40 * MINUTE_MS
/** A cycle is overdue; what was refused meanwhile may be the reason. */
const OVERDUE_MS = CYCLE_MS + 5 * MINUTE_MS
/** Two cycles did not come. */
const LATE_MS = 2 * CYCLE_MS + 10 * MINUTE_MS
/** Eight cycles did not come. */
const SILENT_MS = 6 * HOUR_MS
/** One or two people whom Entra ID cannot store are no failing tenant. */
const MIN_FAILURES = 5
/** Thresholds of Entra ID's quarantine (docs/entra-facts.md 1.9). */
const FAILING_SHARE = 0.4
const QUARANTINE_MIN_FAILURES = 5_000
const QUARANTINE_FAILURES = 40_000
const TOKEN_ENDS_SOON_MS = 30 * DAY_MS

/** One state for a tenant's connection with Entra ID. Pure: the same facts and time give the same answer. */
export function judge(facts: HealthFacts, now: number): Health {
  if (facts.lastRequest === undefined) return neverConnected(facts)
  const nextExpected = expectedAfter(facts.lastRequest, facts.cycleBegan)
  const failing = refused(facts, facts.lastRequest, now) ?? failingRequests(facts, facts.lastRequest, now)
  if (failing !== undefined) return { state: 'failing', nextExpected, ...failing }
  const age = now - facts.lastRequest
  const likelyQuarantine = facts.hadQuarantineSigns
  if (age >= SILENT_MS) {
    const reason = `Nothing has come since ${clock(facts.lastRequest)}. ${likelyQuarantine ? QUARANTINED : STOPPED}`
    return { state: 'silent', reason, since: facts.lastRequest, nextExpected: undefined, likelyQuarantine }
  }
  if (age >= LATE_MS) {
    const reason = `Entra ID was due by ${clock(nextExpected)} and has not come. ${likelyQuarantine ? QUARANTINED : STOPPED}`
    return { state: 'late', reason, since: nextExpected, nextExpected, likelyQuarantine }
  }
  return { state: 'ok', reason: okReason(facts, now), since: undefined, nextExpected, likelyQuarantine: false }
}

/** Begin of the last cycle: the requests since the last pause of ten minutes. `times` ascend. */
export function cycleBegin(times: readonly number[]): number | undefined {
  return times.findLast((time, i) => time - (times[i - 1] ?? Number.NEGATIVE_INFINITY) >= PAUSE_MS)
}

/** A cycle may take longer than the interval; then the next one begins when it ends. */
function expectedAfter(lastRequest: number, cycleBegan = lastRequest): number {
  const next = cycleBegan + CYCLE_MS
  return next > lastRequest ? next : lastRequest + CYCLE_MS
}

const clock = (time: number) => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
const STOPPED = 'Look in Entra whether provisioning is on, and whether it is in quarantine.'
const QUARANTINED = 'Entra ID has probably put its job in quarantine: put the cause right, then restart provisioning in Entra.'
const PASTE =
  'Connect shows how the tenant signs in: make a new token or client secret there, paste it into Entra and restart provisioning.'

function neverConnected({ lastDenied, lastEnded }: HealthFacts): Health {
  const reason =
    lastEnded !== undefined
      ? `The only requests had a token or client secret that has ended, last at ${clock(lastEnded)}. ${PASTE}`
      : lastDenied !== undefined
        ? `The only requests had no token of this tenant, last at ${clock(lastDenied)}. Paste Tenant URL and token of the same tenant into Entra.`
        : 'Entra ID has not come yet. Paste Tenant URL and token into Entra and press Test Connection.'
  return { state: 'never connected', reason, since: undefined, nextExpected: undefined, likelyQuarantine: false }
}

type Failing = Pick<Health, 'reason' | 'since' | 'likelyQuarantine'>

/**
 * Entra ID is turned away at the door. Others may hold an old token too, or try one, while Entra ID goes on; so what was
 * denied counts once the cycle that should have come has not.
 */
function refused(facts: HealthFacts, lastRequest: number, now: number): Failing | undefined {
  const { lastDenied = -Infinity, lastEnded = -Infinity, tokens } = facts
  const age = now - lastRequest
  if (lastEnded > lastRequest && age >= OVERDUE_MS) {
    const reason = `Requests come with a token or client secret that has ended, last at ${clock(lastEnded)}. ${PASTE}`
    return { reason, since: lastRequest, likelyQuarantine: true }
  }
  if (tokens?.isAnyLive === false) {
    const ended = tokens.endsAt === undefined ? '' : ` The last one ended at ${clock(tokens.endsAt)}.`
    const reason = `No token opens the tenant, so everything is refused.${ended} ${PASTE}`
    return { reason, since: tokens.endsAt, likelyQuarantine: age >= OVERDUE_MS }
  }
  if (lastDenied > lastRequest && age >= LATE_MS) {
    const reason = `Requests come without a token of this tenant, last at ${clock(lastDenied)}. ${PASTE}`
    return { reason, since: lastRequest, likelyQuarantine: true }
  }
  return undefined
}

function failingRequests(facts: HealthFacts, lastRequest: number, now: number): Failing | undefined {
  const { lastGood, lastHour, cycleBegan, hadQuarantineSigns } = facts
  const { operations, failures } = lastHour
  if (now - lastRequest >= LATE_MS) return undefined
  const share = failures / Math.max(operations, 1)
  const isMuch = failures >= QUARANTINE_MIN_FAILURES && (share > FAILING_SHARE || failures > QUARANTINE_FAILURES)
  if (failures >= MIN_FAILURES && (share > FAILING_SHARE || isMuch)) {
    const reason = `${failures} of ${operations} operations failed in the last hour. The refused requests say why.`
    return { reason, since: cycleBegan, likelyQuarantine: isMuch }
  }
  const hasNone = lastGood === undefined ? failures > 0 : lastRequest - lastGood >= LATE_MS
  if (!hasNone) return undefined
  const good = lastGood === undefined ? 'None has succeeded yet' : `None has succeeded since ${clock(lastGood)}`
  const reason = `Requests come and fail. ${good}. The refused requests say why.`
  return { reason, since: lastGood, likelyQuarantine: hadQuarantineSigns }
}

function okReason({ lastProbe, lastHour, tokens }: HealthFacts, now: number): string {
  const { operations, failures } = lastHour
  const probe = lastProbe === undefined ? '' : ` Its last probe came at ${clock(lastProbe)}.`
  const failed = failures === 0 ? '' : ` ${failures} of ${operations} operations failed in the last hour.`
  const endsAt = tokens?.endsAt
  const token =
    endsAt !== undefined && endsAt - now <= TOKEN_ENDS_SOON_MS
      ? ` The token or client secret in use ends at ${clock(endsAt)}: make a new one in Connect and paste it into Entra before.`
      : ''
  return `Entra ID comes as expected.${probe}${failed}${token}`
}
