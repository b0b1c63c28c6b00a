/**
 * How long it takes from a disable in the directory until the product is told, in the build before it was followed where it was
 * written and in this checkout.
 * node bench/latency.mjs [--only old|new] [--rounds n]
 */
import { load, wantedBuilds } from './builds.mjs'

const args = process.argv.slice(2)
const bundles = await wantedBuilds(args)
const { main, ...places } = await load('latency')
process.exit(await main(args, places, bundles))
