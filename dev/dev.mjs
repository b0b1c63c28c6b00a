/** Runs the app as npm start does, and builds and starts it again after each change of functions/, shared/ or web/. */
import { createRequire } from 'node:module'

const flags = process.argv.slice(2)
if (!flags.includes('--help')) console.log('Rollcall is being built and started.') // at once: the rest takes seconds
const { rebuilds } = await import('./build.mjs').catch(() => fail('The packages are not installed; run npm ci first.'))
const builds = await rebuilds().catch(() => fail('The build failed.')) // esbuild has printed why
createRequire(import.meta.url)('../dist/dev/develop.js').develop(flags, builds)

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
