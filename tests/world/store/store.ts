import { tablesOver, type Tables } from '../../../shared/storage/connect'
import { newAccount, type Account } from './account'
import { newClient } from './client'
import type { Fault, Trouble } from './faults'

/** A store whose next requests go wrong as a test wants it. */
export interface TestStore {
  readonly account: Account
  readonly tables: Tables
  /** What happens to the next requests, one after another. */
  readonly next: (...faults: readonly (Fault | undefined)[]) => void
  /** Requests that were made. */
  readonly requests: () => number
  /** Lets the service's clock go on, which stands otherwise. */
  readonly pass: (ms: number) => void
}

const BEGIN_MS = Date.UTC(2026, 0, 1)

/**
 * On a quick network: the client's waits before it repeats are left out, and of chance every draw is one half.
 * @param options requestMs: what a request takes of the service's clock; none unless given
 */
export function newTestStore(options: { readonly timeoutMs?: number; readonly requestMs?: number } = {}): TestStore {
  const coming: (Fault | undefined)[] = []
  let requests = 0
  let passedMs = 0
  const { requestMs = 0 } = options
  const account = newAccount({ nowMs: () => BEGIN_MS + passedMs, random: () => 0.5 })
  const link = { travel: () => Promise.resolve(), wait: () => Promise.resolve(), random: () => 0.5 }
  const trouble: Trouble = () => {
    requests += 1
    passedMs += requestMs
    return coming.shift()
  }
  return {
    account,
    tables: tablesOver((name) => newClient({ account, link, trouble }, name), options.timeoutMs),
    next: (...faults) => void coming.push(...faults),
    requests: () => requests,
    pass: (ms) => {
      passedMs += ms
    },
  }
}
