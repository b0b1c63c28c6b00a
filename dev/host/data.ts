import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoOrder } from '../demo/make'
import { startAzuriteTables, type AzuriteTables } from './azurite-tables'
import { kept, root } from './serve'
import { StartError, type StartOptions } from './start-options'

const script = join(root, 'dev/azurite.mjs')
const STORAGE_CLOCK = join(root, 'dist/dev/storage-clock.js')
const DEMO = join(kept, 'demo')

/**
 * Starts the tables of a run, on disk or in memory. Those of the demo are filled when they are not there yet, and are there only when
 * all of it was made.
 * @param bundle builds the service where that was not done yet, and says where it is
 * @throws StartError when they cannot be started or filled
 */
export async function openTables(options: StartOptions, bundle: () => Promise<string>): Promise<AzuriteTables> {
  const demoIn = async (location: string | undefined) => {
    const tables = await startAzuriteTables(script, location, STORAGE_CLOCK)
    await makeDemo({ bundle: await bundle(), tables: tables.connectionString, options }, tables)
    return tables
  }
  if (options.memory) return options.demo ? demoIn(undefined) : startAzuriteTables(script, undefined)
  if (!options.demo) return startAzuriteTables(script, kept)
  if (!existsSync(DEMO)) {
    const draft = `${DEMO}.draft`
    rmSync(draft, { recursive: true, force: true }) // of one that was broken off
    await (await demoIn(draft)).stop()
    renameSync(draft, DEMO)
  }
  return startAzuriteTables(script, DEMO)
}

/** In a process of its own, since it sets the clock back. It says so each time, and waits until the tables have done the same. */
async function makeDemo(order: DemoOrder, tables: AzuriteTables): Promise<void> {
  const child = fork(join(root, 'dist/dev/demo.js'))
  child.on('message', (ms) => {
    void tables.setClock(Number(ms)).then(() => child.send('set'))
  })
  child.send(order)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new StartError('The demo could not be made; what went wrong stands above.')
}
