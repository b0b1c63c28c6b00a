import { readDocument } from '../../directory/documents/document'
import { allMembers } from '../../directory/memberships/memberships'
import { updateResource } from '../../directory/documents/update'
import type { MemberChange } from '../../scim/patch/member-changes'
import { anchorKey, groupKey, lastPart, userKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange } from '../../storage/table'
import { writing, type Target, type Turn } from './target'

const PARALLEL_READS = 64
const GROUPS_AT_ONCE = 4
/** One change of a group may name 10,000 members; there may be more. */
const REMOVED_AT_ONCE = 1_000

/** A copy, and the groups of the super tenant that its original is in; none for one that was left. */
export interface Belonging {
  readonly sourceId: string
  readonly copyId: string
  /** Made just now: it is in no group yet. */
  readonly isNew: boolean
  readonly groupIds: readonly string[]
}

interface Changes {
  readonly added: Set<string>
  readonly removed: Set<string>
}

/**
 * Puts each copy into the copies of its groups and takes it out of all other copies of groups, a group's changes together. Groups
 * that are nobody's copy are left alone: those memberships are the target's own.
 */
export async function changeMemberships(turn: Turn, target: Target, belongings: readonly Belonging[]): Promise<void> {
  const copies = new Map([...target.groupLinks].filter(([, { isGone }]) => !isGone).map(([id, link]) => [id, link.id]))
  const managed = new Set(copies.values())
  if (managed.size === 0) return
  const latest = new Map(belongings.map((one) => [one.copyId, one])) // who was looked at twice counts as last seen
  const changes = new Map<string, Changes>()
  const changesOf = (group: string): Changes => {
    const held = changes.get(group) ?? { added: new Set(), removed: new Set() }
    changes.set(group, held)
    return held
  }
  await inParallel([...latest.values()], PARALLEL_READS, async ({ copyId, isNew, groupIds }) => {
    const rows = isNew ? [] : await target.context.table.all(prefixRange(anchorKey(copyId)), { select: ['w'] })
    const held = new Set(rows.map(({ key }) => lastPart(key)).filter((group) => managed.has(group)))
    const routed = groupIds.filter((id) => target.routed.has(id)).map((id) => copies.get(id))
    const wanted = new Set(routed.filter((group) => group !== undefined))
    for (const group of wanted) if (!held.has(group) && group !== copyId) changesOf(group).added.add(copyId)
    for (const group of held) if (!wanted.has(group)) changesOf(group).removed.add(copyId)
  })
  await inParallel([...changes], GROUPS_AT_ONCE, ([group, { added, removed }]) =>
    changeMembers(turn, target, group, [
      ...(removed.size > 0 ? [{ op: 'remove', ids: [...removed] } as const] : []),
      ...(added.size > 0 ? [{ op: 'add', ids: [...added] } as const] : []),
    ]),
  )
}

async function changeMembers(turn: Turn, target: Target, group: string, members: readonly MemberChange[]): Promise<void> {
  const context = writing(turn, target, {})
  await updateResource(context, context.types.Group, group, { attributes: (current) => current, members })
}

/** Takes out of the copy of a group whoever is nobody's copy: of a group that was adopted, those who were in it before. */
export async function removeNatives(turn: Turn, target: Target, group: string): Promise<void> {
  const { table } = target.context
  const members = await allMembers(table, group)
  const natives = await inParallel(members, PARALLEL_READS, async ({ id, type }) => {
    const row = await table.get(type === 'User' ? userKey(id) : groupKey(id))
    const owner = row && readDocument(row)?.access.owner
    return owner?.tenant === turn.source.slug ? undefined : id
  })
  const ids = natives.filter((id) => id !== undefined)
  for (let from = 0; from < ids.length; from += REMOVED_AT_ONCE) {
    await changeMembers(turn, target, group, [{ op: 'remove', ids: ids.slice(from, from + REMOVED_AT_ONCE) }])
  }
}
