/**
 * The speed of SCIM requests in the build before requests had bounds and in this checkout, beside a floor that does nothing but the
 * least storage calls. node bench/scim.mjs, with options as bench/README.md tells.
 */
import { join } from 'node:path'
import { bundling } from '../dev/build.mjs'
import { bundle, root } from '../dev/bundle.mjs'
import { buildNew, buildOld, load } from './builds.mjs'

await bundle({ ...bundling, entryPoints: { 'bench/scim-floor': 'bench/scim/floor.ts' }, outdir: 'dist' })
const { main, ...places } = await load('scim')
const floor = join(root, 'dist/bench/scim-floor.js')
process.exit(await main(process.argv.slice(2), { ...places, floor }, { old: buildOld, new: buildNew }))
