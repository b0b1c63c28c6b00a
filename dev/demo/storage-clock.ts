import { movableClock } from '../clock'

/** Preloaded into Azurite while the demo is made, since it stamps rows by its own clock. Each message sets that, and is answered. */

const clock = movableClock()
process.on('message', (ms) => {
  clock.setTo(Number(ms))
  process.send?.(ms)
})
