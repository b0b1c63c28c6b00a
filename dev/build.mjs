/** Bundles the app for Azure: one CommonJS file, so that the package needs no node_modules and a cold start reads one file. */
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import esbuild from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Builds dist/functions/index.js and whatever other entries are named (output path without .js to source). */
export async function build(otherEntries = {}) {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { 'functions/index': 'functions/index.ts', ...otherEntries },
    outdir: 'dist',
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['@azure/functions-core'], // exists only inside the Functions worker
    sourcemap: true,
    treeShaking: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
  return `${root}dist/functions/index.js`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = await build().catch(() => process.exit(1)) // esbuild has printed why
  console.log(`dist/functions/index.js ${Math.round(statSync(file).size / 1024)} KiB`)
}
