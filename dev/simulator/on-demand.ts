import { randomUUID } from 'node:crypto'
import { example } from './judge'
import { addMembers, compareMembers } from './members'
import { makeGroup, makeUser } from './population'
import { create, match, matchingValue, postBody, provision } from './resources'
import { testConnection } from './test-connection'
import { linked } from './world'
import type { HeldGroup, HeldUser, Linked, World } from './world'

const MAX_MEMBERS = 5

/** A person whose POST carries an id of the client's making: the server has to give its own (entra 0.2). */
async function provisionUser(world: World, user: HeldUser): Promise<void> {
  const found = await match(world, 'User', matchingValue(user))
  if (found === undefined || found.resource !== undefined) return
  const id = randomUUID()
  await create(world, user, { id, ...postBody(world, user) })
  if (user.id === id) world.ledger.object('id-taken-from-client', example(found.done))
}

/**
 * One person and one group with at most five members (entra 1.8). The flag on the Tenant URL is not honoured here: the
 * requests take the legacy shape in both families.
 */
export async function provisionOnDemand(given: World): Promise<void> {
  const world: World = { ...given, family: 'legacy' }
  // The objects belong to the family's own population; only the shape of the requests is the legacy one.
  const origin = { seed: given.seed, family: given.family }
  const user = makeUser(origin, given.users.length, [])
  await testConnection(world)
  await provisionUser(world, user)
  const members = [...linked([user]), ...linked(given.users)].slice(0, MAX_MEMBERS)
  const group = makeGroup(origin, given.groups.length, members)
  await testConnection(world)
  await provision(world, group)
  given.users.push(user)
  given.groups.push(group)
  if (group.id === undefined) return
  const known = group as Linked<HeldGroup>
  await addMembers(
    world,
    known,
    members.map((member) => member.id),
  )
  await compareMembers(world, known, { missing: 'member-lost', extra: 'membership-wrong' })
}
