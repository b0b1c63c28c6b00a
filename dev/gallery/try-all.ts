import { randomUUID } from 'node:crypto'
import { TokenRefused } from '../sign-in/token-endpoint'
import { bearer } from '../sign-in/token-source'
import type { TokenSource } from '../sign-in/token-source'
import { openClient } from '../simulator/client'
import type { Client, ClientOptions } from '../simulator/client'
import { createLedger } from '../simulator/ledger'
import type { Ledger, Tally } from '../simulator/ledger'
import { cleanUp } from './clean-up'
import { NotApplicable, Unmet } from './outcome'
import type { Finding } from './outcome'
import type { Requirement } from './requirement'
import type { Run } from './run'

export interface TryOptions {
  readonly url: string
  readonly tokens: TokenSource
  /** How long 25 requests a second are kept up. */
  readonly seconds: number
  /** Names of attributes that the application does not map. */
  readonly without: readonly string[]
  /** How long an answer may take; Entra waits 60 s (entra 1.9). */
  readonly timeoutMs: number
}

export interface Attempt {
  readonly findings: readonly Finding[]
  /** Sentences about what could not be deleted. */
  readonly left: readonly string[]
  /** What else was noticed about the answers. */
  readonly tally: Tally
}

/** As many as the rate may have waiting for answers. */
const CONNECTIONS = 32

async function find({ name, optional = false, run: attempt }: Requirement, run: Run): Promise<Finding> {
  try {
    await attempt(run)
    return { requirement: name, result: 'passed', words: '' }
  } catch (error) {
    if (error instanceof NotApplicable) return { requirement: name, result: 'not applicable', words: error.message }
    if (!(error instanceof Unmet)) throw error
    return { requirement: name, result: optional ? 'warning' : 'failed', words: `${error.message} ${error.change}` }
  }
}

/** The simulator's client, for which a request that gets no token is a requirement that is not met. */
function tryingClient(options: ClientOptions, ledger: Ledger): Client {
  const client = openClient(options, ledger)
  const noToken = (error: unknown): never => {
    throw error instanceof TokenRefused ? new Unmet(error.message, 'Give the client a token at the token endpoint.') : error
  }
  return {
    send: (request) => client.send(request).catch(noToken),
    sendOnce: (request) => client.sendOnce(request).catch(noToken),
    close: () => {
      client.close()
    },
  }
}

/** Asked once: an endpoint that refuses the client must not be asked by each test again. */
async function hasToken(tokens: TokenSource): Promise<boolean> {
  try {
    await tokens.token()
    return true
  } catch (error) {
    if (error instanceof TokenRefused) return false
    throw error
  }
}

/** What is asked of an endpoint, in the order of the table. */
export interface Kit {
  readonly requirements: readonly Requirement[]
  /** Begins the name of everything that is made. */
  readonly marker: string
  /** Done before, where there is a token. */
  readonly prepare?: (run: Run) => Promise<void>
}

/**
 * Tries every requirement against the endpoint and deletes what it made, also when the signal stops it. Reports each as it is known.
 * @throws only for a defect of its own
 */
export async function tryAll(
  { requirements, prepare, marker }: Kit,
  options: TryOptions,
  report: (finding: Finding) => void,
  signal?: AbortSignal,
): Promise<Attempt> {
  const ledger = createLedger()
  const { url, timeoutMs, tokens } = options
  const common = { tenantUrl: url, seed: 1, parallel: CONNECTIONS, timeoutMs }
  const run: Run = {
    client: tryingClient({ ...common, tokens }, ledger),
    tokens,
    visit: async (token, request) => {
      const visitor = tryingClient({ ...common, tokens: bearer(token) }, createLedger())
      return await visitor.send(request).finally(() => {
        visitor.close()
      })
    },
    marker: `${marker}-${randomUUID().slice(0, 8)}`,
    seconds: options.seconds,
    without: new Set(options.without.map((name) => name.toLowerCase())),
    discovered: undefined,
    made: [],
  }
  const findings: Finding[] = []
  try {
    const signedIn = await hasToken(tokens)
    if (signedIn) await prepare?.(run)
    for (const requirement of requirements) {
      const missing = signedIn || requirement.withoutToken === true ? undefined : 'Without a token nothing is answered.'
      const reason = signal?.aborted === true ? 'The run was stopped before.' : missing
      const finding =
        reason === undefined
          ? await find(requirement, run)
          : ({ requirement: requirement.name, result: 'not run', words: reason } as const)
      report(finding)
      findings.push(finding)
    }
    const left = await cleanUp(run)
    return { findings, left, tally: ledger.tally() }
  } finally {
    run.client.close()
  }
}
