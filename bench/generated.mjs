/**
 * Generated requests of every kind, eight at a time: how they end, and how long the event loop stood still meanwhile.
 * node bench/generated.mjs [count] [seed] [--only index] [--old] [--seconds n]
 */
import { buildNew, buildOld, load } from './builds.mjs'

const args = process.argv.slice(2)
const bundle = args.includes('--old') ? buildOld() : await buildNew()
const { main, server, azurite } = await load('generated')
process.exit(await main(args, { server, azurite, bundle }))
