// npm run smoke: bundles dev/smoke and runs it. See dev/smoke/options.ts for the flags.
import { fileURLToPath } from 'node:url'

const { build } = await import('esbuild').catch(() => {
  console.error('The packages are not installed; run npm ci first.')
  process.exit(1)
})
const outfile = new URL('../dist/dev/smoke.cjs', import.meta.url)

await build({
  entryPoints: [fileURLToPath(new URL('smoke/main.ts', import.meta.url))],
  outfile: fileURLToPath(outfile),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
})
await import(outfile)
