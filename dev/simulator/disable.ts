import { objects, own, text } from './json'
import { example } from './judge'
import { find, equals, exchange, matchingValue, readRequest, update } from './resources'
import { inParallel, linked } from './world'
import type { HeldGroup, HeldUser, Linked, World } from './world'

/** Whether the resource shows the value that was sent; as text it would be another objection. */
function shows(active: boolean, value: unknown): boolean {
  return String(value).toLowerCase() === String(active)
}

async function setActive(world: World, user: Linked<HeldUser>, active: boolean): Promise<void> {
  await update(world, user, new Map([['active', active]]))
  const done = await exchange(world, readRequest(user))
  if (done === undefined) return
  if (done.answer.status === 404) world.ledger.fail('inactive-hidden', example(done))
  else if (!shows(active, own(done.answer.body, 'active'))) world.ledger.object('disable-without-effect', example(done))
}

/** An inactive user must be found, or the re-activation becomes a failing POST (entra 0.14). */
async function mustStayVisible(world: World, user: Linked<HeldUser>): Promise<void> {
  const found = await find(world, 'User', equals('userName', matchingValue(user)))
  if (found === undefined || found.resources.some((resource) => own(resource, 'id') === user.id)) return
  world.ledger.object('inactive-hidden', example(found.done))
}

/** Entra does not send memberships again on restore (entra 0.15). */
async function mustKeepMemberships(world: World, group: Linked<HeldGroup>, users: readonly Linked<HeldUser>[]): Promise<void> {
  const done = await exchange(world, readRequest(group, true))
  if (done?.answer.status !== 200) return
  const found = new Set(objects(own(done.answer.body, 'members')).map((member) => text(own(member, 'value'))))
  const lost = users.filter((user) => group.memberIds.has(user.id) && !found.has(user.id))
  if (lost.length > 0) world.ledger.object('inactive-membership-lost', example(done))
}

/** Every sixth user is disabled, looked for, and restored (entra 1.4). */
export async function disableAndRestore(world: World): Promise<void> {
  const users = linked(world.users).filter((_, index) => index % 6 === 2)
  await inParallel(users, world.parallel, async (user) => {
    await setActive(world, user, false)
    await mustStayVisible(world, user)
  })
  await inParallel(linked(world.groups), world.parallel, (group) => mustKeepMemberships(world, group, users))
  await inParallel(users, world.parallel, (user) => setActive(world, user, true))
}
