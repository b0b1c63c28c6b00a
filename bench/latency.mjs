/**
 * How long it takes from a disable in the directory until the product is told, in the build before it was followed where it was
 * written and in this checkout.
 * node bench/latency.mjs [--only old|new] [--rounds n]
 */
import { buildNew, buildOld, load } from './builds.mjs'

const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined
const bundles = {
  ...(only !== 'new' && { old: buildOld() }),
  ...(only !== 'old' && { new: await buildNew() }),
}
const { main, ...places } = await load('latency')
process.exit(await main(args, places, bundles))
