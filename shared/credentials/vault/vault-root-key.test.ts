import { randomBytes } from 'node:crypto'
import { startVaultServer, type VaultServer } from '../../../tests/support/vault-server'
import { VaultForbidden, VaultUnavailable } from '../../http/outage'
import { rootKeys } from '../keys/root-keys'
import { ROOT_KEY_SECRET, vaultRootKeys } from './vault-root-key'

let vault: VaultServer
beforeEach(async () => {
  vault = await startVaultServer({ pageSize: 2 })
})
afterEach(() => vault.close())

const newKey = () => randomBytes(32).toString('base64url')
const made = () => vault.requests.filter(({ method, status }) => method === 'PUT' && status === 200).length
const read = () => vaultRootKeys(vault.options)()

test('where there is none it is made, once, and then read', async () => {
  const keys = await read()
  expect(keys).toMatchObject([{ version: expect.stringMatching(/^[0-9a-f]{32}$/) as string }])
  expect(keys[0]?.bytes).toHaveLength(32)
  expect(await read()).toEqual(keys)
  expect(made()).toBe(1)
})

test('of instances that make it at the same time each accepts all that were made', async () => {
  const instances = Array.from({ length: 4 }, () => vaultRootKeys(vault.options))
  await Promise.all(instances.map((one) => one()))
  expect(made()).toBeGreaterThan(1)
  const read = await Promise.all(instances.map((one) => one()))
  expect(read[0]).toHaveLength(made())
  for (const keys of read) expect(keys).toEqual(read[0])
})

test('one that has read before the other made its version makes by the same key as that other', async () => {
  // By the server's clock, which is behind: the versions are as young as after a first start.
  const first = vault.set(ROOT_KEY_SECRET, newKey())
  const now = ((await read())[0]?.createdAt ?? 0) + 1000
  const [early, late] = [0, 1].map(() => rootKeys(vaultRootKeys(vault.options), { now: () => now }))
  await early?.known()
  vault.set(ROOT_KEY_SECRET, newKey())
  expect(await late?.known()).toHaveLength(2)
  expect([await early?.making(), await late?.making()]).toMatchObject([{ version: first }, { version: first }])
})

test('every version that is enabled and has not expired counts, the newest first', async () => {
  const values = Array.from({ length: 6 }, newKey)
  const versions = values.map((value) => vault.set(ROOT_KEY_SECRET, value))
  vault.set(ROOT_KEY_SECRET, newKey(), { expiresAt: Date.now() - 1000 })
  vault.disable(ROOT_KEY_SECRET, versions[2] ?? '')
  const expected = versions.map((version, i) => ({ version, value: values[i] })).filter((_, i) => i !== 2)
  const keys = await read()
  expect(keys.map(({ version, bytes }) => ({ version, value: Buffer.from(bytes).toString('base64url') }))).toEqual(
    expected.toReversed(),
  )
  expect(made()).toBe(0)
})

test('base64 of other tools is the same key', async () => {
  const bytes = Buffer.alloc(32, 255)
  vault.set(ROOT_KEY_SECRET, bytes.toString('base64'))
  expect((await read())[0]?.bytes).toEqual(bytes)
})

test.each<[string, () => void, RegExp]>([
  [
    'all versions disabled',
    () => {
      vault.disable(ROOT_KEY_SECRET, vault.set(ROOT_KEY_SECRET, newKey()))
    },
    /no version that is enabled/,
  ],
  ['a value that is no key', () => vault.set(ROOT_KEY_SECRET, 'changeme'), /is not 32 bytes in base64url/],
  [
    'no right to make it',
    () => {
      vault.failNext(403, 1, { only: `/secrets/${ROOT_KEY_SECRET}/` })
    },
    /Secrets User/,
  ],
])('%s is for the operator to mend', async (_, arrange, message) => {
  arrange()
  const failure: unknown = await read().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(VaultForbidden)
  expect((failure as Error).message).toMatch(message)
  expect((failure as Error).message).not.toContain('changeme')
})

test.each([
  [403, /add it by hand/],
  [409, /recover that one/],
])('making it refused with %i says what to do', async (status, message) => {
  vault.failNext(404, 1, { only: '/versions' })
  vault.failNext(status, 1)
  const failure: unknown = await read().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(VaultForbidden)
  expect((failure as Error).message).toMatch(message)
})

test('a vault that does not answer is an outage, and nothing is made', async () => {
  vault.hang(true)
  await expect(vaultRootKeys({ ...vault.options, timeoutMs: 300 })()).rejects.toBeInstanceOf(VaultUnavailable)
  vault.hang(false)
  vault.failNext(503, 3)
  await expect(read()).rejects.toBeInstanceOf(VaultUnavailable)
  expect(made()).toBe(0)
})
