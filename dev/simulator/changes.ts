import { ROLE_MAPPINGS, rolesHeld, rolesOperations, type RoleMapping } from './app-roles'
import { objects, own, text } from './json'
import { accepted, example } from './judge'
import { BADGE_COLOR, DEPARTMENT, FAX, MAIL, MOBILE, OTHER_MAIL, PHONE, ROLE } from './mapping'
import type { Value } from './mapping'
import { addMembers, compareMembers, removeMembers } from './members'
import { writeManager } from './initial-cycle'
import { managerClear, memberAgain, membersRemove, patchMessage } from './patch-bodies'
import { equals, exchange, matchingPath, matchingValue, mustFind, patch, queryFor, read, update } from './resources'
import { vary } from './variation'
import { inParallel, linked } from './world'
import type { HeldGroup, HeldUser, Linked, World } from './world'

/** A new userName arrives as a PATCH by id, never as delete and create (entra 1.4). */
async function rename(world: World, user: Linked<HeldUser>): Promise<void> {
  const userName = `Renamed.${matchingValue(user)}`
  const changes = new Map<string, Value>([
    ['userName', userName],
    ['displayName', 'Renée O’Neil-Ångström'],
    ['name.familyName', 'O’Neil-Ångström'],
  ])
  if (user.values.has(MAIL)) changes.set(MAIL, `renamed.${String(user.values.get(MAIL))}`)
  await update(world, user, changes)
}

async function move(world: World, user: Linked<HeldUser>): Promise<void> {
  const rows: [string, Value][] = [
    [DEPARTMENT, 'Logistics'],
    ['title', 'Dispatcher'],
    [BADGE_COLOR, 'green'],
    ['addresses[type eq "work"].locality', 'Genève'],
  ]
  await update(world, user, new Map(rows))
}

/** Entries that are mostly absent: the server has to make them (entra 0.6). */
async function addEntries(world: World, user: Linked<HeldUser>): Promise<void> {
  const rows: [string, Value][] = [MAIL, OTHER_MAIL].map((path) => [path, `new.${user.id}@contoso.example`])
  for (const path of [MOBILE, FAX]) rows.push([path, '+41 79 555 01 02'])
  rows.push(['addresses[type eq "work"].formatted', 'Floor 3, "East"'])
  await update(world, user, new Map(rows))
}

async function clearValues(world: World, user: Linked<HeldUser>): Promise<void> {
  const paths = ['title', PHONE, DEPARTMENT].filter((path) => user.values.has(path))
  await update(world, user, new Map(paths.map((path) => [path, undefined])))
}

async function changeManager(world: World, user: Linked<HeldUser>): Promise<void> {
  const others = linked(world.users).filter((other) => other !== user && other.id !== user.managerId)
  const chosen = others[vary(world.seed, `new manager of ${user.key}`, others.length)]
  if (chosen !== undefined) await writeManager(world, user, chosen.id)
}

async function clearManager(world: World, user: Linked<HeldUser>): Promise<void> {
  const shape = vary(world.seed, `clear manager of ${user.key}`, 12)
  const applied = () => {
    user.managerId = undefined
  }
  if (user.managerId !== undefined) await patch(world, user, managerClear(world.family, user.managerId, shape), { applied })
}

const changeRole = (world: World, user: Linked<HeldUser>) => update(world, user, new Map([[ROLE, 'Reviewer']]))

/** Each person gets one kind of change, in turn. */
const USER_CHANGES = [rename, move, addEntries, clearValues, changeManager, clearManager, changeRole] as const

/** Assigned, changed, taken away and assigned again, under one of the three mappings (entra 2.7). */
const APP_ROLES = [['25'], ['26'], [], ['27']] as const

async function changeAppRoles(world: World, user: Linked<HeldUser>, mapping: RoleMapping | undefined): Promise<void> {
  if (mapping === undefined) return
  const { family } = world
  const hold = (role?: string) => {
    const isPrimary = mapping === 'SingleAppRoleAssignment' && family === 'modern'
    if (role === undefined || !isPrimary) user.values.delete(ROLE)
    else user.values.set(ROLE, role)
  }
  await patch(world, user, patchMessage([{ op: 'remove', path: 'roles' }]), { applied: hold })
  for (const [index, after] of APP_ROLES.entries()) {
    const before = APP_ROLES[index - 1] ?? []
    const operations = rolesOperations({ family, mapping, before, after, shape: vary(world.seed, user.key, 2) })
    if (operations.length > 0)
      await patch(world, user, patchMessage(operations), {
        applied: () => {
          hold(after[0])
        },
      })
    const reading = await read(world, user)
    const values = objects(own(reading?.resource, 'roles')).flatMap((entry) => text(own(entry, 'value')) ?? [])
    const wanted = rolesHeld(family, mapping, APP_ROLES.slice(0, index + 1))
    if (reading !== undefined && values.join() !== wanted.join()) world.ledger.object('roles-wrong', example(reading.done))
  }
}

/** The validator has been seen to send no operations at all (entra 2.10). */
async function emptyPatch(world: World, user: Linked<HeldUser>): Promise<void> {
  await patch(world, user, patchMessage([]), { refusal: () => 'empty-patch-refused' })
}

/** The queries by which Entra asks whether a reference is there (entra 2.2). */
async function checkReference(world: World, user: Linked<HeldUser>): Promise<void> {
  if (user.managerId === undefined) return
  const filter = `${equals('id', user.id)} and ${equals('manager', user.managerId)}`
  const done = await exchange(world, {
    method: 'GET',
    path: '/Users',
    query: [
      ['filter', filter],
      ['attributes', 'id'],
    ],
  })
  if (done === undefined || !accepted(world.ledger, done, [200])) return
  const [resource] = objects(own(done.answer.body, 'Resources'))
  if (own(resource, 'id') !== user.id) world.ledger.object('reference-check-wrong', example(done))
  if (own(resource, 'userName') !== undefined) world.ledger.object('attributes-ignored', example(done))
}

async function checkMembership(world: World, group: Linked<HeldGroup>, memberId: string, isMember: boolean): Promise<void> {
  const filter = `${equals('id', group.id)} and ${equals('members', memberId)}`
  const done = await exchange(world, queryFor(world, 'Group', filter))
  if (done === undefined || !accepted(world.ledger, done, [200])) return
  const found = objects(own(done.answer.body, 'Resources')).length > 0
  if (found !== isMember) world.ledger.object('reference-check-wrong', example(done))
}

/** Every filter an administrator may choose for matching, and the usual one in another letter case. */
async function checkFilters(world: World, user: Linked<HeldUser>): Promise<void> {
  const userName = matchingValue(user)
  await mustFind(world, user, equals('userName', userName), 'filter-misses')
  await mustFind(world, user, equals('userName', userName.toUpperCase()), 'filter-case-sensitive')
  for (const path of ['externalId', MAIL]) {
    const value = user.values.get(path)
    if (value !== undefined) await mustFind(world, user, equals(path, value), 'filter-misses')
  }
}

async function changeUsers(world: World): Promise<void> {
  const users = linked(world.users)
  const numbered = users.map((user, index) => ({ user, index }))
  await inParallel(numbered, world.parallel, async ({ user, index }) => {
    await USER_CHANGES[index % USER_CHANGES.length]?.(world, user)
    await read(world, user)
    await changeAppRoles(world, user, ROLE_MAPPINGS.get(index % 7))
    if (index % 7 === 3) await emptyPatch(world, user)
    if (index % 7 === 4) await checkReference(world, user)
    await checkFilters(world, user)
  })
}

async function renameGroup(world: World, group: Linked<HeldGroup>): Promise<void> {
  await update(world, group, new Map([['displayName', `${matchingValue(group)} – renamed`]]))
  await compareMembers(world, group, { missing: 'rename-changed-members', extra: 'rename-changed-members' })
  const name = matchingValue(group)
  await mustFind(world, group, equals(matchingPath('Group'), name), 'filter-misses')
  await mustFind(world, group, equals(matchingPath('Group'), name.toUpperCase()), 'filter-case-sensitive')
  const externalId = group.values.get('externalId')
  if (externalId !== undefined) await mustFind(world, group, equals('externalId', externalId), 'filter-misses')
}

/** Members leave and come back over parallel connections, several PATCHes of the group at a time (entra 1.6). */
async function changeMembers(world: World, group: Linked<HeldGroup>): Promise<void> {
  const ids = [...group.memberIds]
  const leaving = ids.slice(0, Math.ceil(ids.length / 4))
  await removeMembers(world, group, leaving)
  await compareMembers(world, group, { missing: 'remove-took-others', extra: 'member-not-removed' })
  const singles = leaving.map((id) => [id])
  const back = singles.slice(0, 4)
  const out = ids.slice(-2).filter((id) => !leaving.includes(id))
  await Promise.all([inParallel(back, 4, (one) => addMembers(world, group, one)), removeMembers(world, group, out)])
  await compareMembers(world, group, { missing: 'member-lost', extra: 'member-not-removed' })
}

/** Adding a member again and removing one who is none are successes (entra 0.9). */
async function repeatMemberships(world: World, group: Linked<HeldGroup>): Promise<void> {
  const refusal = () => 'repeat-membership-refused' as const
  const [member] = group.memberIds
  const stranger = linked(world.users).find((user) => !group.memberIds.has(user.id))
  if (member !== undefined) {
    for (const shape of [0, 1, 2, 3]) await patch(world, group, memberAgain(world.family, member, shape), { refusal })
    await checkMembership(world, group, member, true)
  }
  if (stranger !== undefined) {
    await patch(world, group, membersRemove(world.family, [stranger.id]), { refusal })
    await checkMembership(world, group, stranger.id, false)
  }
  await compareMembers(world, group, { missing: 'remove-took-others', extra: 'membership-wrong' })
}

/** An incremental cycle: every kind of change that a directory sees (entra 1.3, 1.4). */
export async function incrementalCycle(world: World): Promise<void> {
  await changeUsers(world)
  await inParallel(linked(world.groups), world.parallel, async (group) => {
    await renameGroup(world, group)
    if (group.memberIds.size > 0) await changeMembers(world, group)
    await repeatMemberships(world, group)
  })
}
