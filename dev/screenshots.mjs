/** `npm run screenshots`: runs the service with a customer to show, and writes pictures of the console into docs/images. */
import { execFileSync } from 'node:child_process'
import { bundle, root } from './bundle.mjs'

const outfile = `${root}dist/dev/screenshots.js`
await bundle({
  entryPoints: ['dev/screenshots/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  packages: 'external',
  logLevel: 'warning',
})
execFileSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
