import type { Policy } from '../roles/rules'
import { groupType, userType } from '../scim/schema/schemas'
import { anchorKey, belongsKey, productIdKey, userKey } from '../storage/keys'
import { prefixRange, type Table } from '../storage/table'
import { StorageUnavailable } from '../storage/unavailable'
import { brokenInvariants } from '../../tests/support/check-table'
import { newDirectory, type TestDirectory } from '../../tests/support/directory'
import { findByProductId, release, setLock, setProductId } from './access'
import { deleteResource } from '../directory/deletion/delete'
import { createResource } from '../directory/documents/create'
import { readDocument, type Document } from '../directory/documents/document'
import { newId } from '../directory/identifiers'
import { derive, previewPolicy, readAccess, readPeople } from './read-access'
import { readResourceById } from '../directory/documents/read'
import { readBody } from '../directory/documents/record'
import type { JsonObject } from '../scim/json'
import { ScimError } from '../scim/errors'
import { updateResource } from '../directory/documents/update'

const policyOf = (...groups: [groupId: string, role: string][]): Policy => ({
  roles: ['Admin', 'Loanee', 'No access'],
  grantsAccess: ['Admin', 'Loanee'],
  defaultRole: 'No access',
  rules: groups.map(([groupId, role], i) => ({ kind: 'group', id: `r${i}`, groupId, groupName: '', role })),
})

async function documentOf({ context }: TestDirectory, id: string): Promise<Document> {
  const row = await context.table.get(userKey(id))
  const document = row && readDocument(row)
  if (document === undefined) throw new Error('There is no such person.')
  return document
}

const accessOf = async (directory: TestDirectory, id: string) => (await documentOf(directory, id)).access

async function roleNow({ context }: TestDirectory, policy: Policy, id: string): Promise<string | undefined> {
  const people = await readPeople(context, [id])
  const [derived] = await readAccess(
    context,
    policy,
    people.map(({ document }) => document),
  )
  return derived?.role
}

/** The records of a type in the outbox: nobody numbers them here. */
async function recordsOf({ context }: TestDirectory, type: string) {
  const rows = await context.table.all(prefixRange('p'))
  return rows.filter(({ values }) => values['type'] === type).map((row) => ({ id: row.values['id'], ...readBody(row) }))
}

/** The table, of which the first commit is stored and its answer lost. */
function losingAnswers(table: Table): Table {
  let isLost = false
  return {
    ...table,
    commit: async (actions) => {
      const outcome = await table.commit(actions)
      if (isLost) return outcome
      isLost = true
      throw new StorageUnavailable('the answer was lost')
    },
  }
}

describe('a lock', () => {
  test('keeps the role through other rules, leaving the group, disable and restore', async () => {
    const directory = await newDirectory()
    const id = await directory.person('ada')
    const group = await directory.group('Admins', [id])
    const policy = policyOf([group, 'Admin'])
    const outcome = await setLock(directory.context, policy, id, { locked: true, by: 'grace' })
    expect(outcome).toMatchObject({ ok: true, access: { lock: { role: 'Admin', by: 'grace' } } })
    await directory.leave(group, id)
    expect(await roleNow(directory, policy, id)).toBe('Admin')
    expect(await roleNow(directory, policyOf(), id)).toBe('Admin')
    await directory.change(id, { active: false, title: 'Countess' })
    expect(await roleNow(directory, policy, id)).toBe('Disabled')
    await directory.change(id, { active: true })
    expect(await roleNow(directory, policy, id)).toBe('Admin')
    expect(await setLock(directory.context, policy, id, { locked: false, by: 'grace' })).toEqual({ ok: true, access: {} })
    expect(await roleNow(directory, policy, id)).toBe('No access')
    expect(await recordsOf(directory, 'lock.changed')).toMatchObject([
      { id, after: { role: 'Admin', by: 'grace' }, by: 'grace' },
      { id, before: { role: 'Admin', by: 'grace' }, by: 'grace' },
    ])
  })

  test('changes nothing that a SCIM client sees', async () => {
    const directory = await newDirectory()
    const id = await directory.person('ada', { title: 'Countess' })
    const read = () => readResourceById(directory.context, userType, id, { members: false, groups: true })
    const before = await read()
    await setLock(directory.context, policyOf(), id, { locked: true, by: 'grace' })
    await setProductId(directory.context, id, '42', { by: 'product' })
    expect(await read()).toEqual(before)
  })

  test('cannot be set on somebody who is disabled, pending or not there; nothing is stored', async () => {
    const directory = await newDirectory()
    const disabled = await directory.person('disabled', { active: false })
    const staging = { ...directory, context: { ...directory.context, staging: true } }
    const lock = (id: string) => setLock(directory.context, policyOf(), id, { locked: true, by: 'grace' })
    expect(await lock(disabled)).toEqual({ ok: false, reason: 'disabled' })
    const { id: pending } = await createResource(staging.context, userType, { userName: 'pending' })
    expect(await lock(pending)).toEqual({ ok: false, reason: 'pending' })
    const { id: group } = await createResource(staging.context, groupType, { displayName: 'No person' })
    for (const missing of [newId(), group, 'no id', '']) expect(await lock(missing)).toEqual({ ok: false, reason: 'missing' })
    expect(await recordsOf(directory, 'lock.changed')).toEqual([])
  })

  test('set twice stays as it was first, and twenty at once leave one record', async () => {
    const directory = await newDirectory()
    const id = await directory.person('ada')
    const admins = Array.from({ length: 20 }, (_, i) => `admin ${i}`)
    const outcomes = await Promise.all(admins.map((by) => setLock(directory.context, policyOf(), id, { locked: true, by })))
    const { lock } = await accessOf(directory, id)
    for (const outcome of outcomes) expect(outcome).toEqual({ ok: true, access: { lock } })
    expect(await recordsOf(directory, 'lock.changed')).toHaveLength(1)
  })

  test('survives PATCHes of attributes at the same time', async () => {
    const directory = await newDirectory()
    const id = await directory.person('ada')
    const changes = Array.from({ length: 10 }, (_, i) => directory.change(id, { [`field${i}`]: i }))
    await Promise.all([...changes, setLock(directory.context, policyOf(), id, { locked: true, by: 'grace' })])
    const document = await documentOf(directory, id)
    expect(document.revision).toBe(11)
    expect(document.access.lock?.role).toBe('No access')
  })

  test('whose answer was lost is set once', async () => {
    const directory = await newDirectory()
    const id = await directory.person('ada')
    const context = { ...directory.context, table: losingAnswers(directory.context.table) }
    expect(await setLock(context, policyOf(), id, { locked: true, by: 'grace' })).toMatchObject({ ok: true })
    expect(await recordsOf(directory, 'lock.changed')).toHaveLength(1)
  })
})

describe('a product id', () => {
  test('finds its person, moves, and ends with the DELETE', async () => {
    const directory = await newDirectory()
    const { context } = directory
    const id = await directory.person('ada')
    expect(await setProductId(context, id, 'Ä/1', { by: 'product' })).toEqual({ ok: true, access: { productId: 'Ä/1' } })
    expect((await findByProductId(context, 'Ä/1'))?.id).toBe(id)
    expect(await findByProductId(context, 'ä/1')).toBeUndefined()
    await directory.change(id, { userName: 'ada.lovelace' })
    await setProductId(context, id, '2', { by: 'product' })
    expect(await findByProductId(context, 'Ä/1')).toBeUndefined()
    expect((await findByProductId(context, '2'))?.id).toBe(id)
    expect(await brokenInvariants(context.table)).toEqual([])
    await deleteResource(context, userType, id)
    expect(await findByProductId(context, '2')).toBeUndefined()
    expect(await context.table.get(productIdKey('2'))).toBeUndefined()
    expect(await setProductId(context, id, '3', { by: 'product' })).toEqual({ ok: false, reason: 'missing' })
    expect(await recordsOf(directory, 'product.linked')).toMatchObject([{ after: 'Ä/1' }, { before: 'Ä/1', after: '2' }])
  })

  test('belongs to one person: the refusal names who has it', async () => {
    const directory = await newDirectory()
    const ids = [await directory.person('ada'), await directory.person('grace')]
    const outcomes = await Promise.all(ids.map((id) => setProductId(directory.context, id, '42', { by: 'product' })))
    const winner = outcomes.findIndex(({ ok }) => ok)
    expect(outcomes[1 - winner]).toEqual({ ok: false, reason: 'taken', holderId: ids[winner] })
    expect(await setProductId(directory.context, ids[winner]!, undefined, { by: 'product' })).toEqual({ ok: true, access: {} })
    expect(await setProductId(directory.context, ids[1 - winner]!, '42', { by: 'product' })).toMatchObject({ ok: true })
    expect(await recordsOf(directory, 'product.unlinked')).toEqual([{ id: ids[winner], before: '42', by: 'product' }])
    expect(await brokenInvariants(directory.context.table)).toEqual([])
  })

  test('whose answer was lost is linked once', async () => {
    const directory = await newDirectory()
    const id = await directory.person('ada')
    const context = { ...directory.context, table: losingAnswers(directory.context.table) }
    expect(await setProductId(context, id, '42', { by: 'product' })).toMatchObject({ ok: true })
    expect(await recordsOf(directory, 'product.linked')).toHaveLength(1)
  })
})

test('people who come while newcomers are held back are pending until they are released; groups are not held back', async () => {
  const directory = await newDirectory()
  const staging = { ...directory.context, staging: true }
  const { id } = await createResource(staging, userType, { userName: 'ada' })
  const { id: group } = await createResource(staging, groupType, { displayName: 'Admins' }, [id])
  expect((await directory.context.table.get(`g!${group}`))?.values['st']).toBeUndefined()
  const policy = policyOf([group, 'Admin'])
  expect(await roleNow(directory, policy, id)).toBe('Pending')
  await directory.change(id, { title: 'Countess' })
  expect(await roleNow(directory, policy, id)).toBe('Pending')
  expect(await release(directory.context, id, { by: 'grace' })).toEqual({ ok: true, access: {} })
  expect(await release(directory.context, id, { by: 'grace' })).toEqual({ ok: true, access: {} })
  expect(await roleNow(directory, policy, id)).toBe('Admin')
  expect(await recordsOf(directory, 'person.released')).toEqual([{ id, by: 'grace' }])
})

describe('somebody else under the same userName', () => {
  const old = '11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
  const other = '22222222-AAAA-4aaa-8aaa-aaaaaaaaaaaa'

  async function inGroups(directory: TestDirectory, count: number): Promise<{ id: string; groups: string[] }> {
    const id = await directory.person('ada', { externalId: old })
    const groups: string[] = []
    for (let i = 0; i < count; i += 1) groups.push(await directory.group(`Group ${i}`, [id]))
    await setLock(directory.context, policyOf([groups[0]!, 'Admin']), id, { locked: true, by: 'grace' })
    await setProductId(directory.context, id, '42', { by: 'product' })
    return { id, groups: groups.sort() }
  }

  const memberships = async ({ context }: TestDirectory, id: string) =>
    (await context.table.all(prefixRange(anchorKey(id)))).length

  test('takes over neither memberships nor lock nor product id; the record says what was dropped', async () => {
    const directory = await newDirectory()
    const { id, groups } = await inGroups(directory, 3)
    await directory.change(id, { active: false })
    await directory.change(id, { active: true, externalId: other })
    expect(await accessOf(directory, id)).toEqual({ successions: 1 })
    expect(await memberships(directory, id)).toBe(0)
    expect(await findByProductId(directory.context, '42')).toBeUndefined()
    expect(await recordsOf(directory, 'person.replaced')).toMatchObject([
      { id, groups, lock: { role: 'Admin', by: 'grace' }, productId: '42' },
    ])
    expect(await brokenInvariants(directory.context.table)).toEqual([])
  })

  test.each([
    ['the same GUID in other letters', { active: true, externalId: old.toUpperCase() }],
    ['no other externalId', { active: true }],
    ['an externalId that is no GUID', { active: true, externalId: 'ada' }],
    ['another GUID while still inactive', { externalId: other }],
  ])('is not assumed of %s', async (_, change) => {
    const directory = await newDirectory()
    const { id } = await inGroups(directory, 1)
    await directory.change(id, { active: false })
    await directory.change(id, change)
    expect(await memberships(directory, id)).toBe(1)
    expect(await accessOf(directory, id)).toMatchObject({ lock: { role: 'Admin' }, productId: '42' })
    expect(await recordsOf(directory, 'person.replaced')).toEqual([])
  })

  test('is not assumed of an active person whose externalId changes', async () => {
    const directory = await newDirectory()
    const { id } = await inGroups(directory, 1)
    await directory.change(id, { externalId: other, active: true })
    expect(await memberships(directory, id)).toBe(1)
  })

  test('leaves 120 groups in steps, the last with the change itself', async () => {
    const directory = await newDirectory()
    const { id, groups } = await inGroups(directory, 2)
    for (let from = 0; from < 118; from += 59) {
      const more = Array.from({ length: 59 }, (_, i) => directory.group(`More ${from + i}`, [id]))
      groups.push(...(await Promise.all(more)))
    }
    await directory.change(id, { active: false })
    await directory.change(id, { active: true, externalId: other })
    expect(await memberships(directory, id)).toBe(0)
    const told = [...(await recordsOf(directory, 'person.unlinked')), ...(await recordsOf(directory, 'person.replaced'))]
    expect(told.map((record) => (record as unknown as { groups: string[] }).groups.length)).toEqual([49, 49, 19, 3])
    expect(await brokenInvariants(directory.context.table)).toEqual([])
  })

  test.each<[string, JsonObject]>([
    ['a userName that is taken', { userName: 'GRACE' }],
    ['a resource that is too large', { title: 'x'.repeat(210_000) }],
  ])('takes nothing from the one before when it is refused: %s', async (_, change) => {
    const directory = await newDirectory()
    await directory.person('grace')
    const { id } = await inGroups(directory, 7)
    await directory.change(id, { active: false })
    await expect(directory.change(id, { active: true, externalId: other, ...change })).rejects.toBeInstanceOf(ScimError)
    expect(await memberships(directory, id)).toBe(7)
    expect(await accessOf(directory, id)).toMatchObject({ productId: '42' })
  })

  test('takes over no membership that comes while the change is under way', async () => {
    const directory = await newDirectory()
    const { id } = await inGroups(directory, 1)
    const late = await directory.group('Late')
    await directory.change(id, { active: false })
    let isJoined = false
    const table: Table = {
      ...directory.context.table,
      commit: async (actions) => {
        if (!isJoined) await directory.join(late, id)
        isJoined = true
        return directory.context.table.commit(actions)
      },
    }
    const attributes = (current: object) => ({ ...current, active: true, externalId: other })
    await updateResource({ ...directory.context, table }, userType, id, { attributes, members: [] })
    expect(await memberships(directory, id)).toBe(0)
    expect(await accessOf(directory, id)).toEqual({ successions: 1 })
  })

  test('is pending while newcomers are held back', async () => {
    const directory = await newDirectory()
    const { id } = await inGroups(directory, 1)
    await directory.change(id, { active: false })
    const attributes = (current: object) => ({ ...current, active: true, externalId: other })
    await updateResource({ ...directory.context, staging: true }, userType, id, { attributes, members: [] })
    expect(await accessOf(directory, id)).toEqual({ staged: true, successions: 1 })
  })
})

describe('a page of people with roles', () => {
  test('is read in two calls when they are neighbours, whoever else is between', async () => {
    const directory = await newDirectory()
    const ids = await Promise.all(Array.from({ length: 30 }, (_, i) => directory.person(`person${i}`)))
    const admins = await directory.group('Admins', ids.slice(0, 10))
    const gone = await directory.group('Gone', ids.slice(5, 20))
    const policy = policyOf([gone, 'Loanee'], [admins, 'Admin'])
    const documents = await Promise.all(ids.map((id) => documentOf(directory, id)))
    const before = await readAccess(directory.context, policy, documents)
    expect(before.map(({ id }) => id)).toEqual(ids)
    expect(before.map(({ role }) => role).join()).toBe(
      [...Array<string>(5).fill('Admin'), ...Array<string>(15).fill('Loanee'), ...Array<string>(10).fill('No access')].join(),
    )
    let calls = 0
    const counted: Table = {
      ...directory.context.table,
      page: (...given) => ((calls += 1), directory.context.table.page(...given)),
      all: (...given) => ((calls += 1), directory.context.table.all(...given)),
    }
    await deleteResource(directory.context, groupType, gone)
    const after = await readAccess({ ...directory.context, table: counted }, policy, documents)
    expect(after.filter(({ role }) => role === 'Admin')).toHaveLength(10)
    expect(after.filter(({ role }) => role === 'Loanee')).toHaveLength(0)
    expect(calls).toBe(2)
    expect(await readAccess(directory.context, policy, [])).toEqual([])
  })

  test('of people far apart is the same', async () => {
    const directory = await newDirectory()
    const ids = await Promise.all(Array.from({ length: 12 }, (_, i) => directory.person(`person${i}`)))
    const group = await directory.group('Admins', ids)
    const documents = await Promise.all(ids.map((id) => documentOf(directory, id)))
    const small: Table = {
      ...directory.context.table,
      page: (range, more) => directory.context.table.page(range, { ...more, limit: 5 }),
    }
    const roles = await readAccess({ ...directory.context, table: small }, policyOf([group, 'Admin']), documents)
    expect(roles.map(({ role }) => role)).toEqual(ids.map(() => 'Admin'))
  })
})

test('under a policy memberships are read of those alone whose role they decide', async () => {
  const directory = await newDirectory()
  const ids = await Promise.all([directory.person('left', { active: false }), directory.person('here')])
  const group = await directory.group('Admins', ids)
  const policy = policyOf([group, 'Admin'])
  const read = async (asked: readonly string[], under?: Policy) => {
    const ranges: string[] = []
    const { table } = directory.context
    const counted: Table = { ...table, page: (range, more) => (ranges.push(range.from), table.page(range, more)) }
    const people = await readPeople({ ...directory.context, table: counted }, asked, under)
    return { roles: people.map((person) => derive(person, policy).role), ranges }
  }
  expect(await read(ids.slice(0, 1), policy)).toEqual({ roles: ['Disabled'], ranges: [] })
  expect(await read(ids, policy)).toEqual({ roles: ['Disabled', 'Admin'], ranges: [belongsKey(ids[1], '')] })
  expect((await read(ids, { ...policy, rules: [] })).ranges).toEqual([])
  expect((await read(ids.slice(0, 1))).ranges).toHaveLength(1)
})

test('a preview tells who would change, and writes nothing', async () => {
  const directory = await newDirectory()
  const ids = await Promise.all(Array.from({ length: 120 }, (_, i) => directory.person(`person${i}`, { active: i % 10 !== 0 })))
  const group = await directory.group('Everybody', ids)
  await setLock(directory.context, policyOf(), ids[1]!, { locked: true, by: 'grace' })
  const [before, after] = [policyOf(), policyOf([group, 'Admin'])]
  const rows = await directory.context.table.all({ from: '!', before: '~' })
  const preview = await previewPolicy(directory.context, before, after)
  expect(preview).toMatchObject({ people: 120, changed: 107, moves: [{ from: 'No access', to: 'Admin', count: 107 }] })
  const shown = preview.first.map(({ id }) => id)
  expect(shown).toHaveLength(100)
  expect(shown).toEqual([...shown].sort())
  expect(preview.first[0]).toMatchObject({
    from: { reason: { kind: 'default' } },
    to: { reason: { kind: 'rule', groupId: group } },
  })
  expect(preview.first[0]?.userName).toMatch(/^person\d+$/)
  expect(await directory.context.table.all({ from: '!', before: '~' })).toEqual(rows)
})
