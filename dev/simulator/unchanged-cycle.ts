import { example } from './judge'
import { read } from './resources'
import { inParallel, linked } from './world'
import type { World } from './world'

/** Reads every resource as Entra does and compares it with what it holds: nothing may be left to send (entra 0.16). */
export async function unchangedCycle(world: World): Promise<void> {
  const resources = [...linked(world.users), ...linked(world.groups)]
  await inParallel(resources, world.parallel, async (held) => {
    const reading = await read(world, held)
    if (reading === undefined || reading.same) return
    world.patchesInUnchangedCycle++
    world.ledger.object('second-cycle-not-empty', example(reading.done))
  })
}
