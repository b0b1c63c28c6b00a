import { newDirectory } from '../../tests/support/directory'
import { tenantStorage } from '../../tests/support/tenant-settings'
import type { DirectoryContext } from '../directory/context'
import { createResource } from '../directory/create'
import { newId } from '../directory/identifiers'
import { updateResource } from '../directory/update'
import { numberPending } from '../feed/number'
import { savePolicy } from '../manage/save-policy'
import { defaultPolicy, type Policy } from '../roles/rules'
import { SETTINGS_KEY } from '../storage/keys'
import type { Table } from '../storage/table'
import { createTenant } from '../tenants/lifecycle'
import { changeSettings, readTenant } from '../tenants/registry'
import type { Tenant } from '../tenants/tenant'
import { COPIES_WANTED, ROUTES_SAVED, RULES_ALONE } from './affected'
import { connect, noteFor } from './connect'
import { routePeople, type RoutingParts } from './reader'

/** Turns of the reader by hand, and what they read and write. */

const storage = tenantStorage()
const roles = { roles: ['Admin', 'No access'], defaultRole: 'No access' }

/** Notes the keys that are asked for or written, with the table's name before each. */
function noting(name: string, table: Table, notes: string[], onCommit: (keys: readonly string[]) => Promise<void>): Table {
  return {
    ...table,
    get: (key) => {
      notes.push(`${name} ${key}`)
      return table.get(key)
    },
    commit: async (actions) => {
      const outcome = await table.commit(actions)
      await onCommit(actions.map(({ key }) => `${name} ${key}`))
      return outcome
    },
  }
}

async function superTenant() {
  const [source, target] = [`s${newId().slice(0, 10)}`, `t${newId().slice(0, 10)}`]
  for (const slug of [source, target]) await createTenant(storage, { slug, name: slug, time: new Date().toISOString() })
  const parts = { storage, tenants: { put: () => undefined }, now: () => new Date() }
  const tenantOf = async (slug: string): Promise<Tenant> => (await readTenant(storage, slug))!
  const { context } = await newDirectory()
  const contextOf = (tenant: Tenant): DirectoryContext => ({ ...context, table: storage.open(tenant.table) })
  const directory = contextOf(await tenantOf(source))
  const group = await createResource(directory, directory.types.Group, { displayName: 'Lab' })
  const saved = (slug: string, policy: Policy) => savePolicy(parts, slug, { policy: () => policy, by: 'Ada' })
  await saved(source, { ...roles, rules: [{ id: 'r1', groupId: group.id, groupName: 'Lab', role: 'Admin' }] })
  await connect(parts, { slug: source, name: source }, target)
  await changeSettings(storage, source, ({ routing }) => ({
    routing: { ...routing, routes: [{ id: 'x1', groupId: group.id, groupName: 'Lab', tenant: target }] },
    beside: (version) => [noteFor(new Date(), ROUTES_SAVED, { id: 'routes', body: { version } })],
  }))
  const targetTable = (await tenantOf(target)).table

  /** One turn; the keys of the target's rows that were read. */
  async function turn(onCommit: (keys: readonly string[]) => Promise<void> = () => Promise.resolve()): Promise<string[]> {
    await numberPending(directory.table)
    const notes: string[] = []
    const open = (name: string) => noting(name, storage.open(name), notes, onCommit)
    const routing: RoutingParts = {
      storage: { ...storage, open },
      tenants: parts.tenants,
      open: (tenant) => ({ ...contextOf(tenant), table: open(tenant.table) }),
      savePolicy: (slug, save) => savePolicy({ ...parts, storage: { ...storage, open } }, slug, save),
      onFailure: (_, error) => {
        throw error
      },
    }
    const { state } = await routePeople(routing, await tenantOf(source), 60_000)
    expect(state).toBe('done')
    return notes.filter((note) => note.startsWith(`${targetTable} `)).map((note) => note.slice(targetTable.length + 1))
  }
  await turn()
  await turn()
  return {
    turn,
    rename: (displayName: string) =>
      updateResource(directory, directory.types.Group, group.id, { attributes: () => ({ displayName }), members: [] }),
    inherits: async (isInheriting: boolean) => {
      await changeSettings(storage, target, () => ({ inheritsRoles: isInheriting }))
      if (!isInheriting) return
      await directory.table.commit([noteFor(new Date(), COPIES_WANTED, { id: RULES_ALONE, body: { tenant: target } })])
    },
    saved: (policy: Policy) => saved(source, policy),
    keep: (policy: Policy) => saved(target, policy),
    policy: async () => (await tenantOf(target)).settings.policy,
    number: () => numberPending(directory.table),
    group: group.id,
    targetTable,
  }
}

const readsOf = (keys: readonly string[]) => keys.filter((key) => key === SETTINGS_KEY).length

test('roles that have not changed are not looked at again when a routed group has', async () => {
  const { turn, rename, policy } = await superTenant()
  expect((await policy()).rules).toMatchObject([{ groupName: 'Lab', role: 'Admin' }])
  await rename('Laboratory')
  expect(readsOf(await turn())).toBe(1) // as each turn does when it opens the target
})

test('roles that have changed arrive, once', async () => {
  const { turn, saved, policy, group } = await superTenant()
  await saved({ ...roles, rules: [{ id: 'r1', groupId: group, groupName: 'Lab', role: 'No access' }] })
  await turn()
  expect((await policy()).rules).toMatchObject([{ role: 'No access' }])
  await saved({ ...roles, rules: [] })
  await turn()
  expect((await policy()).rules).toEqual([])
})

test('a target that begins to inherit while a turn is under way has the roles when the turn ends', async () => {
  const { turn, rename, inherits, keep, policy, number, targetTable } = await superTenant()
  await inherits(false)
  await keep(defaultPolicy)
  await rename('Laboratory')
  let hasBegun = false
  await turn(async (keys) => {
    if (hasBegun || !keys.some((key) => key.startsWith(`${targetTable} b!`))) return
    hasBegun = true // the turn has opened the target: what it knows of the roles there is old from here on
    await inherits(true)
    await number()
  })
  expect(hasBegun).toBe(true)
  expect((await policy()).rules).toMatchObject([{ role: 'Admin' }])
})
