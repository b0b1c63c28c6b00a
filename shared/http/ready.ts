import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { describeError } from './error-reply'
import { SECURITY_HEADERS } from './guard/security-headers'

/** Something outside that the service needs. */
export interface Need {
  readonly name: string
  /** Without it some work waits, and every request is answered all the same. */
  readonly onlyDelays?: true
  /** Uses it once. @throws what is missing */
  readonly check: () => Promise<unknown>
}

/** Anybody may ask, so the needs are asked for once in this time. */
const ASKED_EVERY_MS = 10_000

interface Ready {
  readonly needs: () => readonly Need[]
  /** Whether whoever asks may know what is missing, and not only that something is. */
  readonly isOperator: (authorization: string | null) => Promise<boolean>
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/**
 * GET /ready: 200 when everything answers that the service cannot do without, else 503. Probes learn which check fails; operators,
 * and whoever reads the log, also what is missing, such as a setting or a role. It tells nothing of tenants.
 */
export function readyEndpoint({ needs, isOperator, now = Date.now }: Ready) {
  let held: { readonly checks: Promise<readonly Checked[]>; readonly until: number } | undefined
  return async (request: Pick<HttpRequest, 'headers'>, context: InvocationContext): Promise<HttpResponseInit> => {
    if (held === undefined || now() >= held.until) held = { checks: ask(needs), until: now() + ASKED_EVERY_MS }
    const checks = await held.checks
    const ready = checks.every((check) => check.ready || check.onlyDelays)
    const status = ready ? 200 : 503
    const missing = checks.filter((check) => !check.ready)
    context.log(JSON.stringify({ operation: context.functionName, status, ...(missing.length > 0 && { missing }) }))
    const maySee = missing.length === 0 || (await isOperator(request.headers.get('authorization')))
    return {
      status,
      headers: {
        ...SECURITY_HEADERS,
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        ...(!ready && { 'Retry-After': '30' }),
      },
      body: JSON.stringify({ ready, checks: maySee ? checks : checks.map(withoutReason) }),
    }
  }
}

async function ask(needs: () => readonly Need[]): Promise<readonly Checked[]> {
  const settings: Need = { name: 'settings', check: () => Promise.resolve(needs()) }
  const first = await checked(settings)
  return [first, ...(first.ready ? await Promise.all(needs().map(checked)) : [])]
}

const withoutReason = (check: Checked): Checked => ({ ...check, missing: undefined })

interface Checked extends Omit<Need, 'check'> {
  readonly ready: boolean
  readonly missing?: unknown
}

async function checked({ check, ...need }: Need): Promise<Checked> {
  try {
    await check()
    return { ...need, ready: true }
  } catch (error) {
    const { error: kind, message, code, upstreamStatus } = describeError(error)
    return {
      ...need,
      ready: false,
      missing: message ?? [kind, upstreamStatus, code].filter((fact) => fact !== undefined).join(' '),
    }
  }
}
