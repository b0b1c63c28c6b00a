import { format } from 'node:util'
import { ConfigError } from '../../shared/config'
import { freePort } from './azurite-tables'
import type { AzuriteTables } from './azurite-tables'
import { openTables } from './data'
import { checkFolder } from './local-settings'
import { startLocalOperators, type LocalOperators } from './operators'
import { kept, localRun } from './serve'
import { HELP, StartError, startOptions } from './start-options'
import type { StartOptions } from './start-options'

/** What `npm start` and `npm run dev` do alike: flags and settings are read, tables start, and all of it ends with a signal. */

const maxStopMs = 10_000
/** Settings that lead to Azure, which a shell may have from elsewhere. */
const AZURES = ['KEY_VAULT_URL', 'TABLES_URL'] as const

interface Command {
  /** Builds the service where that was not done yet, and says where the bundle is. */
  readonly bundle: () => Promise<string>
  readonly run: (options: StartOptions, tables: AzuriteTables, operators: LocalOperators | undefined) => Promise<void>
}

/** Runs until a signal, or exits with 1 and one sentence on stderr. */
export async function command(args: readonly string[], { bundle, run }: Command): Promise<void> {
  if (args.includes('--help')) {
    console.log(HELP)
    return
  }
  let options: StartOptions | undefined
  try {
    options = startOptions(args)
    if (!options.memory) checkFolder(kept)
    await freePort(options.port)
    const { env, config } = localRun(options, 'UseDevelopmentStorage=true') // tells a wrong setting before anything starts
    Object.assign(process.env, { LOCAL_TENANT_TOKENS: env['LOCAL_TENANT_TOKENS'] }) // from now on the same for whoever reads it
    for (const name of AZURES.filter((one) => (process.env[one] ?? '') !== ''))
      console.warn(`${name} is set, and a local run does not use it: tables and tokens stay on this machine.`)
    const operators = config.signIn === undefined ? await startLocalOperators() : undefined
    Object.assign(process.env, operators?.settings)
    await run(options, await openTables(options, bundle), operators)
  } catch (error) {
    console.error(sentenceOf(error, options?.port ?? 0))
    process.exit(1) // Azurite ends with this process
  }
}

const isPortInUse = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

/** Why it does not run, for whoever typed the command. */
export function sentenceOf(error: unknown, port: number): string {
  if (error instanceof StartError || error instanceof ConfigError) return error.message
  if (isPortInUse(error)) return `Port ${port} is in use; choose another with --port.`
  return format(error)
}

/**
 * Stops everything at the first signal; a second one, or work that does not end, ends the process as it is.
 * @param end ends what uses the tables, which are gone already when they ended by themselves
 */
export function stopOnSignal(tables: AzuriteTables, end: (areTablesThere: boolean) => Promise<void>): void {
  let stopping = false
  const stop = (code: number) => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), maxStopMs).unref()
    void end(code === 0)
      .then(() => tables.stop())
      .finally(() => process.exit(code))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stop(0)
    })
  }
  void tables.ended.then(() => {
    if (stopping) return
    console.error('Azurite stopped unexpectedly.')
    stop(1)
  })
}
