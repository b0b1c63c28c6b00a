/**
 * What it costs to route a large directory, and whether the cost of a person stays the same when there are more.
 * node bench/routing.mjs [few] [many] [targets]
 */
import { fileURLToPath } from 'node:url'
import { bundling } from '../dev/build.mjs'
import { bundle } from '../dev/bundle.mjs'

await bundle({ ...bundling, entryPoints: { 'bench/routing': 'bench/routing/main.ts' }, outdir: 'dist' })
const { main } = await import(new URL('../dist/bench/routing.js', import.meta.url))
await main(process.argv.slice(2), fileURLToPath(new URL('../dev/azurite.mjs', import.meta.url)))
