import { purgeDeleted } from '../shared/directory/deletion/purge'
import { eraseNoted, noteErasure } from '../shared/feed/erase'
import { numberOutbox } from '../shared/feed/sequencer'
import { feedOf } from './support/check-table'
import { newDirectory } from './support/directory'
import { startManaged, type ManagedService } from './support/manage'
import { productOf, type Item, type TestProduct } from './support/product'
import { patchOf, type TestTenant } from './support/service'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Nothing is captured of a directory without a service. */
const nothingElse = () => Promise.resolve()

let service: ManagedService
let tenant: TestTenant
let product: TestProduct
beforeAll(async () => {
  service = await startManaged()
  tenant = service.tenant()
  product = await productOf(service, tenant)
})
afterAll(() => service.close())

const created = async (path: string, body: object) => String((await tenant.send('POST', path, body)).body['id'])
const erase = (id: string, confirm = id) => product.send('POST', `/people/${id}/erase`, { confirm })

async function erased(id: string): Promise<Item[]> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const records = (await product.changes(0)).filter((record) => record['id'] === id)
    if (records.at(-1)?.['type'] === 'person.erased' || Date.now() > deadline) return records
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

test('a living person is deleted, and nothing in the table holds a value of hers any more', async () => {
  const id = await created('/Users', {
    userName: 'secretlace@contoso.com',
    externalId: 'secretoid',
    displayName: 'Secret Lace',
    emails: [{ value: 'secretmail@contoso.com' }],
  })
  await product.send('PUT', `/people/${id}/product-id`, { productId: 'secretproduct' })
  const report = await created('/Users', {
    userName: 'report@contoso.com',
    [ENTERPRISE]: { manager: { value: id, displayName: 'Secret Lace' } },
  })
  const group = await created('/Groups', { displayName: 'Lab', members: [{ value: id }] })
  await tenant.send('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'title', value: 'Secret Agent' }))
  await product.send('PUT', `/people/${report}/product-id`, { productId: 'R-1' })
  const manager = { value: id, $ref: 'https://contoso.example/secret' }
  await tenant.send('PATCH', `/Users/${report}`, patchOf({ op: 'replace', path: `${ENTERPRISE}:manager`, value: manager }))
  const before = await product.changes(0)
  expect([200, 202]).toContain((await erase(id)).status)
  const records = await erased(id)
  expect(records.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['user.created', 'product.linked', 'user.updated', 'user.deleted']),
  )
  expect(records.at(-1)).toMatchObject({ type: 'person.erased', facts: { by: 'Test (product)' } })
  for (const record of records.slice(0, -1)) {
    expect(record).toMatchObject({ erased: true })
    for (const part of ['changes', 'facts', 'role']) expect(record).not.toHaveProperty(part)
  }
  const all = await product.changes(0)
  expect(all.slice(0, before.length).map(({ seq, type, id: of }) => ({ seq, type, of }))).toEqual(
    before.map(({ seq, type, id: of }) => ({ seq, type, of })),
  )
  const rows = await tenant.table().all({ from: '!', before: '~' })
  expect(JSON.stringify(rows).toLowerCase()).not.toContain('secret')
  expect((await tenant.send('GET', `/Users/${id}`)).status).toBe(404)
  expect(await product.all(`/groups/${group}/members`)).toEqual([])
  expect((await product.get(`/people/${report}`))['manager']).toBeNull()
  expect(all.find((record) => record['id'] === report && record['type'] === 'user.created')).toHaveProperty('changes.userName')
  expect(all.find((record) => record['id'] === report && record['type'] === 'user.updated')).toMatchObject({ productId: 'R-1' })
})

test("the directory's DELETE is no erasure; erasing afterwards is", async () => {
  const id = await created('/Users', { userName: 'later@contoso.com' })
  await tenant.send('DELETE', `/Users/${id}`)
  const told = (await product.changes(0)).filter((record) => record['id'] === id)
  expect(JSON.stringify(told)).toContain('later@contoso.com')
  await erase(id)
  const records = await erased(id)
  expect(JSON.stringify(records)).not.toContain('later@contoso.com')
  expect((await erase(id)).status).toBe(200) // a repeat does no harm
})

test('an operator erases as well, and readers, links and keys without the scope do not', async () => {
  const id = await created('/Users', { userName: 'operated@contoso.com' })
  const path = `/tenants/${tenant.slug}/people/${id}/erase`
  const weak = await productOf(service, tenant, ['people:read'])
  expect((await weak.send('POST', `/people/${id}/erase`, { confirm: id })).status).toBe(403)
  expect((await service.reader('POST', path, { confirm: id })).status).toBe(403)
  expect((await tenant.send('GET', `/Users/${id}`)).status).toBe(200)
  expect([200, 202]).toContain((await service.operator('POST', path, { confirm: id })).status)
  expect((await erased(id)).at(-1)).toMatchObject({ type: 'person.erased', facts: { by: 'Olga Operator' } })
})

test('without the id again, for a group and for what is no id nothing is erased', async () => {
  const id = await created('/Users', { userName: 'kept@contoso.com' })
  const group = await created('/Groups', { displayName: 'Kept' })
  expect((await erase(id, 'yes')).body['errors']).toContainEqual(expect.objectContaining({ path: '/confirm' }))
  expect((await erase(group)).status).toBe(404)
  expect((await erase('x')).status).toBe(404)
  expect((await tenant.send('GET', `/Users/${id}`)).status).toBe(200)
  expect((await tenant.send('GET', `/Groups/${group}`)).status).toBe(200)
})

describe('as a job', () => {
  test('it goes on where it broke off, and several workers at once leave one person.erased', async () => {
    const directory = await newDirectory()
    const { context } = directory
    const id = await directory.person('job@contoso.com', { title: 'Hidden' })
    for (let i = 0; i < 120; i += 1) await directory.change(id, { title: `Hidden ${i}` })
    await numberOutbox(context.table)
    expect(await noteErasure(context, id, { by: 'x' })).toBe(true)
    expect(await eraseNoted(context, 0, nothingElse)).toBe(true) // no time: it stays noted
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => eraseNoted(context, 10_000, nothingElse)))
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
    while (await purgeDeleted(context, 10_000));
    while (await eraseNoted(context, 10_000, nothingElse));
    await numberOutbox(context.table)
    const records = await feedOf(context.table)
    expect(records.filter(({ values }) => values['type'] === 'person.erased')).toHaveLength(1)
    expect(JSON.stringify(records)).not.toMatch(/Hidden|job@contoso/)
    expect(records.map(({ key }) => Number(key.slice(2)))).toEqual(records.map((_, i) => i + 1))
  })
})
