import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { startLocalHost } from '../../dev/host/local-host'
import type { Routes } from '../../functions/route'

/** Bundled and run as a process of its own: serves the package unpacked in the folder given, and tells its port on stdout. */
async function serve(folder: string): Promise<void> {
  const requireFrom = createRequire(join(folder, 'package.json'))
  const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main: string }
  const { routes } = requireFrom(join(folder, main)) as { routes: Routes }
  const { port } = await startLocalHost(routes, { port: 0 })
  console.log(port)
}

void serve(process.argv[2] ?? '')
