import { compileService, type Patch } from './build-service'
import { runWorld } from './world'

/** Faults as somebody could make them. The world has to find each. */
const PLANTED: Readonly<Record<string, Patch>> = {
  'a write id is not checked: whoever asks again believes that the write was its own': {
    file: 'shared/directory/documents/update.ts',
    from: 'const attributes = job.writeIds.has(document.writeId) ?',
    to: 'const attributes = job.writeIds.size > 0 ?',
  },
  'a lost POST is taken for somebody else': {
    file: 'shared/directory/documents/create.ts',
    from: 'if (own !== undefined) return done(own)\n  const unfinished',
    to: 'const unfinished',
  },
  'an index row is forgotten on rename': {
    file: 'shared/directory/documents/commit-update.ts',
    from: "...[...old].filter((key) => !fresh.has(key)).map((key): Action => ({ type: 'delete', key })),",
    to: '',
  },
  'a checkpoint is stored before the delivery': {
    file: 'shared/webhooks/deliver.ts',
    from: '  const ends = await inParallel(plan.partitions,',
    to: '  await lease.commit({ ...checkpoint, offset: plan.offset })\n  const ends = await inParallel(plan.partitions,',
  },
  'nobody takes leave of whoever was deleted': {
    file: 'shared/access/announce-roles.ts',
    from: 'const gone = [...announced.keys()].filter((id) => !living.has(id))',
    to: 'const gone: string[] = []',
  },
}

/** Plants one after another and says in how many seeds each was found. False when one was not. */
export async function findPlanted(seeds: number): Promise<boolean> {
  let missed = 0
  for (const [name, patch] of Object.entries(PLANTED)) {
    const found = await firstFailure(patch, seeds)
    if (found === undefined) missed += 1
    console.log(`${found === undefined ? `not in ${seeds} seeds` : `seed ${found.seed}`}: ${name}`)
    if (found !== undefined) console.log(`  ${found.violations[0] ?? ''}`)
  }
  return missed === 0
}

async function firstFailure(patch: Patch, seeds: number) {
  const service = await compileService(patch)
  for (let seed = 1; seed <= seeds; seed += 1) {
    const outcome = await runWorld(service, seed)
    if (outcome.violations.length > 0) return outcome
  }
  return undefined
}
