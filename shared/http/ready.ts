import type { HttpResponseInit, InvocationContext } from '@azure/functions'
import { describeError } from './error-reply'

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

/**
 * GET /ready: 200 when everything answers that the service cannot do without, else 503. It names what is missing, such as a
 * setting or a role, also of what only delays work. For operators after a deployment and for probes; it tells nothing of tenants.
 */
export function readyEndpoint(needs: () => readonly Need[], now: () => number = Date.now) {
  let held: { readonly reply: Promise<HttpResponseInit>; readonly until: number } | undefined
  return async (_request: unknown, context: InvocationContext): Promise<HttpResponseInit> => {
    if (held === undefined || now() >= held.until) held = { reply: ask(needs), until: now() + ASKED_EVERY_MS }
    const reply = await held.reply
    context.log(JSON.stringify({ operation: context.functionName, status: reply.status }))
    return reply
  }
}

async function ask(needs: () => readonly Need[]): Promise<HttpResponseInit> {
  const settings: Need = { name: 'settings', check: () => Promise.resolve(needs()) }
  const first = await checked(settings)
  const others = first.ready ? await Promise.all(needs().map(checked)) : []
  const checks = [first, ...others]
  const ready = checks.every((check) => check.ready || check.onlyDelays)
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...(!ready && { 'Retry-After': '30' }) }
  return { status: ready ? 200 : 503, headers, body: JSON.stringify({ ready, checks }) }
}

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
