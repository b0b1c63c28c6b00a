import { join } from 'node:path'
import { announce, command, stopOnSignal } from './command'
import { firstAnswer, root, serve } from './serve'

/** `npm start`: the bundle that goes to Azure, in this process. */
export const start = (args: readonly string[]): Promise<void> =>
  command(args, async (options, tables, operators) => {
    const serving = await serve(join(root, 'dist/functions/index.js'), options, tables.connectionString)
    stopOnSignal(tables, async (areTablesThere) => {
      await serving.close()
      if (areTablesThere) await serving.endServices()
    })
    await firstAnswer(serving)
    announce({ ...serving, setupLink: await serving.setupLink() }, operators)
  })
