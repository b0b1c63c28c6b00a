/** Runs the app as npm start does, and builds and starts it again after each change of functions/, shared/ or web/. */
import { createRequire } from 'node:module'

const { rebuilds } = await import('./build.mjs').catch(() => fail('The packages are not installed; run npm ci first.'))
const builds = await rebuilds().catch(() => fail('The build failed.')) // esbuild has printed why
createRequire(import.meta.url)('../dist/dev/develop.js').develop(process.argv.slice(2), builds)

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
