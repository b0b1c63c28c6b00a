import { once } from 'node:events'
import { makeDemo, type DemoOrder } from './make'
import { progressLine } from './progress'

/** The child process of `npm start -- --demo` that makes the demo, on a clock of its own. It ends with its parent. */

/** The parent sets the clock of the tables, and answers when it has. */
async function setStorageClock(ms: number): Promise<void> {
  const answered = once(process, 'message')
  process.send?.(ms)
  await answered
}

process.once('disconnect', () => process.exit(1))

process.once('message', (order) => {
  const startedMs = performance.now()
  const progress = progressLine(process.stdout, 'Making the demo')
  makeDemo(order as DemoOrder, { progress: progress.tell, setStorageClock }).then(
    () => {
      progress.end(`done in ${Math.round((performance.now() - startedMs) / 1000)} s`)
      process.exit(0)
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
