import { startVaultServer, type VaultServer } from '../../../tests/support/vault-server'
import { connectTables } from '../../storage/connect'
import { createMeter } from '../../storage/meter'
import { endTokens } from './end-tokens'
import { localStore } from './local-store'
import type { TokenOwner } from './token-digest'
import { VaultUnavailable } from '../../http/outage'
import { vaultStore } from '../vault/vault-store'

const contoso: TokenOwner = { slug: 'contoso', generation: 1 }
const token = (label: string) => ({ label, expiresAt: Date.now() + 86_400_000 })

let vault: VaultServer
beforeEach(async () => {
  vault = await startVaultServer({ pageSize: 2 })
})
afterEach(() => vault.close())

test('every token of the tenant ends, those of others stay, and a second time changes nothing', async () => {
  const store = vaultStore(vault.options)
  const fabrikam = { slug: 'fabrikam', generation: 1 }
  for (const label of ['a', 'b', 'c']) await store.add(contoso, token(label))
  await store.add(fabrikam, token('d'))
  await endTokens(store, contoso)
  expect((await store.list(contoso)).map(({ enabled }) => enabled)).toEqual([false, false, false])
  expect((await store.list(fabrikam)).map(({ enabled }) => enabled)).toEqual([true])
  await endTokens(store, contoso)
  await endTokens(store, { slug: 'nobody', generation: 1 })
})

test('a vault that is down is told, so that the job comes again', async () => {
  const store = vaultStore(vault.options)
  await store.add(contoso, token('a'))
  vault.failNext(503, Infinity)
  await expect(endTokens(store, contoso)).rejects.toThrow(VaultUnavailable)
})

test('the token of local.settings.json is left where it stands', async () => {
  const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
  const open = () => tables.open('nobodymadethistable', createMeter())
  const store = localStore({ tokens: new Map([['contoso', 'local-secret']]), open })
  await endTokens(store, contoso)
  expect(await store.list(contoso)).toMatchObject([{ id: 'local', enabled: true }])
})
