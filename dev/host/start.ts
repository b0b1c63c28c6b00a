import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import type { Routes } from '../../functions/route'
import { ConfigError, readConfig } from '../../shared/config'
import type { Config, Environment } from '../../shared/config'
import { freePort, startAzuriteTables } from './azurite-tables'
import type { AzuriteTables } from './azurite-tables'
import type { Log } from './invocation'
import { startLocalHost } from './local-host'
import type { LocalHost } from './local-host'
import { localEnvironment, localSettings, tenantTokens } from './local-settings'
import { StartError, startOptions } from './start-options'
import type { StartOptions } from './start-options'

/** Built, this file is dist/dev/start.js. */
const root = join(__dirname, '..', '..')
const maxStopMs = 10_000

const log: Log = (level, name, ...args) => {
  if (level !== 'trace' && level !== 'debug') console.log(`${level} ${name} ${format(...args)}`)
}

interface Bundle {
  readonly routes: Routes
  readonly endServices: () => Promise<void>
  readonly localSetupLink: (slug: string, origin: string) => Promise<string>
}

/** The bundle that goes to Azure. Outside the Functions worker the library warns that it registers nothing. */
async function builtBundle(): Promise<Bundle> {
  const warn = console.warn
  console.warn = () => undefined
  try {
    return (await import(pathToFileURL(join(root, 'dist/functions/index.js')).href)) as Bundle
  } finally {
    console.warn = warn
  }
}

interface LocalRun {
  readonly env: Environment
  readonly config: Config
  readonly token: string
}

/** The checked settings of a run on these tables. */
function localRun(options: StartOptions, tables: string): LocalRun {
  const settings = localSettings(join(root, 'local.settings.json'))
  const tokens = tenantTokens(options, { ...settings, ...process.env }, join(root, '.azurite', 'tokens.json'))
  const env = localEnvironment(process.env, settings, tables, tokens)
  const config = readConfig(env)
  return { env, config, token: config.tokens.kind === 'local' ? (config.tokens.tokens.get(options.tenant) ?? '') : '' }
}

async function firstAnswer(url: string, token: string): Promise<void> {
  const response = await fetch(`${url}/Users?count=1`, { headers: { authorization: `Bearer ${token}` } })
  await response.arrayBuffer()
  if (response.status !== 200) throw new StartError(`Rollcall started, but answered its first request with ${response.status}.`)
}

function announce(url: string, token: string, setupLink: string): void {
  const header = `Authorization: Bearer ${token}`.replaceAll("'", `'\\''`)
  console.log(`Rollcall is running; Ctrl-C stops it.

Tenant URL    ${url}
Secret Token  ${token}
Setup link    ${setupLink}

curl -H '${header}' '${url}/Users'
`)
}

/** Stops everything at the first signal; a second one, or work that does not end, ends the process as it is. */
function stopOnSignal(host: LocalHost, tables: AzuriteTables, endServices: () => Promise<void>): void {
  let stopping = false
  const stop = (code: number) => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), maxStopMs).unref()
    void host
      .close()
      .then(() => (code === 0 ? endServices() : undefined)) // otherwise the tables are gone already
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

const isPortInUse = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

function sentenceOf(error: unknown, options: StartOptions | undefined): string {
  if (error instanceof StartError || error instanceof ConfigError) return error.message
  if (isPortInUse(error)) return `Port ${options?.port ?? 0} is in use; choose another with --port.`
  return format(error)
}

/** `npm start`: runs everything until a signal, or exits with 1 and one sentence on stderr. */
export async function start(args: readonly string[]): Promise<void> {
  let options: StartOptions | undefined
  try {
    options = startOptions(args)
    await freePort(options.port)
    localRun(options, 'UseDevelopmentStorage=true') // tells a wrong setting before anything starts
    const tables = await startAzuriteTables(join(root, 'dev/azurite.mjs'), options.memory ? undefined : join(root, '.azurite'))
    const { env, config, token } = localRun(options, tables.connectionString)
    Object.assign(process.env, env)
    const { endServices, localSetupLink, routes } = await builtBundle()
    const host = await startLocalHost(routes, { port: options.port, log, httpStream: config.httpStream })
    stopOnSignal(host, tables, endServices)
    const origin = `http://localhost:${host.port}`
    const url = `${origin}/scim/${options.tenant}`
    await firstAnswer(url, token)
    announce(url, token, await localSetupLink(options.tenant, config.publicUrl ?? origin))
  } catch (error) {
    console.error(sentenceOf(error, options))
    process.exit(1) // Azurite ends with this process
  }
}
