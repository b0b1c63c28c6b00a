/** Bundles the operator's commands and runs one: `npm run tenant`, `npm run export`, `npm run import`. See ops/cli.ts for their words and flags. */
import { fileURLToPath } from 'node:url'

const { build } = await import('esbuild').catch(() => {
  console.error('The packages are not installed; run npm ci first.')
  process.exit(1)
})
const root = fileURLToPath(new URL('..', import.meta.url))

await build({
  absWorkingDir: root,
  entryPoints: { 'ops/main': 'ops/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  packages: 'external', // they run from this folder, beside node_modules
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
}).catch(() => process.exit(1)) // esbuild has printed why
await import(new URL('../dist/ops/main.cjs', import.meta.url))
