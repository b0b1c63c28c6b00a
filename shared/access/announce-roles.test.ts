import { setLock, setProductId, release } from './access'
import { deleteResource } from '../directory/deletion/delete'
import { createResource } from '../directory/documents/create'
import { purgeDeleted } from '../directory/deletion/purge'
import { newWriteId } from '../directory/identifiers'
import { outboxFact, readBody } from '../directory/documents/record'
import { updateResource } from '../directory/documents/update'
import type { Policy, Rule } from '../roles/rules'
import { groupType, userType } from '../scim/schema/schemas'
import { announcedKey, belongsKey, consumerKey } from '../storage/keys'
import { prefixRange, type Table } from '../storage/table'
import { newDirectory, type TestDirectory } from '../../tests/support/directory'
import { numberOutbox } from '../feed/sequencer'
import { announceRoles, type RoleProgress, type RoleRules } from './announce-roles'

const MAX_MS = 60_000

/** A tenant's rules as its settings would hold them, and its follower, run by hand. */
interface Tenant extends TestDirectory {
  rules: RoleRules
  /** Saves rules: the groups' roles in order. */
  save(...groups: [groupId: string, role: string, externalId?: string][]): Promise<void>
  /** Numbers and announces until nothing is left. */
  follow(table?: Table): Promise<RoleProgress['state']>
  /** Every role.changed of a person so far, as `before > after (kind of reason)`. */
  told(id: string): Promise<string[]>
}

const policyOf = (rules: Rule[]): Policy => ({
  roles: ['Admin', 'Loanee', 'No access'],
  grantsAccess: ['Admin', 'Loanee'],
  defaultRole: 'No access',
  rules,
})

async function newTenant(): Promise<Tenant> {
  const directory = await newDirectory()
  const { context } = directory
  const store = async (rules: Rule[]) => {
    const version = tenant.rules.version + 1
    tenant.rules = { ...tenant.rules, policy: policyOf(rules), version }
    const time = context.now().toISOString()
    const writeId = newWriteId(Date.parse(time))
    await context.table.commit([outboxFact({ writeId, type: 'rules.saved', id: 'rules', time, body: { version } })])
  }
  const tenant: Tenant = {
    ...directory,
    rules: {
      policy: policyOf([]),
      version: 1,
      rebind: (ruleId, { id: groupId, name: groupName }) =>
        store(
          tenant.rules.policy.rules.map((rule) =>
            rule.id === ruleId && rule.kind === 'group' ? { ...rule, groupId, groupName } : rule,
          ),
        ),
    },
    save: (...groups) =>
      store(
        groups.map(([groupId, role, groupExternalId], i) => ({
          kind: 'group',
          id: `r${i}`,
          groupId,
          groupName: `Group ${i}`,
          role,
          ...(groupExternalId !== undefined && { groupExternalId }),
        })),
      ),
    follow: async (table = context.table) => {
      for (;;) {
        await numberOutbox(table)
        const { recorded, state } = await announceRoles({ ...context, table }, tenant.rules, MAX_MS)
        if (recorded === 0 && state !== 'stale') return state
      }
    },
    told: async (id) => {
      const rows = await context.table.all(prefixRange('f'))
      return rows
        .filter(({ values }) => values['type'] === 'role.changed' && values['id'] === id)
        .map((row) => {
          const { before = '-', after, reason } = readBody(row) as unknown as Told
          return `${before} > ${after} (${reason.kind})`
        })
    },
  }
  return tenant
}

interface Told {
  readonly before?: string
  readonly after: string
  readonly reason: { readonly kind: string }
}

const announcedOf = async ({ context }: TestDirectory, id: string) => (await context.table.get(announcedKey(id)))?.values['role']

test('every cause of another role is announced once, with its reason', async () => {
  const tenant = await newTenant()
  const id = await tenant.person('ada')
  const [admins, loanees] = [await tenant.group('Admins'), await tenant.group('Loanees')]
  await tenant.save([admins, 'Admin'], [loanees, 'Loanee'])
  await tenant.follow()
  const steps: (() => Promise<unknown>)[] = [
    () => tenant.join(loanees, id),
    () => tenant.change(id, { title: 'no cause' }),
    () => tenant.join(admins, id),
    () => tenant.leave(loanees, id),
    () => setLock(tenant.context, tenant.rules.policy, id, { locked: true, by: 'grace' }),
    () => tenant.leave(admins, id),
    () => tenant.change(id, { active: false }),
    () => tenant.change(id, { active: true }),
    () => setProductId(tenant.context, id, '42', { by: 'product' }),
    () => setLock(tenant.context, tenant.rules.policy, id, { locked: false, by: 'grace' }),
    () => deleteResource(tenant.context, userType, id),
  ]
  for (const step of steps) {
    await step()
    expect(await tenant.follow()).toBe('done')
  }
  expect(await tenant.told(id)).toEqual([
    '- > No access (default)',
    'No access > Loanee (rule)',
    'Loanee > Admin (rule)',
    'Admin > Disabled (inactive)',
    'Disabled > Admin (locked)',
    'Admin > No access (default)',
    'No access > Disabled (deleted)',
  ])
  expect(await announcedOf(tenant, id)).toBeUndefined()
})

test('somebody disabled before the DELETE is told as Disabled once', async () => {
  const tenant = await newTenant()
  const id = await tenant.person('ada', { active: false })
  await tenant.follow()
  await deleteResource(tenant.context, userType, id)
  await tenant.follow()
  expect(await tenant.told(id)).toEqual(['- > Disabled (inactive)'])
  expect(await announcedOf(tenant, id)).toBeUndefined()
})

test('people held back are Pending until their release', async () => {
  const tenant = await newTenant()
  const { id } = await createResource({ ...tenant.context, staging: true }, userType, { userName: 'ada' })
  await tenant.follow()
  await release(tenant.context, id, { by: 'grace' })
  await tenant.follow()
  expect(await tenant.told(id)).toEqual(['- > Pending (staged)', 'Pending > No access (default)'])
})

test('somebody else under the same userName loses the role of the one before', async () => {
  const tenant = await newTenant()
  const id = await tenant.person('ada', { externalId: '11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa' })
  await tenant.save([await tenant.group('Admins', [id]), 'Admin'])
  await tenant.follow()
  await tenant.change(id, { active: false })
  await tenant.change(id, { active: true, externalId: '22222222-aaaa-4aaa-8aaa-aaaaaaaaaaaa' })
  await tenant.follow()
  expect(await tenant.told(id)).toEqual(['- > Admin (rule)', 'Admin > No access (default)'])
})

test('a directory that is older than its roles is announced by one sweep, page after page', async () => {
  const tenant = await newTenant()
  const ids = await Promise.all(Array.from({ length: 230 }, (_, i) => tenant.person(`person${i}`)))
  const group = await tenant.group('Admins', ids.slice(0, 20))
  await numberOutbox(tenant.context.table)
  tenant.rules = {
    ...tenant.rules,
    policy: policyOf([{ kind: 'group', id: 'r', groupId: group, groupName: 'Admins', role: 'Admin' }]),
  }
  const states: string[] = []
  for (let total = 0; total < 230;) {
    const { recorded, state } = await announceRoles(tenant.context, tenant.rules, 0)
    states.push(state)
    total += recorded
  }
  expect(states).toEqual(['more', 'more'])
  expect(await tenant.follow()).toBe('done')
  const roles = await Promise.all(ids.map((id) => announcedOf(tenant, id)))
  expect(roles).toEqual(ids.map((_, i) => (i < 20 ? 'Admin' : 'No access')))
  expect(await tenant.told(ids[0]!)).toEqual(['- > Admin (rule)'])
})

describe('the DELETE of a group', () => {
  test.each([
    ['that a rule names is told to everybody who had the role by it', true],
    ['is told even when its memberships are cleared later', false],
  ])('%s', async (_, isFinished) => {
    const tenant = await newTenant()
    const ids = await Promise.all(Array.from({ length: 70 }, (_member, i) => tenant.person(`person${i}`)))
    const [admins, loanees] = [await tenant.group('Admins', ids), await tenant.group('Loanees', ids.slice(0, 2))]
    await tenant.save([admins, 'Admin'], [loanees, 'Loanee'])
    await tenant.follow()
    await deleteResource(tenant.context, groupType, admins)
    if (isFinished) while (await purgeDeleted(tenant.context, MAX_MS));
    const left = await Promise.all(ids.map((id) => tenant.context.table.get(belongsKey(id, admins))))
    expect(left.some((row) => row !== undefined)).toBe(!isFinished)
    await tenant.follow()
    for (const [i, id] of ids.entries()) expect(await announcedOf(tenant, id)).toBe(i < 2 ? 'Loanee' : 'No access')
  })

  test('that no rule names reads nobody', async () => {
    const tenant = await newTenant()
    const id = await tenant.person('ada')
    const group = await tenant.group('Book club', [id])
    await tenant.follow()
    await deleteResource(tenant.context, groupType, group)
    const reads: string[] = []
    const { table } = tenant.context
    const counted: Table = { ...table, get: (key) => (reads.push(key), table.get(key)) }
    await tenant.follow(counted)
    expect(reads.filter((key) => key.startsWith('u!'))).toEqual([])
  })
})

describe('a group that comes back', () => {
  test('under the externalId of a rule that lost its group gets the rule', async () => {
    const tenant = await newTenant()
    const id = await tenant.person('ada')
    const old = await tenant.group('Admins', [id], { externalId: 'group-1' })
    await tenant.save([old, 'Admin', 'group-1'])
    await tenant.follow()
    await deleteResource(tenant.context, groupType, old)
    await tenant.follow()
    const fresh = await tenant.group('Administrators', [id], { externalId: 'group-1' })
    await tenant.follow()
    expect(tenant.rules.policy.rules).toMatchObject([{ groupId: fresh }])
    expect(await tenant.told(id)).toEqual(['- > Admin (rule)', 'Admin > No access (default)', 'No access > Admin (rule)'])
  })

  test('and gets its externalId later gets the rule then', async () => {
    const tenant = await newTenant()
    const old = await tenant.group('Admins', [], { externalId: 'group-1' })
    await tenant.save([old, 'Admin', 'group-1'])
    await deleteResource(tenant.context, groupType, old)
    const fresh = await tenant.group('Admins')
    await tenant.follow()
    expect(tenant.rules.policy.rules).toMatchObject([{ groupId: old }])
    const attributes = (current: object) => ({ ...current, externalId: 'group-1' })
    await updateResource(tenant.context, groupType, fresh, { attributes, members: [] })
    await tenant.follow()
    expect(tenant.rules.policy.rules).toMatchObject([{ groupId: fresh }])
  })

  test.each([
    ['the same name alone', 'Admins', {}],
    ['the externalId in other letters', 'Admins', { externalId: 'GROUP-1' }],
  ])('under %s gets no rule', async (_, displayName, more) => {
    const tenant = await newTenant()
    const old = await tenant.group('Admins', [], { externalId: 'group-1' })
    await tenant.save([old, 'Admin', 'group-1'])
    await deleteResource(tenant.context, groupType, old)
    await tenant.group(displayName, [], more)
    await tenant.follow()
    expect(tenant.rules.policy.rules).toMatchObject([{ groupId: old }])
  })

  test('gets no rule whose own group is still there', async () => {
    const tenant = await newTenant()
    const held = await tenant.group('Admins', [], { externalId: 'group-1' })
    await tenant.save([held, 'Admin', 'group-1'])
    await tenant.group('Other name', [], { externalId: 'group-1' })
    await tenant.follow()
    expect(tenant.rules.policy.rules).toMatchObject([{ groupId: held }])
  })
})

describe('rules that an instance remembers', () => {
  test('are refused when they are older than those saved, and nothing behind the save is read with them', async () => {
    const tenant = await newTenant()
    const id = await tenant.person('ada')
    const group = await tenant.group('Admins', [id])
    await tenant.follow()
    const old = tenant.rules
    const late = await tenant.person('late')
    await tenant.save([group, 'Admin'])
    await tenant.leave(group, late)
    await tenant.join(group, late)
    await numberOutbox(tenant.context.table)
    expect(await announceRoles(tenant.context, old, MAX_MS)).toEqual({ recorded: 1, state: 'stale' })
    expect(await announceRoles(tenant.context, old, MAX_MS)).toEqual({ recorded: 0, state: 'stale' })
    await tenant.follow()
    expect(await tenant.told(id)).toEqual(['- > No access (default)', 'No access > Admin (rule)'])
    expect(await tenant.told(late)).toEqual(['- > No access (default)', 'No access > Admin (rule)'])
  })

  test('never overwrite what newer ones gave', async () => {
    const tenant = await newTenant()
    const id = await tenant.person('ada')
    await tenant.follow()
    const old = tenant.rules
    await tenant.save([await tenant.group('Admins', [id]), 'Admin'])
    await tenant.follow()
    await tenant.change(id, { active: false })
    await numberOutbox(tenant.context.table)
    expect(await announceRoles(tenant.context, old, MAX_MS)).toEqual({ recorded: 0, state: 'stale' })
    await tenant.follow()
    expect(await announcedOf(tenant, id)).toBe('Disabled')
  })
})

/** The table that fails for good at one commit: before it is stored, or after. */
function stopping(table: Table, at: number, isStored: boolean): Table {
  let commits = 0
  return {
    ...table,
    commit: async (actions) => {
      commits += 1
      if (commits > at) throw new Error('stopped')
      if (commits < at) return table.commit(actions)
      if (isStored) await table.commit(actions)
      throw new Error('stopped')
    },
  }
}

test.each([
  ['before', false],
  ['after', true],
])('a worker that stops %s any of its commits leaves the next one to finish; each change is told once', async (_, isStored) => {
  const tenant = await newTenant()
  const ids = await Promise.all(Array.from({ length: 56 }, (_person, i) => tenant.person(`person${i}`)))
  const group = await tenant.group('Admins', ids.slice(0, 55))
  await tenant.save([group, 'Admin'])
  await tenant.follow()
  const roles = ['Admin']
  const states = ['No access']
  for (let at = 1, hasStopped = true; hasStopped; at += 1) {
    roles.push(roles.at(-1) === 'Admin' ? 'Loanee' : 'Admin')
    states.push(states.at(-1) === 'Disabled' ? 'No access' : 'Disabled')
    await tenant.save([group, roles.at(-1)!])
    await tenant.change(ids[55]!, { active: states.at(-1) !== 'Disabled' })
    hasStopped = await tenant.follow(stopping(tenant.context.table, at, isStored)).then(
      () => false,
      () => true,
    )
    tenant.pass(60_001)
    expect(await tenant.follow()).toBe('done')
  }
  expect(roles.length).toBeGreaterThan(8)
  const after = async (id: string) => (await tenant.told(id)).map((line) => / > (.*) \(/.exec(line)?.[1])
  for (const id of [ids[0]!, ids[48]!, ids[49]!, ids[54]!]) expect(await after(id)).toEqual(roles)
  expect(await after(ids[55]!)).toEqual(states)
})

test('a worker that is overtaken in the middle announces nothing on what it read before', async () => {
  const tenant = await newTenant()
  const id = await tenant.person('ada')
  const group = await tenant.group('Admins')
  await tenant.save([group, 'Admin'])
  await tenant.follow()
  await tenant.join(group, id)
  await numberOutbox(tenant.context.table)
  const { table } = tenant.context
  const slow: Table = {
    ...table,
    commit: async (actions) => {
      if (actions.length > 1) {
        // The slow one has read `Admin`; meanwhile its lease ends, the person leaves, and another worker announces that.
        tenant.pass(60_001)
        await tenant.leave(group, id)
        await tenant.follow()
      }
      return table.commit(actions)
    },
  }
  expect(await announceRoles({ ...tenant.context, table: slow }, tenant.rules, MAX_MS)).toEqual({ recorded: 0, state: 'later' })
  expect(await announcedOf(tenant, id)).toBe('No access')
  expect(await tenant.told(id)).toEqual(['- > No access (default)'])
})

test('eight workers beside writers tell each change once, and the last role told is the one there is', async () => {
  const tenant = await newTenant()
  const ids = await Promise.all(Array.from({ length: 12 }, (_, i) => tenant.person(`person${i}`)))
  const groups = [await tenant.group('Admins'), await tenant.group('Loanees')]
  await tenant.save([groups[0]!, 'Admin'], [groups[1]!, 'Loanee'])
  const writers = ids.map(async (id, i) => {
    for (let round = 0; round < 4; round += 1) {
      await tenant.join(groups[(i + round) % 2]!, id)
      if (round < 3) await tenant.leave(groups[(i + round) % 2]!, id)
    }
  })
  const workers = Array.from({ length: 8 }, async () => {
    for (let round = 0; round < 3; round += 1) await tenant.follow()
  })
  await Promise.all([...writers, ...workers])
  await tenant.follow()
  for (const [i, id] of ids.entries()) {
    const told = await tenant.told(id)
    const role = (i + 3) % 2 === 0 ? 'Admin' : 'Loanee'
    expect(told.at(-1)).toContain(`> ${role} (rule)`)
    const pairs = told.map((line) => /^(.*) > (.*) \(/.exec(line)?.slice(1) ?? [])
    for (const [place, [before, after]] of pairs.entries()) {
      expect(before).not.toBe(after)
      expect(before).toBe(place === 0 ? '-' : pairs[place - 1]?.[1])
    }
  }
})

test('nothing new costs two calls and no commit', async () => {
  const tenant = await newTenant()
  await tenant.person('ada')
  await tenant.follow()
  const calls: string[] = []
  const { table } = tenant.context
  const counted: Table = {
    get: (key) => (calls.push(`get ${key}`), table.get(key)),
    page: (...given) => (calls.push('page'), table.page(...given)),
    all: (...given) => (calls.push(`all from ${given[0].from}`), table.all(...given)),
    commit: (actions) => (calls.push('commit'), table.commit(actions)),
  }
  expect(await announceRoles({ ...tenant.context, table: counted }, tenant.rules, MAX_MS)).toEqual({
    recorded: 0,
    state: 'done',
  })
  expect(calls).toEqual([`get ${consumerKey('roles')}`, 'all from f!000000000003'])
})
