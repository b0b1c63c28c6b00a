// npm run simulate: bundles dev/simulator and runs it. See dev/simulator/options.ts for the flags.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'

const outfile = fileURLToPath(new URL('../dist/dev/simulate.cjs', import.meta.url))
const entry = fileURLToPath(new URL('simulator/main.ts', import.meta.url))

await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
})
await import(new URL('../dist/dev/simulate.cjs', import.meta.url))
