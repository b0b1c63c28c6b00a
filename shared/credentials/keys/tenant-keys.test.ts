import { createHmac } from 'node:crypto'
import { localRootKeys, rootKeys, type RootKey } from './root-keys'
import { tenantKeys } from './tenant-keys'

const contoso = { slug: 'contoso', generation: 1 }
const root = (text = 'root') => rootKeys(localRootKeys(text))

test('each tenant, generation, purpose and root key has a key of its own', async () => {
  const keys = await Promise.all([
    tenantKeys(root(), contoso).newest('cursors'),
    tenantKeys(root(), contoso).newest('webhooks'),
    tenantKeys(root(), { ...contoso, generation: 2 }).newest('cursors'),
    tenantKeys(root(), { slug: 'contoso-1', generation: 1 }).newest('cursors'),
    tenantKeys(root('other'), contoso).newest('cursors'),
  ])
  expect(new Set(keys.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(5)
  for (const { bytes } of keys) expect(bytes).toHaveLength(32)
})

test('it is HKDF with SHA-256 (RFC 5869), so that a key stays what it is', async () => {
  const [{ bytes } = { bytes: Buffer.alloc(0) }] = await localRootKeys('root')()
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(bytes).digest()
  const expanded = createHmac('sha256', extracted).update('rollcall webhooks\ncontoso\n1\x01').digest()
  expect(Buffer.from((await tenantKeys(root(), contoso).newest('webhooks')).bytes)).toEqual(expanded)
})

test('a version that is not known yet is looked for once more', async () => {
  const version = (name: string): RootKey => ({ version: name, bytes: Buffer.alloc(32, name), createdAt: 0 })
  const state = { keys: [version('one')], now: Date.UTC(2026, 10, 30) }
  const keys = tenantKeys(
    rootKeys(() => Promise.resolve(state.keys), { now: () => state.now }),
    contoso,
  )
  const named = (name: string) => keys.find('webhooks', (key) => (key.version === name ? key.bytes : undefined))
  expect(await named('one')).toBeDefined()
  state.keys = [version('two'), version('one')]
  expect(await named('two')).toBeUndefined() // it was read a moment ago
  state.now += 10_000
  expect(await named('two')).toBeDefined()
  expect(await named('three')).toBeUndefined()
})
