import { objects, own, text } from './json'
import { example } from './judge'
import type { ObjectionId } from './objections'
import { membersAdd, membersRemove } from './patch-bodies'
import { patch, read } from './resources'
import type { HeldGroup, Linked, World } from './world'

const conflicts = [409, 412, 500]

/** A refusal of a member PATCH: 409, 412 or 500 is what a lost race looks like (entra 0.19). */
const refusal = (status: number): ObjectionId => (conflicts.includes(status) ? 'parallel-conflict' : 'unexpected-status')

export async function addMembers(world: World, group: Linked<HeldGroup>, ids: readonly string[]): Promise<void> {
  const applied = () => {
    for (const id of ids) group.memberIds.add(id)
  }
  await patch(world, group, membersAdd(world.family, ids), { refusal, applied })
}

export async function removeMembers(world: World, group: Linked<HeldGroup>, ids: readonly string[]): Promise<void> {
  const applied = () => {
    for (const id of ids) group.memberIds.delete(id)
  }
  await patch(world, group, membersRemove(world.family, ids), { refusal, applied })
}

/** How to name what differs. */
export interface MembershipRules {
  readonly missing: ObjectionId
  readonly extra: ObjectionId
}

/** Reads a group with its members and compares them with what was written, exactly. */
export async function compareMembers(world: World, group: Linked<HeldGroup>, rules: MembershipRules): Promise<void> {
  const reading = await read(world, group, true)
  if (reading === undefined) return
  const ids = objects(own(reading.resource, 'members')).map((member) => text(own(member, 'value')) ?? '')
  const found = new Set(ids)
  const counted = (ids: readonly string[]) => example(reading.done, `${ids.length} of ${group.memberIds.size}`)
  const missing = [...group.memberIds].filter((id) => !found.has(id))
  const extra = [...found].filter((id) => !group.memberIds.has(id))
  if (missing.length > 0) world.ledger.object(rules.missing, counted(missing))
  if (extra.length > 0) world.ledger.object(rules.extra, counted(extra))
  if (found.size < ids.length) world.ledger.object('member-twice', example(reading.done))
}
