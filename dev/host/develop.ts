import { join } from 'node:path'
import { freePort } from './azurite-tables'
import { gathering, watchSources } from './changes'
import { keepVisiting } from '../demo/visits'
import { announce } from './announce'
import { command, sentenceOf, stopOnSignal } from './command'
import { standingBy } from './instance'
import type { Instance, InstanceFacts, InstanceOrder } from './instance'
import { firstAnswer, root } from './serve'
import { StartError } from './start-options'

/** Build into dist/dev; each rejects with what is wrong with the sources. */
export interface Builds {
  readonly service: () => Promise<void>
  readonly console: () => Promise<void>
  /** Names of the packages that the service loads. */
  readonly packages: () => readonly string[]
}
type Part = 'service' | 'console'

const SOURCES: readonly (readonly [folder: string, part: Part])[] = [
  ['functions', 'service'],
  ['shared', 'service'],
  ['web', 'console'],
]
/** An editor that saves several files does so within this time. */
const quietMs = 40
/** How long requests under way may hold up the next instance: a long poll would for half a minute. */
const maxLeaveMs = 300

/** `npm run dev`: the service over tables that stay, built and started anew after each change. */
export function develop(args: readonly string[], builds: Builds): Promise<void> {
  const isInspect = (arg: string) => /^--inspect(=|$)/.test(arg)
  const flags = args.filter((arg) => !isInspect(arg))
  const bundle = async () => {
    await builds.service()
    return join(root, 'dist/dev/functions/index.js')
  }
  return command(flags, {
    bundle,
    run: async (given, tables, operators) => {
      const inspectPort = inspectPortOf(args.find(isInspect))
      const options = { ...given, port: given.port === 0 ? await freePort() : given.port } // the same for each instance
      const order = { options, inspectPort, tables: tables.connectionString }
      const service = succession(order, {
        packages: builds.packages,
        announce: (facts) => {
          announce(facts, operators, options)
          if (options.demo) keepVisiting(facts.url, options)
        },
      })
      let isOver = false
      const changed = gathering<Part>(quietMs, async (parts) => {
        const beganAt = performance.now()
        const failures = await failuresOf(builds, parts)
        if (isOver) return // Ctrl-C ends esbuild too, which then says that the build failed
        if (failures.length === 0) await service.renew(beganAt)
        else console.error([...failures, 'What ran before goes on until the next change.'].join('\n'))
      })
      const ends = SOURCES.map(([folder, part]) =>
        watchSources(join(root, folder), () => {
          changed(part)
        }),
      )
      stopOnSignal(tables, async () => {
        isOver = true
        for (const end of ends) end()
        await service.end()
      })
      changed('service')
      changed('console')
    },
  })
}

/** @throws StartError for what is no port */
function inspectPortOf(flag: string | undefined): number | undefined {
  if (flag === undefined) return undefined
  const [, port = '9229'] = flag.split('=')
  if (!/^\d{1,5}$/.test(port)) throw new StartError('--inspect takes a port, as in --inspect=9229.')
  return Number(port)
}

/** What is wrong with the sources; empty when all could be built. */
async function failuresOf(builds: Builds, parts: ReadonlySet<Part>): Promise<string[]> {
  const results = await Promise.allSettled([...parts].map((part) => builds[part]()))
  return results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []))
}

interface Succession {
  /** Lets the instance before go, and has the next one serve. */
  readonly renew: (beganAt: number) => Promise<void>
  readonly end: () => Promise<void>
}

/** Instances of the service: one serves, one stands by. */
function succession(
  order: Omit<InstanceOrder, 'wantsLink'>,
  { packages, announce }: Pick<Builds, 'packages'> & { readonly announce: (facts: InstanceFacts) => void },
): Succession {
  let present: Instance | undefined
  let next: Instance | undefined
  let isAnnounced = false
  const leave = async () => {
    const last = present
    present = undefined
    await last?.stop(maxLeaveMs)
  }
  const serve = async (instance: Instance, beganAt: number) => {
    const facts = await instance.serve({ ...order, wantsLink: !isAnnounced })
    if (facts === undefined) return
    await firstAnswer(facts)
    if (isAnnounced) console.log(`Built and running again after ${Math.round(performance.now() - beganAt)} ms.`)
    else announce(facts)
    isAnnounced = true
  }
  return {
    async renew(beganAt) {
      await leave()
      const instance = (present = next ?? standingBy(packages()))
      void instance.ended.then(() => {
        if (present === instance) console.error('The service ended; the next change starts it again.')
      })
      await serve(instance, beganAt).catch((error: unknown) => {
        console.error(sentenceOf(error, order.options.port))
      })
      next = standingBy(packages())
    },
    async end() {
      await Promise.all([leave(), next?.stop(maxLeaveMs)])
    },
  }
}
