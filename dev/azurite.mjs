/**
 * Runs Azurite's table server for dev/start.mjs and ends with it: when the channel to the parent closes, whether the parent let go or was
 * killed, the server saves what it holds and this process exits.
 */
import { createRequire } from 'node:module'

const saveMs = 3000
process.once('disconnect', () => {
  setTimeout(() => process.exit(0), saveMs).unref()
  process.emit('SIGINT') // the server's own way to close
})
createRequire(import.meta.url)('azurite/dist/src/table/main.js')
