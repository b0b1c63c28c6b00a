import { startFaultProxy } from '../../tests/support/fault-proxy'
import { describeTable, newTableName } from '../../tests/support/table-contract'
import { connectTables } from './connect'
import { createMeter } from './meter'

describeTable(connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING']! }))

test('a whole number above Int32 names its type, which the service would guess wrongly and Azurite ignores', async () => {
  const proxy = await startFaultProxy(process.env['TEST_TABLES_CONNECTION_STRING']!)
  const proxied = connectTables({ connectionString: proxy.connectionString })
  const name = newTableName()
  await proxied.create(name)
  const values = { small: 2_147_483_647, wide: 2_147_483_648 }
  await proxied.open(name, createMeter()).commit([{ type: 'create', key: 'a', values }])
  await proxy.close()
  const sent = proxy.requests.map((request) => request.body).join('')
  expect(sent).toContain('"wide":2147483648,"wide@odata.type":"Edm.Double"')
  expect(sent).not.toContain('small@odata.type')
})
