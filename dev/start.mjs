/** Builds, then runs the app on this machine: tables in an embedded Azurite, one tenant with a token, functions in the local host. */
import { createRequire } from 'node:module'

const flags = process.argv.slice(2)
if (!flags.includes('--help')) console.log('Rollcall is being built and started.') // at once: the rest takes seconds
const { build, LOCAL_PROGRAMS } = await import('./build.mjs').catch(() =>
  fail('The packages are not installed; run npm ci first.'),
)
await build(LOCAL_PROGRAMS).catch(() => fail('The build failed.'))
createRequire(import.meta.url)('../dist/dev/start.js').start(flags)

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
