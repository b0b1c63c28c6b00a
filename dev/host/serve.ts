import { createRequire } from 'node:module'
import { join } from 'node:path'
import { format } from 'node:util'
import type { Routes } from '../../functions/route'
import { readConfig } from '../../shared/config'
import type { Config, Environment } from '../../shared/config'
import type { Log } from './invocation'
import { startLocalHost } from './local-host'
import { keepSecret, keptSecret, localEnvironment, localSettings, tenantTokens } from './local-settings'
import { StartError } from './start-options'
import type { StartOptions } from './start-options'

/** Built, whatever uses this file lies in dist/dev. */
export const root = join(__dirname, '..', '..')
/** Where a run keeps what it keeps, unless with --memory. */
export const kept = join(root, '.azurite')
const TOKENS = join(kept, 'tokens.json')
const LINKS = join(kept, 'setup-links.json')

const printed: Log = (level, name, ...args) => {
  if (level !== 'trace' && level !== 'debug') console.log(`${level} ${name} ${format(...args)}`)
}

interface Bundle {
  readonly routes: Routes
  readonly endServices: () => Promise<void>
  readonly localSetupLink: (slug: string, origin: string, kept: string | undefined) => Promise<string>
}

/** Outside the Functions worker the library warns that it registers nothing. */
function builtBundle(file: string): Bundle {
  const warn = console.warn
  console.warn = () => undefined
  try {
    return createRequire(__filename)(file) as Bundle
  } finally {
    console.warn = warn
  }
}

interface LocalRun {
  readonly env: Environment
  readonly config: Config
  readonly token: string
}

/**
 * The checked settings of a run on these tables.
 * @throws StartError or ConfigError for one that cannot be
 */
export function localRun(options: StartOptions, tables: string): LocalRun {
  const settings = localSettings(join(root, 'local.settings.json'))
  const tokens = tenantTokens(options, { ...settings, ...process.env }, TOKENS)
  const env = localEnvironment(process.env, settings, tables, tokens)
  const config = readConfig(env)
  return { env, config, token: config.tokens.kind === 'local' ? (config.tokens.tokens.get(options.tenant) ?? '') : '' }
}

/** The service while it runs. */
export interface Serving {
  /** The Tenant URL. */
  readonly url: string
  readonly token: string
  /** A link that opens the tenant's console for a day at least: the one of the last run, or a new one. */
  readonly setupLink: () => Promise<string>
  /** Lets requests end, and no more come. */
  readonly close: () => Promise<void>
  /** Writes what is only remembered yet, while the tables are there. */
  readonly endServices: () => Promise<void>
}

/**
 * Serves a bundle of functions/index.ts on these tables.
 * @param tables a connection string
 * @param log prints unless given
 * @throws StartError or ConfigError for a wrong setting, else whatever the listener or the bundle says
 */
export async function serve(file: string, options: StartOptions, tables: string, log = printed): Promise<Serving> {
  const { env, config, token } = localRun(options, tables)
  Object.assign(process.env, env)
  const { endServices, localSetupLink, routes } = builtBundle(file)
  const host = await startLocalHost(routes, { port: options.port, log, httpStream: config.httpStream })
  const origin = `http://localhost:${host.port}`
  const url = `${origin}/scim/${options.tenant}`
  return {
    url,
    token,
    setupLink: async () => {
      const { tenant, memory } = options
      const link = await localSetupLink(tenant, config.publicUrl ?? origin, memory ? undefined : keptSecret(LINKS, tenant))
      if (!memory) keepSecret(LINKS, tenant, new URL(link).hash.replace('#link=', ''))
      return link
    },
    close: () => host.close(),
    endServices,
  }
}

/** Asks the tenant for one person. @throws StartError when that is refused */
export async function firstAnswer({ url, token }: Pick<Serving, 'url' | 'token'>): Promise<void> {
  const response = await fetch(`${url}/Users?count=1`, { headers: { authorization: `Bearer ${token}` } })
  await response.arrayBuffer()
  if (response.status !== 200) throw new StartError(`Rollcall started, but answered its first request with ${response.status}.`)
}
