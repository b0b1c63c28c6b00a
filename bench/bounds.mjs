/**
 * Dear requests of one tenant beside light ones of another, in the build before requests had bounds and in this checkout.
 * node bench/bounds.mjs [--only old|new] [--rows 1a,2,5]
 */
import { buildNew, buildOld, load } from './builds.mjs'

const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined
const bundles = {
  ...(only !== 'new' && { old: buildOld() }),
  ...(only !== 'old' && { new: await buildNew() }),
}
const { main, ...places } = await load('bounds')
process.exit(await main(args, places, bundles))
