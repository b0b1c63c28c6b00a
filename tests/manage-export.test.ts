import { createServices } from '../shared/app/services'
import { readConfig } from '../shared/config'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { patchOf, type TestTenant } from './support/service'
import { followed } from './support/followed'

let service: ManagedService
let tenant: TestTenant
const ids: string[] = []
beforeAll(async () => {
  service = await startManaged()
  tenant = service.tenant(0)
  await tenant.send('GET', '/Users')
  const people = Array.from({ length: 105 }, (_, i) => ({ userName: `user${i}@contoso.example` }))
  const answers = await Promise.all(people.map((person) => tenant.send('POST', '/Users', person)))
  ids.push(...answers.map(({ body }) => String(body['id'])))
})
afterAll(() => service.close())

type Line = Record<string, unknown>

async function download(slug: string): Promise<{ text: string; lines: Line[]; headers: Headers }> {
  const authorization = `Bearer ${await service.issuer.token({ roles: ['Rollcall.Admin'] })}`
  const answer = await fetch(`${service.origin}/api/manage/tenants/${slug}/export`, { headers: { authorization } })
  expect(answer.status).toBe(200)
  const text = await answer.text()
  const lines = text.trimEnd().split('\n')
  return { text, lines: lines.map((line) => JSON.parse(line) as Line), headers: answer.headers }
}

test('everything of the tenant comes out, a line each, and the last line counts them', async () => {
  const path = `/tenants/${tenant.slug}`
  const [ada = '', bob = '', gone = ''] = ids
  const group = await tenant.send('POST', '/Groups', { displayName: 'Staff', members: [{ value: ada }, { value: gone }] })
  const groupId = String(group.body['id'])
  await tenant.send('PATCH', `/Users/${bob}`, patchOf({ op: 'replace', path: 'displayName', value: 'Bob\u2028Builder' }))
  await tenant.send('DELETE', `/Users/${gone}`)
  await service.operator('POST', `${path}/product-ids`, [{ userName: 'user1@contoso.example', productId: 'P-1' }])
  await service.operator('PUT', `${path}/settings/branding`, { version: 1, displayName: 'Contoso' })
  const badge = { type: 'User', urn: 'urn:x:contoso', name: 'badge', valueType: 'string' }
  await service.operator('PUT', `${path}/attributes`, { version: 2, declared: [badge] })
  await service.operator('PUT', `${path}/equipment/PC-1`, { assignee: { id: ada }, model: 'T14', since: '2026-03-01' })
  const link = await linkOf(service, tenant.slug)
  expect((await link('GET', path)).status).toBe(200)
  await followed(createServices(readConfig()), tenant.slug)

  const { lines, headers } = await download(tenant.slug)
  expect(headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
  expect(headers.get('content-disposition')).toBe(`attachment; filename="${tenant.slug}.ndjson"`)
  expect(headers.get('cache-control')).toBe('no-store')
  const of = (kind: string) => lines.filter((line) => line['kind'] === kind)
  expect(lines[0]).toMatchObject({ kind: 'tenant', slug: tenant.slug, name: tenant.slug, created: expect.any(String) as string })
  expect(of('settings')).toMatchObject([
    { strict: false, staging: false, paused: false, branding: { displayName: 'Contoso' }, retentionDays: 90 },
  ])
  expect(of('attribute')).toMatchObject([{ name: 'badge', learnt: false }])
  expect(of('role').length).toBeGreaterThan(0)
  expect(of('link')).toMatchObject([{ label: 'Carla Customer', role: 'admin', uses: 1 }])
  const people = of('person')
  expect(people.map(({ id }) => id)).toEqual(ids.filter((id) => id !== gone).sort())
  expect(people.find(({ id }) => id === bob)).toMatchObject({
    productId: 'P-1',
    staged: false,
    attributes: { userName: 'user1@contoso.example', displayName: 'Bob\u2028Builder', active: true },
  })
  expect(of('group')).toMatchObject([{ id: groupId, attributes: { displayName: 'Staff' } }])
  expect(of('membership')).toEqual([{ kind: 'membership', groupId, memberId: ada, memberType: 'User' }])
  expect(of('equipment')).toEqual([
    { kind: 'equipment', assetTag: 'PC-1', model: 'T14', serial: '', since: '2026-03-01', holder: ada },
  ])
  expect(of('record').map(({ seq }) => seq)).toEqual(of('record').map((_, i) => i + 1))
  expect(of('record').filter(({ type }) => type === 'user.created')).toHaveLength(105)
  expect(lines.at(-1)).toEqual({ kind: 'end', lines: lines.length - 1 })
})

test('no secret comes out', async () => {
  await service.operator('POST', `/tenants/${tenant.slug}/tokens`, { label: 'Exported' })
  const { text } = await download(tenant.slug)
  const rows = [
    ...(await tenant.table().all({ from: 'k!', before: 'k"' })),
    ...(await tenant.table().all({ from: 'h!', before: 'h"' })),
  ]
  const secrets = rows.flatMap(({ values }) => [values['digest']]).filter((value) => value !== undefined)
  expect(secrets).toHaveLength(2)
  expect(text).not.toMatch(/"(digest|sessions)"/)
  for (const secret of [...secrets.map(String), tenant.token]) expect(text).not.toContain(secret)
})

test('an empty tenant is exported as well', async () => {
  const other = service.tenant(1)
  await other.send('GET', '/Users')
  const { lines } = await download(other.slug)
  expect(lines.map(({ kind }) => kind).filter((kind) => kind === 'person' || kind === 'group' || kind === 'record')).toEqual([])
  expect(lines.at(-1)).toEqual({ kind: 'end', lines: lines.length - 1 })
})

test('who may only read gets none of it, nor does another tenant', async () => {
  const path = `/tenants/${tenant.slug}/export`
  expect((await service.reader('GET', path)).status).toBe(403)
  expect((await (await linkOf(service, tenant.slug, 'reader'))('GET', path)).status).toBe(403)
  expect((await (await linkOf(service, service.tenant(1).slug))('GET', path)).status).toBe(404)
  expect((await service.as(undefined)('GET', path)).status).toBe(401)
})
