import { newDirectory } from '../../../tests/support/directory'
import { tenantStorage } from '../../../tests/support/tenant-settings'
import type { DirectoryContext } from '../../directory/context'
import { createResource } from '../../directory/documents/create'
import { readDocument } from '../../directory/documents/document'
import { newId } from '../../directory/identifiers'
import { updateResource } from '../../directory/documents/update'
import { numberOutbox } from '../../feed/sequencer'
import { savePolicy } from '../../access/save-policy'
import { defaultPolicy } from '../../roles/catalogue'
import type { Policy } from '../../roles/rules'
import { missedErasureKey, consumerKey, SETTINGS_KEY } from '../../storage/keys'
import { prefixRange, type Action, type Table } from '../../storage/table'
import { createTenant } from '../../tenants/lifecycle'
import { changeSettings, readTenant } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import { command, ROUTES } from '../commands'
import { connect, disconnect, noteFor } from '../connect'
import { routePeople } from './route-people'
import type { RoutingParts } from './turn'
import { keyOfRetry, RETRIES, retryActions, type Retry } from '../copies/rows'

/** Turns of the consumer by hand, and what they read and write. */

const storage = tenantStorage()
const roles = { roles: ['Admin', 'No access'], grantsAccess: ['Admin'], defaultRole: 'No access' }

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

/** One routed group, and two targets. */
async function superTenant() {
  const [source, target, other] = [`s${newId().slice(0, 10)}`, `t${newId().slice(0, 10)}`, `u${newId().slice(0, 10)}`]
  for (const slug of [source, target, other]) await createTenant(storage, { slug, name: slug, time: new Date().toISOString() })
  const parts = { storage, tenants: { put: () => undefined }, now: () => new Date() }
  const tenantOf = async (slug: string): Promise<Tenant> => (await readTenant(storage, slug))!
  const clock = await newDirectory()
  const { context } = clock
  const contextOf = (tenant: Tenant): DirectoryContext => ({ ...context, table: storage.open(tenant.table) })
  const directory = contextOf(await tenantOf(source))
  const group = await createResource(directory, directory.types.Group, { displayName: 'Lab' })
  const saved = (slug: string, policy: Policy) => savePolicy(parts, slug, { policy: () => policy, by: 'Ada' })
  await saved(source, { ...roles, rules: [{ kind: 'group', id: 'r1', groupId: group.id, groupName: 'Lab', role: 'Admin' }] })
  for (const slug of [target, other]) await connect(parts, { slug: source, name: source }, slug)
  await changeSettings(storage, source, ({ routing }) => ({
    routing: {
      ...routing,
      routes: [target, other].map((tenant) => ({ id: `to-${tenant}`, groupId: group.id, groupName: 'Lab', tenant })),
    },
    beside: (version) => [noteFor(new Date(), 'routes.saved', { id: 'routes', body: { version } })],
  }))
  const targetTable = (await tenantOf(target)).table

  /** One turn, to the end unless told otherwise; the keys of the first target's rows that were read. */
  async function turn(
    onCommit: (keys: readonly string[]) => Promise<void> = () => Promise.resolve(),
    { ends = 'done', maxMs = 60_000 }: { readonly ends?: 'done' | 'more'; readonly maxMs?: number } = {},
  ): Promise<string[]> {
    await numberOutbox(directory.table)
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
    const { state } = await routePeople(routing, await tenantOf(source), maxMs)
    expect(state).toBe(ends)
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
      await directory.table.commit([command(new Date())])
    },
    saved: (policy: Policy) => saved(source, policy),
    keep: (policy: Policy) => saved(target, policy),
    policy: async () => (await tenantOf(target)).settings.policy,
    group: group.id,
    target,
    disconnect: async () => {
      await disconnect(parts, await tenantOf(source), { slug: target, tenant: await tenantOf(target) })
    },
    connections: async () => (await tenantOf(source)).settings.connections.map(({ tenant }) => tenant),
    groupNames: async (slug: string) => {
      const rows = await storage.open((await tenantOf(slug)).table).all(prefixRange('g'))
      return rows.map((row) => readDocument(row)?.attributes['displayName'])
    },
    other,
    targetTable,
    table: directory.table,
    sourceTable: (await tenantOf(source)).table,
    pass: (ms: number) => {
      clock.pass(ms)
    },
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
  await saved({ ...roles, rules: [{ kind: 'group', id: 'r1', groupId: group, groupName: 'Lab', role: 'No access' }] })
  await turn()
  expect((await policy()).rules).toMatchObject([{ role: 'No access' }])
  await saved({ ...roles, rules: [] })
  await turn()
  expect((await policy()).rules).toEqual([])
})

test('a target that begins to inherit while a turn is under way has the roles with the next one', async () => {
  const { turn, rename, inherits, keep, policy, targetTable } = await superTenant()
  await inherits(false)
  await keep(defaultPolicy)
  await rename('Laboratory')
  let hasBegun = false
  await turn(async (keys) => {
    if (hasBegun || !keys.some((key) => key.startsWith(`${targetTable} b!`))) return
    hasBegun = true // the turn has opened the target: what it knows of the roles there is old from here on
    await inherits(true)
  })
  expect(hasBegun).toBe(true)
  await turn()
  expect((await policy()).rules).toMatchObject([{ role: 'Admin' }])
})

test('a connection that ends while a sweep is under way ends with the next one, which sees all of it', async () => {
  const { turn, disconnect: end, connections, table, other, target, groupNames } = await superTenant()
  const isAtTheEnd = { sweep: 'f'.repeat(32), ending: '' }
  await table.commit([{ type: 'merge', key: consumerKey(ROUTES), values: isAtTheEnd, etag: '*' }])
  await end()
  await turn()
  expect([await connections(), await groupNames(target), await table.all(RETRIES)]).toEqual([[other], [], []])
})

describe('what is to be tried again', () => {
  const HOUR_MS = 3_600_000
  const whole = (target: string, due: number): Retry => ({ target, id: '', kind: 'u', reason: 'failed', tries: 0, due })
  const person = (target: string, id: string, due: number): Retry => ({ target, id, kind: 'u', reason: 'exists', tries: 2, due })
  const isDue: Action = { type: 'merge', key: consumerKey(ROUTES), values: { due: 1 }, etag: '*' }

  async function store(table: Table, actions: readonly Action[]): Promise<void> {
    for (let from = 0; from < actions.length; from += 100) await table.commit(actions.slice(from, from + 100))
  }

  test('waits with its target, and is not lost', async () => {
    const { turn, table, target } = await superTenant()
    const retry = person(target, newId(), 1)
    await store(table, [...retryActions(whole(target, Date.now() + HOUR_MS)), ...retryActions(retry), isDue])
    await turn()
    const row = await table.get(keyOfRetry(retry))
    expect(row?.values['tries']).toBe(3)
    const order = await table.all(prefixRange('y!d'))
    expect(order.map(({ key }) => key.split('!').slice(2))).toEqual([
      [String(row?.values['due']).padStart(15, '0'), target, retry.id],
    ])
    expect((await table.get(consumerKey(ROUTES)))?.values['due']).toBe(row?.values['due'])
  })

  test('and comes due while a turn is under way that has not opened the target is for the next turn', async () => {
    const { turn, rename, table, target, sourceTable, pass } = await superTenant()
    const due = Date.now() + 30_000
    await store(table, [...retryActions(whole(target, due)), { ...isDue, values: { due } }])
    await rename('Laboratory')
    let commits = 0
    const onCommit = (keys: readonly string[]) => {
      if (keys.includes(`${sourceTable} ${consumerKey(ROUTES)}`)) commits += 1
      if (commits === 2) pass(40_000) // the lease lasts a minute
      if (commits === 2) commits += 1
      return Promise.resolve()
    }
    await turn(onCommit, { ends: 'more' })
    expect((await table.get(keyOfRetry(whole(target, due))))?.values).toMatchObject({ tries: 0, due })
    await turn()
    expect(await table.all(RETRIES)).toEqual([])
  })

  test('as a whole target holds up no other: each step goes on with the feed first', async () => {
    const { turn, rename, table, target, other, groupNames } = await superTenant()
    await rename('Laboratory')
    await store(table, [
      ...retryActions(whole(target, 1)),
      { type: 'merge', key: consumerKey(ROUTES), values: { due: 1, sweep: '', only: target }, etag: '*' },
    ])
    await turn(undefined, { ends: 'more', maxMs: 0 })
    expect(await groupNames(other)).toEqual(['Laboratory'])
    await turn()
    expect(await groupNames(target)).toEqual(['Laboratory'])
  })

  test('in a target that is connected no more is forgotten, however much it is', async () => {
    const { turn, table } = await superTenant()
    await store(table, [
      isDue,
      ...retryActions(whole('gone', 1)),
      ...Array.from({ length: 95 }, (): Action => ({ type: 'upsert', key: missedErasureKey('gone', newId()), values: {} })),
      ...Array.from({ length: 130 }, () => retryActions(person('gone', newId(), 1))).flat(),
    ])
    await turn()
    expect(await table.all(RETRIES)).toEqual([])
    expect((await table.get(consumerKey(ROUTES)))?.values['due']).toBeUndefined()
  })

  test('by a consumer before, of which nothing but that is left, is tried by the next one', async () => {
    const { turn, table, target } = await superTenant()
    await store(table, [...retryActions(whole(target, 1)), ...retryActions(person(target, newId(), 1))])
    await table.commit([{ type: 'delete', key: consumerKey(ROUTES) }])
    await turn()
    expect(await table.all(RETRIES)).toEqual([])
  })
})
