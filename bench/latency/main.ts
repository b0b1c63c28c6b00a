import { parseArgs } from 'node:util'
import { share } from '../bounds/quiet'
import { startWorld, type Places } from '../service/world'
import { measureBuild, type Times } from './measure'
import { startReceiver } from './receiver'

type Build = 'old' | 'new'

/** @param bundles functions/index.js of each build. Answers with the exit code. */
export async function main(
  args: readonly string[],
  places: Omit<Places, 'bundle'>,
  bundles: Partial<Record<Build, string>>,
): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { only: { type: 'string' }, rounds: { type: 'string' } } })
  const rounds = Number(values.rounds ?? 60)
  const lines: string[] = ['| | build | p50 ms | p95 ms | max ms |', '|---|---|---|---|---|']
  for (const build of ['old', 'new'] as const) {
    const bundle = bundles[build]
    if (bundle === undefined) continue
    const world = await startWorld({ ...places, bundle }, ['busy', 'other'], { WEBHOOK_ALLOW_LOCAL: 'true' })
    const receiver = await startReceiver()
    try {
      console.error(`${build} …`)
      lines.push(...linesOf(build, await measureBuild(world, receiver, rounds)))
    } finally {
      receiver.close()
      await world.stop()
    }
  }
  console.log(lines.join('\n'))
  return 0
}

const linesOf = (build: Build, times: Times) =>
  times.map(([name, of]) => {
    const [p50, p95, max] = [0.5, 0.95, 1].map((part) => String(Math.round(share(of, part))))
    return `| ${name} | ${build} | ${String(p50)} | ${String(p95)} | ${String(max)} |`
  })
