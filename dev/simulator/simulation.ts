import type { TokenSource } from '../sign-in/token-source'
import { openClient } from './client'
import { fullComparison } from './comparison'
import { cleanUp, deleteSome, postDuplicates } from './deletion'
import { disableAndRestore } from './disable'
import { incrementalCycle } from './changes'
import { initialCycle } from './initial-cycle'
import { createLedger } from './ledger'
import type { Ledger, Tally } from './ledger'
import { provisionOnDemand } from './on-demand'
import { makePopulation } from './population'
import { discovery, testConnection } from './test-connection'
import { unchangedCycle } from './unchanged-cycle'
import type { Family, World } from './world'

export interface SimulationOptions {
  /** The Tenant URL, with or without a slash at its end or a query string. */
  readonly url: string
  readonly tokens: TokenSource
  /** At least 10: each kind of change needs a person. */
  readonly users: number
  /** At least 4: one holds everybody, two nobody. */
  readonly groups: number
  readonly seed: number
  readonly parallel: number
  /** One after the other, on populations that share nobody. */
  readonly families: readonly Family[]
  /** How long an answer may take; Entra waits 60 s (entra 1.9). */
  readonly timeoutMs: number
  /** Ends after the initial cycle and leaves there what it made: a directory to look at. */
  readonly keep?: boolean
}

export interface SimulationResult extends Tally {
  /** Objects found different although nothing had changed: PATCHes that Entra would send again each cycle. */
  readonly patchesInUnchangedCycle: number
}

/** With the flag on the Tenant URL, Entra sends it along with every request (entra 2.1). */
function tenantUrl(url: string, family: Family): string {
  const tenant = new URL(url)
  if (family === 'modern') tenant.search = tenant.search === '' ? '?aadOptscim062020' : `${tenant.search}&aadOptscim062020`
  return tenant.href
}

function makeWorld(options: SimulationOptions, family: Family, ledger: Ledger): World {
  const { seed, parallel, tokens, timeoutMs, url } = options
  const client = openClient({ tenantUrl: tenantUrl(url, family), tokens, seed, parallel, timeoutMs }, ledger)
  const population = makePopulation({ seed, family }, options.users, options.groups)
  return { family, seed, parallel, client, ledger, ...population, patchesInUnchangedCycle: 0 }
}

/** What a phase has to say beside its numbers. */
type Remark = string | undefined
type Work = (world: World) => Promise<Remark>

const silent =
  (work: (world: World) => Promise<void>): Work =>
  async (world) => {
    await work(world)
    return undefined
  }

/** Each later activity of Entra probes first, as Test Connection does. */
const probed =
  (work: Work): Work =>
  async (world) =>
    (await testConnection(world)) ? await work(world) : 'the probe failed: Entra would stop here'

async function firstCycle(world: World): Promise<Remark> {
  const matched = await initialCycle(world)
  if (matched === 0) return undefined
  return `${matched} resources were there already, perhaps from an interrupted run: judge by an empty tenant or another --seed`
}

const compareAll = (world: World) => fullComparison(world, { missing: 'membership-wrong', extra: 'membership-wrong' })
const compareAfterDeletion = (world: World) =>
  fullComparison(world, { missing: 'membership-wrong', extra: 'deleted-member-listed' })

const PHASES: readonly (readonly [string, Work])[] = [
  ['discovery', silent(discovery)],
  ['initial cycle', probed(firstCycle)],
  ['unchanged cycle', probed(silent(unchangedCycle))],
  ['incremental cycle', probed(silent(incrementalCycle))],
  ['disable and restore', probed(silent(disableAndRestore))],
  ['full comparison', silent(compareAll)],
  ['provision on demand', silent(provisionOnDemand)],
  ['duplicates', silent(postDuplicates)],
  ['deletion', probed(silent(deleteSome))],
  ['comparison after deletion', silent(compareAfterDeletion)],
  ['clean up', silent(cleanUp)],
]

/** Runs the phase and reports one line about it. */
async function runPhase(world: World, phase: string, work: Work, report: (line: string) => void): Promise<Remark> {
  const { ledger, family } = world
  const before = ledger.tally()
  const start = performance.now()
  ledger.enter(phase)
  const remark = await work(world)
  const { requests, failures } = ledger.tally()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const numbers = `${requests - before.requests} requests, ${failures - before.failures} failures, ${seconds} s`
  report(`${family}  ${phase}: ${numbers}${remark === undefined ? '' : `; ${remark}`}`)
  return remark
}

const connect: Work = async (world) => ((await testConnection(world)) ? undefined : 'Entra would not start the job')

const BEFORE_KEEPING = new Set(['discovery', 'initial cycle'])

async function runFamily(world: World, keep: boolean, report: (line: string) => void): Promise<void> {
  const phases = keep ? PHASES.filter(([phase]) => BEFORE_KEEPING.has(phase)) : PHASES
  try {
    const refused = await runPhase(world, 'test connection', connect, report)
    if (refused !== undefined) return
    for (const [phase, work] of phases) await runPhase(world, phase, work, report)
  } finally {
    world.client.close()
  }
}

/** Plays Entra's provisioning service against a server and judges every answer. Reports one line for each phase. */
export async function runSimulation(options: SimulationOptions, report: (line: string) => void): Promise<SimulationResult> {
  const ledger = createLedger()
  let patchesInUnchangedCycle = 0
  for (const family of options.families) {
    const world = makeWorld(options, family, ledger)
    await runFamily(world, options.keep === true, report)
    patchesInUnchangedCycle += world.patchesInUnchangedCycle
  }
  return { ...ledger.tally(), patchesInUnchangedCycle }
}
