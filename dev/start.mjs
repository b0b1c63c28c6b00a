/** Builds, then runs the app on this machine: tables in an embedded Azurite, one tenant with a token, functions in the local host. */
import { createRequire } from 'node:module'

const { build } = await import('./build.mjs').catch(() => fail('The packages are not installed; run npm ci first.'))
await build({ 'dev/start': 'dev/host/start.ts' }).catch(() => fail('The build failed.'))
createRequire(import.meta.url)('../dist/dev/start.js').start(process.argv.slice(2))

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
