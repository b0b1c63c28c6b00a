/**
 * What an access token costs a request beside a Secret Token, and what it costs to get one.
 * node bench/sign-in.mjs [--rounds n]
 */
import { fileURLToPath } from 'node:url'
import { bundling } from '../dev/build.mjs'
import { bundle } from '../dev/bundle.mjs'

await bundle({ ...bundling, entryPoints: { 'bench/sign-in': 'bench/sign-in/main.ts' }, outdir: 'dist' })
const { main } = await import(new URL('../dist/bench/sign-in.js', import.meta.url))
await main(process.argv.slice(2), fileURLToPath(new URL('../dev/azurite.mjs', import.meta.url)))
