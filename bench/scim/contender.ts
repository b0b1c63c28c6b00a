import { startAzuriteTables } from '../../dev/host/azurite-tables'
import { startServer, type Server } from '../service/server'
import { startWorld, type Places } from '../service/world'
import { openDirectory, type Directory } from './directory'
import type { Name } from './options'

/** A server that is measured, over tables of its own. */
export interface Contender {
  readonly name: Name
  readonly server: () => Server
  /** A tenant, with what the benchmark has stored in it. */
  readonly directory: (slug: string) => Directory
  readonly stop: () => Promise<void>
}

/** What a run is made of: the floor's server beside what every benchmark has. */
export type Parts = Omit<Places, 'bundle'> & { readonly floor: string }
export type Builds = Readonly<Record<Exclude<Name, 'bare'>, () => string | Promise<string>>>

/** @param slugs tenants that will be asked for */
export async function startContender(name: Name, parts: Parts, builds: Builds, slugs: readonly string[]): Promise<Contender> {
  const started = name === 'bare' ? await startFloor(parts) : await startWorld({ ...parts, bundle: await builds[name]() }, slugs)
  const directories = new Map<string, Directory>()
  function directory(slug: string): Directory {
    const held = directories.get(slug) ?? openDirectory(slug, started.scim(slug), started.server)
    directories.set(slug, held)
    return held
  }
  return { name, server: started.server, directory, stop: () => started.stop() }
}

async function startFloor({ azurite, floor }: Parts) {
  const tables = await startAzuriteTables(azurite, undefined)
  const server = await startServer(floor, '', { ...process.env, TABLES_CONNECTION_STRING: tables.connectionString })
  return {
    server: () => server,
    scim: () => ({ 'content-type': 'application/scim+json' }),
    async stop() {
      await server.kill()
      await tables.stop()
    },
  }
}
