import { randomUUID } from 'node:crypto'
import { connectTables } from './connect'
import { createMeter } from './meter'

const connectionString = process.env['TEST_TABLES_CONNECTION_STRING']!
const newName = () => `t${randomUUID().replaceAll('-', '')}`

describe('a table', () => {
  const tables = connectTables({ connectionString })

  test('is created once and keeps its rows when created again', async () => {
    const name = newName()
    const table = tables.open(name, createMeter())
    await tables.create(name)
    await table.commit([{ type: 'create', key: 'a', values: {} }])
    await tables.create(name)
    await expect(table.get('a')).resolves.toMatchObject({ key: 'a' })
  })

  test('is dropped with its rows, and dropping it again is no error', async () => {
    const name = newName()
    const table = tables.open(name, createMeter())
    await tables.create(name)
    await table.commit([{ type: 'create', key: 'a', values: {} }])
    await tables.drop(name)
    await expect(table.get('a')).rejects.toMatchObject({ statusCode: 404 })
    await tables.drop(name)
  })

  test('holds nothing of another table', async () => {
    const [one, other] = [newName(), newName()]
    await Promise.all([tables.create(one), tables.create(other)])
    await tables.open(one, createMeter()).commit([{ type: 'create', key: 'a', values: {} }])
    await expect(tables.open(other, createMeter()).get('a')).resolves.toBeUndefined()
  })

  test.each(['', 'ab', '1abc', 'a-b', 'a/b', "a'b", 'a()', '../abc', 'é'.repeat(3), 'a'.repeat(64)])(
    'cannot be named %j',
    (name) => {
      expect(() => tables.open(name, createMeter())).toThrow('table name')
    },
  )

  test('opened again meters on its own', async () => {
    const name = newName()
    await tables.create(name)
    const [first, second] = [createMeter(), createMeter()]
    await tables.open(name, first).get('a')
    await tables.open(name, second).get('a')
    expect([first.calls, second.calls]).toEqual([1, 1])
  })

  test('stays usable after more tables were opened than clients are kept', async () => {
    const name = newName()
    await tables.create(name)
    const table = tables.open(name, createMeter())
    for (let n = 0; n < 1001; n += 1) tables.open(`other${n}`, createMeter())
    await expect(table.get('a')).resolves.toBeUndefined()
    await expect(tables.open(name, createMeter()).get('a')).resolves.toBeUndefined()
  })
})

describe('managed identity', () => {
  const url = 'https://account.table.core.windows.net'

  /** Stands in for @azure/identity, which has no service to ask here: it tells how it was used and gives no token. */
  function watchIdentity() {
    const seen: string[] = []
    class Credential {
      constructor(options?: { clientId?: string }) {
        seen.push(`${new.target.name} ${options?.clientId ?? ''}`)
      }
      getToken(scopes: string | string[]) {
        seen.push(`token for ${String(scopes)}`)
        return Promise.reject(new Error('no identity here'))
      }
    }
    class ManagedIdentityCredential extends Credential {}
    class DefaultAzureCredential extends Credential {}
    jest.resetModules()
    jest.doMock('@azure/identity', () => {
      seen.push('loaded')
      return { ManagedIdentityCredential, DefaultAzureCredential }
    })
    return seen
  }

  afterEach(() => {
    jest.dontMock('@azure/identity')
  })

  test.each<[string, { clientId?: string }, string]>([
    ['the identity named by its client id', { clientId: 'c-1' }, 'ManagedIdentityCredential c-1'],
    ['the default credential when none is named', {}, 'DefaultAzureCredential '],
  ])('takes %s, loaded with the first call and once for all tables', async (_name, options, used) => {
    const seen = watchIdentity()
    const tables = connectTables({ url, ...options })
    const [one, other] = [tables.open('one', createMeter()), tables.open('other', createMeter())]
    expect(seen).toEqual([])
    await expect(one.get('a')).rejects.toThrow('no identity here')
    await expect(other.get('a')).rejects.toThrow('no identity here')
    const token = 'token for https://storage.azure.com/.default'
    expect(seen).toEqual(['loaded', used, token, token])
  })
})
