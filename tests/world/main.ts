import { parseArgs } from 'node:util'
import { compileService } from './build-service'
import { findPlanted } from './planted'
import { runWorld, type Outcome } from './world'

const USAGE = 'npm run world -- [--seeds N] [--from N] [--trace] [--planted]'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
  },
})

const TELL_EVERY_MS = 10_000

const isCount = (text: string) => /^[1-9]\d{0,8}$/.test(text)

async function runSeeds(from: number, seeds: number): Promise<boolean> {
  const service = await compileService()
  const kills = new Map<string, number>()
  const points = new Set<string>()
  const beganMs = performance.now()
  let toldMs = beganMs
  let failures = 0
  for (let n = 0; n < seeds; n += 1) {
    const outcome = await runWorld(service, from + n)
    for (const [point, count] of outcome.kills) kills.set(point, (kills.get(point) ?? 0) + count)
    for (const point of outcome.calls.keys()) points.add(point)
    if (outcome.violations.length > 0) failures += 1
    tell(outcome)
    if (performance.now() - toldMs < TELL_EVERY_MS) continue
    toldMs = performance.now()
    console.log(`${n + 1} seeds, ${failures} failed, ${perSecond(n + 1, beganMs)} a second`)
  }
  const never = [...points].filter((point) => !kills.has(point)).toSorted()
  const deaths = [...kills.values()].reduce((sum, count) => sum + count, 0)
  console.log(`${deaths} instances were killed, at ${kills.size} of ${points.size} points of storage calls.`)
  if (never.length > 0) console.log(`Never: ${never.join(', ')}`)
  console.log(`${seeds} seeds, ${failures} failed, ${perSecond(seeds, beganMs)} a second`)
  return failures === 0
}

const perSecond = (seeds: number, beganMs: number) => ((1000 * seeds) / (performance.now() - beganMs)).toFixed(1)

function tell({ seed, violations, trace }: Outcome): void {
  if (flags.trace) console.log(trace.join('\n'))
  if (violations.length === 0) return
  console.log(`Seed ${seed} fails: npm run world -- --seeds 1 --from ${seed} --trace`)
  for (const violation of violations.slice(0, 10)) console.log(`  ${violation}`)
}

async function main(): Promise<number> {
  const [seeds, from] = [Number(flags.seeds), Number(flags.from)]
  if (!isCount(flags.seeds) || !isCount(flags.from)) {
    console.error(USAGE)
    return 2
  }
  return (flags.planted ? await findPlanted(seeds) : await runSeeds(from, seeds)) ? 0 : 1
}

void main().then((code) => {
  process.exitCode = code
})
