import { open } from 'node:inspector'
import { join } from 'node:path'
import { sentenceOf } from './command'
import type { InstanceFacts, InstanceOrder } from './instance'
import { serve } from './serve'
import type { Serving } from './serve'

const maxEndMs = 3000

/**
 * Serves what was just built and tells the parent; ends the process where that fails.
 * @returns ends it
 */
export function serveInstance(order: InstanceOrder): () => Promise<void> {
  let serving: Serving | undefined
  const run = async ({ options, tables, inspectPort, wantsLink }: InstanceOrder) => {
    if (inspectPort !== undefined) open(inspectPort)
    serving = await serve(join(__dirname, 'functions/index.js'), options, tables)
    const { url, token } = serving
    const facts: InstanceFacts = { url, token, setupLink: wantsLink ? await serving.setupLink() : '' }
    process.send?.(facts, undefined, undefined, () => undefined) // a parent that is gone need not know
  }
  run(order).catch((error: unknown) => {
    console.error(sentenceOf(error, order.options.port))
    process.exit(1)
  })
  return async () => {
    setTimeout(() => process.exit(1), maxEndMs).unref()
    await serving?.close()
    await serving?.endServices()
  }
}
