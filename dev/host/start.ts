import { join } from 'node:path'
import { keepVisiting } from '../demo/visits'
import { announce } from './announce'
import { command, stopOnSignal } from './command'
import { firstAnswer, root, serve } from './serve'

const BUNDLE = join(root, 'dist/functions/index.js')

/** `npm start`: the bundle that goes to Azure, in this process. */
export const start = (args: readonly string[]): Promise<void> =>
  command(args, {
    bundle: () => Promise.resolve(BUNDLE),
    run: async (options, tables, operators) => {
      const serving = await serve(BUNDLE, options, tables.connectionString)
      stopOnSignal(tables, async (areTablesThere) => {
        await serving.close()
        if (areTablesThere) await serving.endServices()
      })
      await firstAnswer(serving)
      announce({ ...serving, setupLink: await serving.setupLink() }, operators, options)
      if (options.demo) keepVisiting(serving.url, options)
    },
  })
