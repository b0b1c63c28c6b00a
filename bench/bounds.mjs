/**
 * Dear requests of one tenant beside light ones of another, in the build before requests had bounds and in this checkout.
 * node bench/bounds.mjs [--only old|new] [--rows 1a,2,5]
 */
import { load, wantedBuilds } from './builds.mjs'

const args = process.argv.slice(2)
const bundles = await wantedBuilds(args)
const { main, ...places } = await load('bounds')
process.exit(await main(args, places, bundles))
