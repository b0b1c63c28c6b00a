import { own } from './json'
import { accepted, example, judgeConflict } from './judge'
import type { ObjectionId } from './objections'
import { equals, exchange, find, matchingPath, matchingValue, postBody, readRequest } from './resources'
import { endpoint, inParallel, linked } from './world'
import type { Held, HeldUser, Linked, World } from './world'
import type { JsonObject } from './json'

/** A POST of what exists: 409 with uniqueness. A record made all the same is deleted again. */
async function mustConflict(world: World, held: Held, body: JsonObject, otherwise: ObjectionId): Promise<void> {
  const done = await exchange(world, { method: 'POST', path: endpoint(held.kind), body })
  if (done === undefined) return
  if (done.answer.status === 409) {
    judgeConflict(world.ledger, done)
    return
  }
  if (!accepted(world.ledger, done, [200, 201])) return
  world.ledger.object(otherwise, example(done))
  const id = own(done.answer.body, 'id')
  if (typeof id === 'string' && id !== held.id) await exchange(world, { method: 'DELETE', path: `${endpoint(held.kind)}/${id}` })
}

/** Duplicates of a few users and groups, before anything is deleted (entra 0.12). */
export async function postDuplicates(world: World): Promise<void> {
  const some = [...linked(world.users).slice(0, 5), ...linked(world.groups).slice(0, 2)]
  await inParallel(some, world.parallel, async (held) => {
    await mustConflict(world, held, postBody(world, held), 'duplicate-accepted')
    if (held.kind === 'Group') return
    const userName = matchingValue(held).toUpperCase()
    await mustConflict(world, held, { ...postBody(world, held), userName }, 'duplicate-in-other-case-accepted')
  })
}

/** 204 without a body (entra 2.9). */
async function remove(world: World, held: Linked<Held>): Promise<boolean> {
  const done = await exchange(world, { method: 'DELETE', path: `${endpoint(held.kind)}/${held.id}` })
  if (done === undefined || !accepted(world.ledger, done, [200, 202, 204])) return false
  if (done.answer.status !== 204) world.ledger.object('delete-not-204', example(done))
  return true
}

/** Gone by id, gone from queries, and a second DELETE says so (entra 2.9, 6.8). */
async function mustBeGone(world: World, held: Linked<Held>): Promise<void> {
  const reading = await exchange(world, readRequest(held))
  if (reading !== undefined && reading.answer.status !== 404) world.ledger.object('deleted-still-read', example(reading))
  const found = await find(world, held.kind, equals(matchingPath(held.kind), matchingValue(held)))
  const still = found?.resources.some((resource) => own(resource, 'id') === held.id) === true
  if (found !== undefined && still) world.ledger.object('deleted-still-found', example(found.done))
  const again = await exchange(world, { method: 'DELETE', path: `${endpoint(held.kind)}/${held.id}` })
  if (again !== undefined && again.answer.status !== 404) world.ledger.object('second-delete-not-404', example(again))
}

/** A deleted user is no longer a member; as manager the server may keep or drop the old id. */
function forget(world: World, gone: ReadonlySet<string>): void {
  const stays = (held: Held) => held.id === undefined || !gone.has(held.id)
  world.users = world.users.filter(stays)
  world.groups = world.groups.filter(stays)
  for (const group of world.groups) for (const id of gone) group.memberIds.delete(id)
  const orphaned = (user: HeldUser) => user.managerId !== undefined && gone.has(user.managerId)
  for (const user of world.users.filter(orphaned)) user.managerGone = true
}

/** A third of the users and of the groups is deleted over parallel connections. */
export async function deleteSome(world: World): Promise<void> {
  const third = <T>(items: readonly T[]) => items.filter((_, index) => index % 3 === 1)
  const gone = new Set<string>()
  await inParallel([...third(linked(world.users)), ...third(linked(world.groups))], world.parallel, async (held) => {
    if (!(await remove(world, held))) return
    gone.add(held.id)
    await mustBeGone(world, held)
  })
  forget(world, gone)
}

/** Leaves the directory as it was before the run. */
export async function cleanUp(world: World): Promise<void> {
  await inParallel([...linked(world.groups), ...linked(world.users)], world.parallel, async (held) => {
    await remove(world, held)
  })
}
