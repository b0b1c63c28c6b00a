import { randomBytes } from 'node:crypto'
import { saveSettings, tenantStorage } from '../../tests/support/tenant-settings'
import { ENTERPRISE_URN } from '../scim/schema/schemas'
import { SETTINGS_KEY } from '../storage/keys'
import { createTenant } from './lifecycle'
import { announceTokens, changeSettings, learn, markIndexed, readTenant, type TenantStorage } from './registry'
import type { SettingsChange } from './settings-change'
import type { Tenant } from './tenant'

const URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
const badge = { type: 'User' as const, urn: URN, name: 'badge', valueType: 'integer' as const, multiValued: false }

async function newTenant(): Promise<{
  storage: TenantStorage
  tenant: () => Promise<Tenant>
  save: (change: SettingsChange) => Promise<Tenant>
}> {
  const storage = tenantStorage(`s${randomBytes(6).toString('hex')}`)
  await createTenant(storage, { slug: 'contoso', name: 'Contoso', time: '2026-01-02T03:04:05.000Z' })
  return {
    storage,
    tenant: async () => (await readTenant(storage, 'contoso'))!,
    save: (change) => saveSettings('contoso', change, storage),
  }
}

test('a new tenant is lenient, declares nothing and has version 1', async () => {
  const { tenant } = await newTenant()
  expect((await tenant()).settings).toMatchObject({ strict: false, declared: [], matching: [], version: 1 })
})

test('a row from before these settings existed reads as their defaults and can be changed', async () => {
  const { storage, tenant, save } = await newTenant()
  const table = storage.open((await tenant()).table)
  const { values } = (await table.get(SETTINGS_KEY))!
  const old = Object.fromEntries(Object.entries(values).filter(([name]) => ['slug', 'epoch', 'revoked', 'learnt'].includes(name)))
  await table.commit([{ type: 'replace', key: SETTINGS_KEY, values: old, etag: '*' }])
  expect((await tenant()).settings).toMatchObject({ strict: false, declared: [], matching: [], version: 1 })
  expect((await save({ strict: true })).settings).toMatchObject({ strict: true, version: 2 })
})

test('a save changes what it names, raises the version, and is what the next read gives', async () => {
  const { tenant, save } = await newTenant()
  await save({ strict: true })
  const saved = await save({ declared: [badge] })
  expect(saved.settings).toMatchObject({ strict: true, declared: [badge], version: 3 })
  expect(saved.settings.types.User).toMatchObject({
    strict: true,
    extensions: [{}, { id: URN, attributes: [{ name: 'badge', type: 'integer' }] }],
  })
  expect(await tenant()).toEqual(saved)
})

test('settings beyond what one property holds come back whole, also after a shorter save', async () => {
  const { tenant, save } = await newTenant()
  const many = Array.from({ length: 90 }, (_, i) => ({ ...badge, name: `a${i}`, description: `${i} ${'\u00e9'.repeat(480)}` }))
  await save({ declared: many })
  expect((await tenant()).settings.declared).toEqual(many)
  await save({ declared: [badge] })
  expect((await tenant()).settings.declared).toEqual([badge])
})

test('of saves at once that expect the same version one is stored and the others are stale', async () => {
  const { storage, tenant } = await newTenant()
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      changeSettings(storage, 'contoso', () => ({ declared: [{ ...badge, name: `a${i}` }] }), 1),
    ),
  )
  expect(outcomes.filter((outcome) => outcome === 'stale')).toHaveLength(5)
  const { settings } = await tenant()
  expect(outcomes).toContainEqual(expect.objectContaining({ settings }) as Tenant)
  expect(settings.version).toBe(2)
})

test('what the service writes meanwhile makes no save stale and is not lost', async () => {
  const { storage, tenant } = await newTenant()
  const before = await tenant()
  const names = ['floor', 'room', 'desk']
  const [saved] = await Promise.all([
    changeSettings(storage, 'contoso', () => ({ strict: false, declared: [badge] }), 1),
    ...names.map((name) => learn(storage, before, [{ type: 'User', urn: URN, name }])),
    announceTokens(storage, before, { revoked: 'old' }),
  ])
  expect(saved).toMatchObject({ settings: { version: 2 } })
  const { settings } = await tenant()
  expect(settings).toMatchObject({ version: 2, tokenEpoch: 2, declared: [badge] })
  expect(settings.learnt.map(({ name }) => name).sort()).toEqual([...names].sort())
  expect([...settings.revokedTokens]).toEqual(['old'])
})

test('saves without an expected version build on each other', async () => {
  const { storage, tenant } = await newTenant()
  await Promise.all(
    Array.from({ length: 5 }, (_, i) =>
      changeSettings(storage, 'contoso', ({ declared }) => ({ declared: [...declared, { ...badge, name: `a${i}` }] })),
    ),
  )
  expect((await tenant()).settings.declared).toHaveLength(5)
  expect((await tenant()).settings.version).toBe(6)
})

test('a save whose answer was lost counts as done, though its version is there already', async () => {
  const { storage } = await newTenant()
  let lost = true
  const flaky: TenantStorage = {
    ...storage,
    open: (name) => {
      const table = storage.open(name)
      return {
        ...table,
        commit: async (actions) => {
          const outcome = await table.commit(actions)
          const isLost = lost
          lost = false
          return isLost ? { ok: false, reason: 'changed', index: 0 } : outcome
        },
      }
    },
  }
  expect(await changeSettings(flaky, 'contoso', () => ({ strict: true }), 1)).toMatchObject({
    settings: { strict: true, version: 2 },
  })
})

test('a tenant that nobody made has no settings to change', async () => {
  const { storage } = await newTenant()
  expect(await changeSettings(storage, 'nobody', () => ({ strict: true }))).toBeUndefined()
})

test('what was learnt and is declared then is declared, in the spelling that resources hold', async () => {
  const { storage, tenant, save } = await newTenant()
  await learn(storage, await tenant(), [
    { type: 'User', urn: URN, name: 'badge' },
    { type: 'User', urn: URN, name: 'floor' },
  ])
  const stale = await tenant()
  await save({ declared: [{ ...badge, urn: URN.toUpperCase(), name: 'BADGE' }] })
  await learn(storage, stale, [{ type: 'User', urn: URN, name: 'badge' }])
  const { settings } = await tenant()
  expect(settings.declared).toEqual([badge])
  expect(settings.learnt.map(({ name }) => name)).toEqual(['floor'])
})

test('an instance that has not heard of strict mode yet teaches a strict tenant nothing', async () => {
  const { storage, tenant, save } = await newTenant()
  const before = await tenant()
  await save({ strict: true })
  expect((await learn(storage, before, [{ type: 'User', urn: URN, name: 'floor' }])).settings).toMatchObject({
    strict: true,
    learnt: [],
  })
})

test.each<[string, SettingsChange, string]>([
  ['a declaration against the rules', { declared: [badge, badge] }, 'declared.1.name is declared twice'],
  ['a path of no schema', { matching: [{ type: 'User', path: 'shoeSize' }] }, 'No schema of User has the attribute shoeSize'],
  ['a path of the other type', { matching: [{ type: 'Group', path: 'title' }] }, 'No schema of Group'],
  ['a schema', { matching: [{ type: 'User', path: ENTERPRISE_URN }] }, 'No schema of User'],
  ['a malformed path', { matching: [{ type: 'User', path: 'title eq "x"' }] }, 'not an attribute name'],
  ['a complex attribute without value', { matching: [{ type: 'User', path: 'name' }] }, 'name cannot be a matching attribute'],
  ['a read-only attribute', { matching: [{ type: 'User', path: 'meta.created' }] }, 'cannot be a matching attribute'],
  ['what is never returned', { matching: [{ type: 'User', path: 'password' }] }, 'cannot be a matching attribute'],
  ['an attribute that is indexed anyway', { matching: [{ type: 'User', path: 'EMAILS' }] }, 'emails.value is indexed'],
  ['the manager', { matching: [{ type: 'User', path: 'manager' }] }, 'is indexed'],
  ['members', { matching: [{ type: 'Group', path: 'members.type' }] }, 'cannot be a matching attribute'],
  ['schemas', { matching: [{ type: 'User', path: 'schemas' }] }, 'cannot be a matching attribute'],
  ['more than ten', { matching: Array.from({ length: 11 }, () => ({ type: 'User' as const, path: 'title' })) }, 'at most 10'],
])('%s is refused and nothing is saved', async (_, change, detail) => {
  const { tenant, save } = await newTenant()
  await expect(save(change)).rejects.toMatchObject({
    status: 400,
    scimType: expect.stringMatching(/^invalid(Value|Path)$/) as string,
    message: expect.stringContaining(detail) as string,
  })
  expect((await tenant()).settings.version).toBe(1)
})

test('matching attributes are kept as the schemas spell them, and those that stay keep their index', async () => {
  const { storage, tenant, save } = await newTenant()
  const named = await save({
    declared: [badge],
    matching: ['PHONENUMBERS', `${URN}:BADGE`, 'phoneNumbers.value', 'employeeNumber', 'name.familyName'].map((path) => ({
      type: 'User',
      path,
    })),
  })
  expect(named.settings.matching.map(({ path, ready }) => [path, ready])).toEqual([
    ['phoneNumbers.value', false],
    [`${URN}:badge`, false],
    [`${ENTERPRISE_URN}:employeeNumber`, false],
    ['name.familyName', false],
  ])
  const marked = await markIndexed(storage, named, named.settings.matching.slice(0, 2))
  expect(marked.settings.matching.map(({ ready }) => ready)).toEqual([true, true, false, false])
  expect(marked.settings.version).toBe(named.settings.version)
  const [phones] = marked.settings.matching
  const { settings } = await save({
    matching: [
      { type: 'User', path: 'phoneNumbers' },
      { type: 'User', path: 'title' },
    ],
  })
  expect(settings.matching).toEqual([
    phones,
    { type: 'User', path: 'title', ready: false, since: expect.stringMatching(/^\d{4}-.*Z$/) as string },
  ])
  expect((await tenant()).settings.matching).toEqual(settings.matching)
})

test('an index that was finished for an earlier naming does not make a later one ready', async () => {
  const { storage, save } = await newTenant()
  const first = await save({ matching: [{ type: 'User', path: 'title' }] })
  await save({ matching: [] })
  const again = await save({ matching: [{ type: 'User', path: 'title' }] })
  const late = first.settings.matching.map((one) => ({ ...one, since: '2026-01-01T00:00:00.000Z' }))
  expect((await markIndexed(storage, again, late)).settings.matching).toEqual(again.settings.matching)
})

test('a declaration that a matching attribute needs cannot be taken back before it', async () => {
  const { save } = await newTenant()
  await save({ declared: [badge], matching: [{ type: 'User', path: `${URN}:badge` }] })
  await expect(save({ declared: [] })).rejects.toMatchObject({ scimType: 'invalidValue' })
  expect((await save({ declared: [], matching: [] })).settings).toMatchObject({ declared: [], matching: [] })
})

describe('given the tenant as it was read before', () => {
  test('another save, a save builds on what is stored, and its version counts', async () => {
    const { storage, tenant, save } = await newTenant()
    const held = await tenant()
    await save({ strict: true })
    expect(await changeSettings(storage, held, () => ({ staging: true }), 1)).toBe('stale')
    const saved = await changeSettings(storage, held, ({ declared }) => ({ declared: [...declared, badge] }), 2)
    expect(saved).toMatchObject({ settings: { strict: true, declared: [badge], version: 3 } })
    expect(await tenant()).toEqual(saved)
  })

  test('somebody undid it, a change that held then is made', async () => {
    const { storage, tenant, save } = await newTenant()
    await save({ strict: true })
    const held = await tenant()
    await save({ strict: false })
    const wanted = await changeSettings(storage, held, ({ strict }) => (strict ? undefined : { strict: true }))
    expect(wanted).toMatchObject({ settings: { strict: true, version: 4 } })
  })

  test('nothing else came between, it costs one call', async () => {
    const { storage, tenant } = await newTenant()
    const held = await tenant()
    const calls: string[] = []
    const counted: TenantStorage = {
      ...storage,
      open: (name) => {
        const table = storage.open(name)
        return {
          ...table,
          get: (key) => {
            calls.push('get')
            return table.get(key)
          },
          commit: (actions) => {
            calls.push('commit')
            return table.commit(actions)
          },
        }
      },
    }
    await changeSettings(counted, held, () => ({ strict: true }), 1)
    expect(calls).toEqual(['commit'])
  })

  test('it was deleted, there is none', async () => {
    const { storage, tenant } = await newTenant()
    const held = await tenant()
    await storage.drop(held.table)
    expect(await changeSettings(storage, held, () => ({ strict: true }))).toBeUndefined()
  })
})
