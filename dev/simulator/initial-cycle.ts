import { objects, own, text } from './json'
import { addMembers, compareMembers } from './members'
import { managerPatch } from './patch-bodies'
import { patch, provision, read } from './resources'
import { vary } from './variation'
import { inParallel, linked } from './world'
import type { Held, HeldGroup, HeldUser, Linked, World } from './world'

/** One value, a few, many, and the thousand that a server should take in one request (entra 1.6). */
const BATCH_SIZES = [1, 3, 20, 1000] as const

/** Members that an earlier run left behind count as written by this one. */
async function takeOverMembers(world: World, group: Linked<HeldGroup>): Promise<void> {
  const reading = await read(world, group, true)
  if (reading === undefined) return
  group.memberIds = new Set(objects(own(reading.resource, 'members')).flatMap((member) => text(own(member, 'value')) ?? []))
}

async function provisionAll(world: World, resources: readonly Held[]): Promise<number> {
  let matched = 0
  await inParallel(resources, world.parallel, async (held) => {
    if ((await provision(world, held)) === 'created') return
    matched++
    if (held.kind === 'Group' && held.id !== undefined) await takeOverMembers(world, held as Linked<HeldGroup>)
  })
  return matched
}

/** A PATCH with the manager's own id, in one of the family's forms (entra 2.6). */
export async function writeManager(world: World, user: Linked<HeldUser>, managerId: string): Promise<void> {
  await patch(world, user, managerPatch(world.family, managerId, vary(world.seed, `manager of ${user.key}`, 12)), {
    applied: () => {
      user.managerId = managerId
    },
  })
}

/** The ids in batches of varying size. */
function batches(world: World, group: HeldGroup): string[][] {
  const ids = linked(group.plannedMembers).map((user) => user.id)
  const made: string[][] = []
  for (let from = 0; from < ids.length;) {
    const size = BATCH_SIZES[vary(world.seed, `${group.key} from ${from}`, BATCH_SIZES.length)] ?? 1
    made.push(ids.slice(from, from + size))
    from += size
  }
  return made
}

/**
 * Users, then groups, then the references between them; batches of one group go out in parallel (entra 1.2, 1.6).
 * Answers how many resources were there already.
 */
export async function initialCycle(world: World): Promise<number> {
  const matched = (await provisionAll(world, world.users)) + (await provisionAll(world, world.groups))
  await inParallel(linked(world.users), world.parallel, async (user) => {
    const managerId = user.plannedManager?.id
    if (managerId !== undefined) await writeManager(world, user, managerId)
  })
  const groups = linked(world.groups)
  const work = groups.flatMap((group) => batches(world, group).map((ids) => ({ group, ids })))
  await inParallel(work, world.parallel, ({ group, ids }) => addMembers(world, group, ids))
  await inParallel(groups, world.parallel, (group) =>
    compareMembers(world, group, { missing: 'member-lost', extra: 'membership-wrong' }),
  )
  return matched
}
