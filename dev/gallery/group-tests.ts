import { objects, own } from '../simulator/json'
import { membersAdd, membersRemove } from '../simulator/patch-bodies'
import { Unmet } from './outcome'
import type { Requirement } from './requirement'
import {
  ask,
  at,
  create,
  find,
  inBothShapes,
  mustFind,
  mustFindNone,
  mustHold,
  needGroups,
  patch,
  read,
  remove,
  update,
} from './run'
import type { Made, Run } from './run'
import { newValues } from './values'

/** What Entra ID does with a group that comes into scope; its members follow later. */
export async function provisionGroup(run: Run, label: string): Promise<Made & { id: string }> {
  needGroups(run)
  const values = newValues(run, 'Group', label)
  await mustFindNone(run, 'Group', 'displayName', String(values.get('displayName')))
  const made = await create(run, 'Group', values)
  await mustFind(run, made)
  await mustHold(run, made)
  return made
}

/** People to be members. */
export async function makePeople(run: Run, label: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 1; n <= count; n++) ids.push((await create(run, 'User', newValues(run, 'User', `${label}-member-${n}`))).id)
  return ids
}

/** @throws Unmet unless the group has exactly these members */
export async function mustHaveMembers(run: Run, group: Made, ids: readonly string[]): Promise<void> {
  const came = new Set(objects(own(await read(run, group), 'members')).map((member) => own(member, 'value')))
  if (came.size === ids.length && ids.every((id) => came.has(id))) return
  throw new Unmet(
    `GET /Groups/{id}: ${came.size} members where ${ids.length} are right, or others.`,
    'Add the members that a PATCH names, remove those that it names, and leave all others.',
  )
}

async function updateGroup(run: Run): Promise<void> {
  const group = await provisionGroup(run, 'update-group')
  await inBothShapes(async (family) => {
    await update(run, group, family, new Map([['displayName', `${run.marker}-update-group-${family}`]]))
    await mustHold(run, group)
    await mustFind(run, group)
  })
}

async function addMember(run: Run): Promise<void> {
  const group = await provisionGroup(run, 'add-member')
  const ids = await makePeople(run, 'add', 2)
  const added: string[] = []
  await inBothShapes(async (family) => {
    const id = ids[added.length] ?? ''
    await patch(run, group, membersAdd(family, [id]))
    added.push(id)
    await mustHaveMembers(run, group, added)
  })
  const [found = {}] = await find(run, 'Group', 'displayName', String(group.values.get('displayName')))
  if (own(found, 'members') === undefined) return
  throw new Unmet(
    'GET /Groups: members came though excluded.',
    'Leave out what excludedAttributes names; Entra ID refuses such an answer.',
  )
}

async function removeMember(run: Run): Promise<void> {
  const group = await provisionGroup(run, 'remove-member')
  const left = await makePeople(run, 'remove', 3)
  for (const id of left) await patch(run, group, membersAdd('legacy', [id]))
  await inBothShapes(async (family) => {
    await patch(run, group, membersRemove(family, left.splice(0, 1)))
    await mustHaveMembers(run, group, left)
  })
}

/** Up to five members come along with a group on demand, in the verbose shape (entra 1.8). */
async function onDemand(run: Run): Promise<void> {
  const group = await provisionGroup(run, 'pod-group')
  const ids = await makePeople(run, 'pod', 2)
  for (const id of ids) await patch(run, group, membersAdd('legacy', [id]))
  await mustHaveMembers(run, group, ids)
}

async function deleteGroup(run: Run, label: string): Promise<Made> {
  const group = await provisionGroup(run, label)
  await remove(run, group)
  await ask(run, { method: 'GET', path: at(group) }, 404)
  await mustFindNone(run, 'Group', 'displayName', String(group.values.get('displayName')))
  return group
}

export const GROUP_TESTS: readonly Requirement[] = [
  {
    name: 'Create_Group_Test',
    run: async (run) => {
      await provisionGroup(run, 'create-group')
    },
  },
  { name: 'Update_Group_Test', run: updateGroup },
  {
    name: 'Delete_Group_Test',
    optional: true,
    run: async (run) => {
      await deleteGroup(run, 'delete-group')
    },
  },
  { name: 'Group_Update_Add_Member_Test', run: addMember },
  { name: 'Group_Update_Remove_Member_Test', run: removeMember },
  { name: 'POD_Group_Test', run: onDemand },
  {
    name: 'Restore_Group_Test',
    optional: true,
    run: async (run) => {
      const { values } = await deleteGroup(run, 'restore-group')
      await mustFind(run, await create(run, 'Group', new Map(values)))
    },
  },
]
