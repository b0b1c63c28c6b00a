import { randomUUID } from 'node:crypto'
import { TokenRefused } from '../sign-in/token-endpoint'
import { bearer } from '../sign-in/token-source'
import type { TokenSource } from '../sign-in/token-source'
import { openClient } from '../simulator/client'
import type { Client, ClientOptions } from '../simulator/client'
import { createLedger } from '../simulator/ledger'
import type { Ledger, Tally } from '../simulator/ledger'
import { cleanUp } from './clean-up'
import { discover, SCHEMA_DISCOVERABILITY } from './discovery'
import { GROUP_TESTS } from './group-tests'
import { PAGE_REQUIREMENTS } from './page-requirements'
import { PAGINATION } from './pagination'
import { NotApplicable, Unmet } from './outcome'
import type { Finding } from './outcome'
import type { Requirement } from './requirement'
import type { Run } from './run'
import { SCIM_NULL_UPDATE, SCIM_UPDATE_MANAGER, SCIM_WRITES } from './scim-tests'
import { SIGN_IN_TESTS } from './sign-in-tests'
import { USER_TESTS } from './user-tests'

/** The 25 tests in Microsoft's order, then what its page asks for beside them. */
export const REQUIREMENTS: readonly Requirement[] = [
  ...USER_TESTS,
  ...GROUP_TESTS,
  SCHEMA_DISCOVERABILITY,
  SCIM_NULL_UPDATE,
  ...SCIM_WRITES,
  ...SIGN_IN_TESTS,
  ...PAGINATION,
  SCIM_UPDATE_MANAGER,
  ...PAGE_REQUIREMENTS,
]

export interface GalleryOptions {
  readonly url: string
  readonly tokens: TokenSource
  /** How long 25 requests a second are kept up. */
  readonly seconds: number
  /** Names of attributes that the application does not map. */
  readonly without: readonly string[]
  /** How long an answer may take; Entra waits 60 s (entra 1.9). */
  readonly timeoutMs: number
}

export interface GalleryResult {
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

/**
 * Tries every requirement against the endpoint and deletes what it made, also when the signal stops it. Reports each as it is known.
 * @throws only for a defect of its own
 */
export async function runGallery(
  options: GalleryOptions,
  report: (finding: Finding) => void,
  signal?: AbortSignal,
): Promise<GalleryResult> {
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
    marker: `gallery-${randomUUID().slice(0, 8)}`,
    seconds: options.seconds,
    without: new Set(options.without.map((name) => name.toLowerCase())),
    discovered: undefined,
    made: [],
  }
  const findings: Finding[] = []
  try {
    const signedIn = await hasToken(tokens)
    if (signedIn) await discover(run)
    for (const requirement of REQUIREMENTS) {
      const missing = signedIn || SIGN_IN_TESTS.includes(requirement) ? undefined : 'Without a token nothing is answered.'
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
