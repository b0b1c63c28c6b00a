import { feedOf, brokenInvariants, settled } from './support/check-table'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { filtered, patchOf, type Answer, type TestTenant } from './support/service'

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

/** Each test has a tenant of its own. */
let used = 0
async function newTenant(): Promise<TestTenant> {
  const tenant = service.tenant(used)
  used += 1
  expect((await tenant.send('GET', '/Users')).status).toBe(200)
  return tenant
}

const preload = (tenant: TestTenant, people: unknown) => service.operator('POST', `/tenants/${tenant.slug}/product-ids`, people)
const preloadCsv = (tenant: TestTenant, csv: string) =>
  service.operator('POST', `/tenants/${tenant.slug}/product-ids`, csv, { 'content-type': 'text/csv; charset=utf-8' })

const personNamed = async (tenant: TestTenant, userName: string) => {
  const { body } = await tenant.send('GET', `/Users${filtered(`userName eq "${userName}"`)}`)
  return (body['Resources'] as Record<string, unknown>[])[0]
}
async function productIdOf(tenant: TestTenant, userName: string): Promise<unknown> {
  const person = await personNamed(tenant, userName)
  return (await tenant.table().get(`u!${String(person?.['id'])}`))?.values['pid']
}
const results = ({ body }: Answer): Record<string, unknown> & { failed: number } => ({
  ...body,
  failed: (body['failed'] as unknown[]).length,
})
const nothing = { created: 0, linked: 0, unchanged: 0, failed: [] }

test('people whom the product knows are created, found by Entra ID, and a second run changes nothing', async () => {
  const tenant = await newTenant()
  const people = [
    {
      userName: 'Ada@contoso.example',
      productId: 'P-1',
      email: 'ada.lovelace@contoso.example',
      displayName: 'Ada Lovelace',
      givenName: 'Ada',
      familyName: 'Lovelace',
      externalId: 'ada',
    },
    { userName: 'bob@contoso.example', productId: 'P-2' },
  ]
  const first = await preload(tenant, people)
  expect(first).toMatchObject({ status: 200, body: { ...nothing, created: 2 } })
  expect(await personNamed(tenant, 'ada@CONTOSO.example')).toMatchObject({
    userName: 'Ada@contoso.example',
    externalId: 'ada',
    active: true,
    displayName: 'Ada Lovelace',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ value: 'ada.lovelace@contoso.example', type: 'work', primary: true }],
  })
  expect(await productIdOf(tenant, 'ada@contoso.example')).toBe('P-1')
  expect((await preload(tenant, people)).body).toEqual({ ...nothing, unchanged: 2 })

  // As Entra ID goes on: it finds the person and sends its own values. The product id stays.
  const id = String((await personNamed(tenant, 'bob@contoso.example'))?.['id'])
  const patch = patchOf({ op: 'replace', path: 'externalId', value: 'bob' }, { op: 'replace', path: 'active', value: false })
  expect((await tenant.send('PATCH', `/Users/${id}`, patch)).status).toBe(200)
  expect(await productIdOf(tenant, 'bob@contoso.example')).toBe('P-2')

  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
  const records = (await feedOf(tenant.table())).filter(({ values }) => values['type'] !== 'role.changed')
  expect(records.map(({ values }) => values['type']).sort()).toEqual([
    'product.linked',
    'product.linked',
    'user.created',
    'user.created',
    'user.updated',
  ])
  expect(records.filter(({ values }) => values['type'] === 'product.linked')[0]?.values['j0']).toContain('Olga Operator')
})

test('who is here already gets the product id and nothing else; an e-mail address links nobody', async () => {
  const tenant = await newTenant()
  await tenant.send('POST', '/Users', { userName: 'cleo@contoso.example', displayName: 'Cleo', active: false })
  await tenant.send('POST', '/Users', { userName: 'dan@contoso.example', emails: [{ value: 'dan.mail@contoso.example' }] })
  const answer = await preload(tenant, [
    { userName: 'CLEO@contoso.example', productId: 'C', displayName: 'Somebody else', email: 'other@contoso.example' },
    { userName: 'daniel@contoso.example', productId: 'D', email: 'dan.mail@contoso.example' },
  ])
  expect(answer.body).toEqual({ ...nothing, linked: 1, created: 1 })
  const cleo = await personNamed(tenant, 'cleo@contoso.example')
  expect(cleo).toMatchObject({ userName: 'cleo@contoso.example', displayName: 'Cleo', active: false })
  expect(cleo).not.toHaveProperty('emails')
  expect(await productIdOf(tenant, 'cleo@contoso.example')).toBe('C')
  expect(await productIdOf(tenant, 'dan@contoso.example')).toBeUndefined()
  expect(await productIdOf(tenant, 'daniel@contoso.example')).toBe('D')
})

test('a product id that somebody else has, and a person who has another one, are told and left alone', async () => {
  const tenant = await newTenant()
  await preload(tenant, [
    { userName: 'eve@contoso.example', productId: 'E' },
    { userName: 'finn@contoso.example', productId: 'F' },
  ])
  const answer = await preload(tenant, [
    { userName: 'eve@contoso.example', productId: 'E2' },
    { userName: 'finn@contoso.example', productId: 'E' },
    { userName: 'gus@contoso.example', productId: 'F', row: 77 },
    { userName: 'hal@contoso.example', productId: 'e' },
  ])
  expect(answer).toMatchObject({ status: 200, body: { created: 1, linked: 0, unchanged: 0 } })
  expect(answer.body['failed']).toEqual([
    { row: 1, detail: 'The person has another product id already. Change it there, one by one.' },
    { row: 2, detail: 'Another person has the product id already.' },
    { row: 77, detail: 'Another person has the product id already.' },
  ])
  expect(await productIdOf(tenant, 'eve@contoso.example')).toBe('E')
  expect(await productIdOf(tenant, 'finn@contoso.example')).toBe('F')
  expect(await personNamed(tenant, 'gus@contoso.example')).toBeUndefined()
})

test('people whom the product knows are no newcomers: staging does not hold them', async () => {
  const tenant = await newTenant()
  const settings = { version: 1, strict: true, staging: true, matching: [] }
  expect((await service.operator('PUT', `/tenants/${tenant.slug}/settings`, settings)).status).toBe(200)
  await preload(tenant, [{ userName: 'ida@contoso.example', productId: 'I', familyName: 'Rhodes' }])
  const id = String((await personNamed(tenant, 'ida@contoso.example'))?.['id'])
  expect((await tenant.table().get(`u!${id}`))?.values['st']).not.toBe(true)
})

test.each([
  ['commas', 'userName,productId,email,displayName\r\njo@x.example,J,jo@mail.example,"Jo ""J"", Ltd"\r\n'],
  [
    'semicolons, a byte order mark and columns in another order',
    '\ufeffDisplayName;EMAIL;productid;username\n"Jo ""J"", Ltd";jo@mail.example; J ;jo@x.example',
  ],
  ['tabs', 'userName\tproductId\temail\tdisplayName\n\njo@x.example\tJ\tjo@mail.example\t"Jo ""J"", Ltd"\n\n'],
])('CSV with %s is read', async (_, csv) => {
  const tenant = await newTenant()
  expect((await preloadCsv(tenant, csv)).body).toEqual({ ...nothing, created: 1 })
  expect(await personNamed(tenant, 'jo@x.example')).toMatchObject({
    displayName: 'Jo "J", Ltd',
    emails: [{ value: 'jo@mail.example' }],
  })
  expect(await productIdOf(tenant, 'jo@x.example')).toBe('J')
})

describe('nothing is stored of a list that is wrong somewhere', () => {
  let tenant: TestTenant
  beforeAll(async () => {
    tenant = await newTenant()
  })
  afterAll(async () => {
    expect((await tenant.send('GET', '/Users')).body['totalResults']).toBe(0)
  })

  const good = { userName: 'good@contoso.example', productId: 'good' }
  test.each([
    [[], ''],
    [{}, ''],
    [[good, { userName: 'x' }], '/1/productId'],
    [[good, { productId: 'x' }], '/1/userName'],
    [[good, { userName: '', productId: 'x' }], '/1/userName'],
    [[good, { userName: 'x', productId: 'a\u0000b' }], '/1/productId'],
    [[good, { userName: 'x', productId: 'y', email: 'nobody' }], '/1/email'],
    [[good, { userName: 'x', productId: 'y', role: 'Admin' }], '/1/role'],
    [[good, { userName: 'GOOD@contoso.example', productId: 'y' }], '/1/userName'],
    [[good, { userName: 'x', productId: 'good' }], '/1/productId'],
  ])('%j', async (people, wrong) => {
    expect(await preload(tenant, people)).toMatchObject({ status: 400, body: { errors: [{ path: wrong }] } })
  })

  test.each([
    ['userName;productId\na@x.example;1\nb@x.example;\n', 'row 3, productId'],
    ['userName,productId\n\na@x.example,1\nA@X.example,2\n', 'row 4, userName'],
    ['userName,productId,email\na@x.example,1,none\n', 'row 2, email'],
    ['userName,productId\na@x.example,1,2\n', 'row 2'],
    ['userName\na@x.example\n', 'row 1'],
    ['userName,productId,userName\na,1,a\n', 'row 1'],
    ['userName,productId,role\na,1,Admin\n', 'row 1, cell 3'],
    ['a@x.example,1\n', 'row 1, cell 1'],
    ['userName,productId\n"a@x.example,1\n', ''],
    [`userName,productId\n${'x'.repeat(20_000)},1\n`, ''],
    ['userName,productId\n', ''],
    ['', 'row 1'],
  ])('CSV %j', async (csv, wrong) => {
    const answer = await preloadCsv(tenant, csv)
    expect(answer.status).toBe(400)
    expect((answer.body['errors'] as { path: string }[])[0]).toMatchObject({ path: wrong })
  })

  test('more wrong rows than anybody reads', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ userName: `x${i}`, productId: '' }))
    expect((await preload(tenant, rows)).body['errors']).toHaveLength(100)
    const csv = `userName,productId\n${rows.map(({ userName }) => `${userName},`).join('\n')}`
    expect((await preloadCsv(tenant, csv)).body['errors']).toHaveLength(100)
  })

  test('too many rows, too many bytes, another media type', async () => {
    const rows = Array.from({ length: 5001 }, (_, i) => ({ userName: `x${i}`, productId: `${i}` }))
    expect(await preload(tenant, rows)).toMatchObject({ status: 400, body: { errors: [{ path: '' }] } })
    const csv = `userName,productId\n${rows.map(({ userName }, i) => `${userName},${i}`).join('\n')}`
    expect(await preloadCsv(tenant, csv)).toMatchObject({ status: 400, body: { errors: [{ path: '' }] } })
    expect((await preloadCsv(tenant, 'x'.repeat(2 * 1024 * 1024 + 1))).status).toBe(413)
    const path = `/tenants/${tenant.slug}/product-ids`
    expect((await service.operator('POST', path, 'x', { 'content-type': 'application/xml' })).status).toBe(415)
  })

  test('who is no administrator of the operator', async () => {
    const path = `/tenants/${tenant.slug}/product-ids`
    expect((await (await linkOf(service, tenant.slug))('POST', path, [good])).status).toBe(403)
    expect((await service.reader('POST', path, [good])).status).toBe(403)
    expect((await service.as(undefined)('POST', path, [good])).status).toBe(401)
  })
})

test('lists of the same people at the same time leave each of them once', async () => {
  const tenant = await newTenant()
  const people = Array.from({ length: 20 }, (_, i) => ({ userName: `user${i}@contoso.example`, productId: `P${i}` }))
  const answers = await Promise.all([preload(tenant, people), preload(tenant, people)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(results(await preload(tenant, people))).toEqual({ created: 0, linked: 0, unchanged: 20, failed: 0 })

  // The same product ids under several names: whoever does not get one is not created either.
  const rivals = ['a', 'b', 'c'].map((name) => people.map((_, i) => ({ userName: `${name}${i}@x.example`, productId: `R${i}` })))
  const outcomes = await Promise.all(rivals.map(async (list) => results(await preload(tenant, list))))
  expect(outcomes.reduce((sum, one) => sum + Number(one['created']), 0)).toBe(20)
  expect(outcomes.reduce((sum, { failed }) => sum + failed, 0)).toBe(40)
  expect((await tenant.send('GET', '/Users?count=0')).body['totalResults']).toBe(40)
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('a CSV that begins with a million columns is refused soon, with few words', async () => {
  const answer = await preloadCsv(await newTenant(), ','.repeat(1_000_000))
  expect(answer.status).toBe(400)
  expect((answer.body['errors'] as unknown[]).length).toBe(100)
})
