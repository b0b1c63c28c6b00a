import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { InstanceOrder } from './instance'
import type { serveInstance as Serve } from './serve-instance'

/**
 * The program of the child process of `npm run dev`: loads the packages that it is given, then serves what was built when it is told. It
 * holds nothing of the service itself, which changes while it waits.
 */

const load = createRequire(__filename)

// Ctrl-C reaches every process of the terminal; the parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)

let end: () => Promise<void> = () => Promise.resolve()
process.once('disconnect', () => {
  void end().finally(() => process.exit(0))
})

process.once('message', (order) => {
  process.setSourceMapsEnabled(true) // not before: those of the packages would take longer than the packages
  const { serveInstance } = load(join(__dirname, 'serve-instance.js')) as { serveInstance: typeof Serve }
  end = serveInstance(order as InstanceOrder)
})

for (const name of process.argv.slice(2)) load(name)
