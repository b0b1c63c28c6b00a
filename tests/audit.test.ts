import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServices } from '../shared/app/services'
import { AUDIT_ACTIONS, type AuditAction } from '../shared/audit/catalogue'
import { expireAudit } from '../shared/audit/read-audit'
import { auditor } from '../shared/audit/record'
import { readConfig } from '../shared/config'
import { deadLetterAction } from '../shared/webhooks/delivery-rows'
import type { Operation } from '../shared/api/operation'
import { startBehindProxy } from './support/behind-proxy'
import type { FaultProxy } from './support/fault-proxy'
import { customerOf } from './support/customer'
import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { productOf, type Item } from './support/product'
import type { Answer } from './support/service'
import { superTenantOf } from './support/super-tenant'

/** Who changed what: every operation that changes something leaves a record, and people can read them. */

let service: ManagedService
let proxy: FaultProxy
beforeAll(async () => {
  const started = await startBehindProxy((tables) => startManaged({ WEBHOOK_ALLOW_LOCAL: 'true', ...tables }))
  service = started.service
  proxy = started.proxy
})
afterEach(() => {
  proxy.calm()
})
jest.setTimeout(120_000)
afterAll(() => service.close())

const items = ({ body }: Answer) => body['items'] as Item[]
const auditOf = async (slug: string, send: Manage = service.operator) => items(await send('GET', `/tenants/${slug}/audit`))
const listAudit = async () => items(await service.operator('GET', '/audit'))

async function audited(): Promise<{ readonly operations: readonly Operation[]; readonly product: readonly Operation[] }> {
  const services = createServices(readConfig())
  const operations = [await services.management.operations(), await services.product.operations()]
  await services.end()
  const [own = [], product = []] = operations.map((all) => all.filter(({ audit }) => audit !== null))
  return { operations: own, product }
}

const ok = (answer: Answer) => {
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

const ISSUER = 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0'

/** Everything that leaves a record, done once; what is made on the way is handed on by name. */
async function steps() {
  const { tenant, path, admin, person, group } = await customerOf(service, 0)
  const { operator } = service
  const product = await productOf(service, tenant)
  const made: Record<string, string> = {}
  const keep =
    (name: string, field = 'id') =>
    (answer: Answer) => {
      made[name] = String(answer.body[field])
      return answer
    }
  const ada = await person('ada@contoso.example')
  const bob = await person('bob@contoso.example', { active: false })
  const staff = await group('Staff', [ada])
  const other = service.tenant(2)
  await other.send('GET', '/Users')
  const save = async (at: string, body: object, send = admin) => {
    const { version } = (await send('GET', at)).body
    return send('PUT', at, { version, ...body })
  }
  const hook = () => `${path}/webhooks/${made['hook'] ?? ''}`
  const policy = { roles: ['Admin', 'No access'], grantsAccess: ['Admin'], defaultRole: 'No access' }
  const list: readonly (readonly [operation: string, run: () => Promise<Answer>])[] = [
    ['createLink', async () => keep('link')(await admin('POST', `${path}/links`, { role: 'reader', label: 'Otto, audit' }))],
    ['revokeLink', () => admin('DELETE', `${path}/links/${made['link'] ?? ''}`)],
    ['createToken', async () => keep('token')(await admin('POST', `${path}/tokens`, { label: 'Entra', days: 30 }))],
    ['revokeToken', () => admin('DELETE', `${path}/tokens/${made['token'] ?? ''}?confirm=used`)],
    ['createClientSecret', async () => keep('clientSecret')(await admin('POST', `${path}/sign-in/secrets`, { label: 'Entra' }))],
    ['deleteClientSecret', () => admin('DELETE', `${path}/sign-in/secrets/${made['clientSecret'] ?? ''}`)],
    [
      'createTrust',
      async () =>
        keep('trust')(
          await admin('POST', `${path}/sign-in/trusts`, { label: 'Entra', issuer: ISSUER, subject: 's', audiences: ['a'] }),
        ),
    ],
    ['deleteTrust', () => admin('DELETE', `${path}/sign-in/trusts/${made['trust'] ?? ''}`)],
    ['saveSignIn', () => admin('PATCH', `${path}/sign-in`, { accessTokenMinutes: 90 })],
    [
      'makeTenantProductKey',
      async () => keep('key')(await operator('POST', `${path}/product-keys`, { label: 'CI', scopes: ['people:read'] })),
    ],
    ['revokeTenantProductKey', () => operator('DELETE', `${path}/product-keys/${made['key'] ?? ''}`)],
    [
      'createWebhook',
      async () =>
        keep('hook')(await admin('POST', `${path}/webhooks`, { url: 'http://127.0.0.1:9/in?key=s3cret', label: 'CRM' })),
    ],
    ['changeWebhook', () => admin('PATCH', hook(), { state: 'paused', events: ['role.changed'] })],
    ['addWebhookSecret', async () => keep('secret', 'number')(await admin('POST', `${hook()}/secrets`))],
    ['removeWebhookSecret', () => admin('DELETE', `${hook()}/secrets/1`)],
    ['replayWebhook', () => admin('POST', `${hook()}/replay`, { after: 0 })],
    [
      'retryParkedDelivery',
      async () => {
        const deadLetter = { seq: 1, entry: ada, type: 'user.created', givenUpMs: Date.now(), attempts: 9, error: 'status' }
        await tenant.table().commit([deadLetterAction(made['hook'] ?? '', deadLetter)])
        return admin('POST', `${hook()}/parked/1/retry`)
      },
    ],
    ['removeWebhook', () => admin('DELETE', hook())],
    ['saveSettings', () => save(`${path}/settings`, { strict: true, staging: false, matching: [] })],
    [
      'saveBranding',
      () =>
        save(`${path}/settings`, {}, async (method, at, body) =>
          operator(
            method,
            method === 'PUT' ? `${at}/branding` : at,
            method === 'PUT' ? { ...(body as object), displayName: 'Contoso' } : undefined,
          ),
        ),
    ],
    ['saveRetention', () => save(`${path}/settings/retention`, { retentionDays: 60, auditDays: 730 }, operator)],
    ['saveEquipmentSchedule', () => save(`${path}/settings/equipment-report`, { everyDays: 7, hourUtc: 5 })],
    [
      'saveAttributes',
      () =>
        save(`${path}/attributes`, {
          declared: [{ type: 'User', urn: 'urn:example:ext', name: 'badge', valueType: 'string', multiValued: false }],
        }),
    ],
    ['saveRoles', () => save(`${path}/roles`, { ...policy, rules: [{ groupId: staff, role: 'Admin' }] })],
    [
      'saveRoleLabels',
      async () => {
        const { version } = (await admin('GET', `${path}/roles`)).body
        return admin('PUT', `${path}/roles/labels`, { version, labels: [{ role: 'Admin', label: 'Leitung' }] })
      },
    ],
    ['lockPerson', () => admin('PUT', `${path}/people/${ada}/lock`, {})],
    ['unlockPerson', () => admin('DELETE', `${path}/people/${ada}/lock`)],
    ['lockPeople', () => admin('POST', `${path}/people/locks`, { ids: [ada], locked: true })],
    [
      'releasePerson',
      async () => {
        ok(await save(`${path}/settings`, { strict: false, staging: true, matching: [] }))
        for (const name of ['cy', 'di']) made[name] = await person(`${name}@contoso.example`)
        return admin('POST', `${path}/people/${made['cy'] ?? ''}/release`)
      },
    ],
    ['releasePeople', () => admin('POST', `${path}/people/releases`, { all: true })],
    ['releaseUserName', () => admin('POST', `${path}/people/${bob}/release-user-name`)],
    ['setProductId', () => operator('PUT', `${path}/people/${ada}/product-id`, { productId: 'p-1' })],
    ['linkProduct', () => product.send('PUT', `/people/${ada}/product-id`, { productId: null })],
    ['preloadProductIds', () => operator('POST', `${path}/product-ids`, [{ userName: 'ada@contoso.example', productId: 'p-2' }])],
    ['saveEquipment', () => admin('PUT', `${path}/equipment/NB-1`, { assignee: { id: ada }, model: 'T14' })],
    ['importEquipment', () => admin('POST', `${path}/equipment/import`, [{ assetTag: 'NB-2', assignee: { id: ada } }])],
    ['returnEquipment', () => admin('DELETE', `${path}/equipment/NB-1`)],
    ['startCapture', () => admin('PUT', `${path}/capture`, { minutes: 5, person: ada })],
    ['stopCapture', () => admin('DELETE', `${path}/capture`)],
    ['eraseCapture', () => admin('DELETE', `${path}/capture/requests`)],
    ['exportTenant', () => admin('GET', `${path}/export`)],
    ['erasePerson', () => operator('POST', `${path}/people/${bob}/erase`, { confirm: bob })],
    ['erasePersonForProduct', () => product.send('POST', `/people/${made['di'] ?? ''}/erase`, { confirm: made['di'] })],
    ['connectTenant', () => operator('PUT', `${path}/connections/${other.slug}`, {})],
    ['saveRoutes', () => save(`${path}/routes`, { onLeave: 'delete', routes: [{ groupId: staff, tenant: other.slug }] })],
    ['disconnectTenant', () => operator('DELETE', `${path}/connections/${other.slug}`)],
    ['changeTenant', () => operator('PATCH', path, { paused: true })],
    ['endSession', async () => (await linkOf(service, tenant.slug))('DELETE', '/session')],
  ]
  return { slug: tenant.slug, list, ada }
}

/** Of operations that are not the tenant's own business, or need a world of their own: the tests below have them. */
const ELSEWHERE = [
  'createTenant',
  'deleteTenant',
  'makeProductKey',
  'revokeProductKey',
  'saveRoleCatalogue',
  'startSession',
  'adoptConflict',
  'inheritRoles',
]

test('every operation that changes something leaves its record, with who, what and the invocation', async () => {
  const { operations, product } = await audited()
  const { slug, list, ada } = await steps()
  const said = new Map([...operations, ...product].map(({ id, audit }) => [id, audit]))
  expect([...list.map(([id]) => id), ...ELSEWHERE].sort()).toEqual([...said.keys()].sort())

  const shown: string[] = []
  for (const [id, run] of list) {
    const before = new Set((await auditOf(slug)).map((record) => record['id']))
    const { body } = ok(await run())
    shown.push(...['value', 'secret', 'url'].map((name) => body[name]).filter((value) => typeof value === 'string'))
    const fresh = (await auditOf(slug)).filter((record) => !before.has(record['id']))
    const own = fresh.filter(({ action }) => action === said.get(id))
    expect([id, own.length]).toEqual([id, 1])
    const [record] = own
    expect([id, record]).toMatchObject([
      id,
      { by: { kind: expect.stringMatching(/^(operator|link|product)$/) as string, id: expect.stringMatching(/./) as string } },
    ])
    // The invocation's line of log names the same actor, by id alone.
    const line = service.lines.find(({ invocation }) => invocation === record?.['correlationId'])
    const { kind: actor, id: actorId } = record?.['by'] as Item
    expect(line).toMatchObject({ manage: id, actor, actorId, tenant: slug })
  }
  const records = await auditOf(slug)
  const text = JSON.stringify(records)
  expect(text).not.toContain('s3cret')
  expect(shown.length).toBeGreaterThan(5) // of a token, a client secret, a link, a key, two of a webhook
  for (const value of shown) expect(text).not.toContain(value.split('#link=').at(-1))
  expect(text).not.toContain('ada@contoso.example')
  const of = (action: AuditAction) => records.filter((record) => record['action'] === action)
  expect(of('settings.saved').at(-1)).toMatchObject({ before: { strict: false }, after: { strict: true } })
  expect(of('token.created')[0]).toMatchObject({ label: 'Entra', by: { kind: 'link', name: 'Carla Customer (setup link)' } })
  expect(of('webhook.changed')[0]).toMatchObject({
    label: 'CRM',
    before: { state: 'active', events: ['*'] },
    after: { state: 'paused', events: ['role.changed'] },
  })
  expect(of('webhook.created')[0]).toMatchObject({ after: { origin: 'http://127.0.0.1:9' } })
  expect(of('lock.changed').map(({ subject, after, before }) => [subject, before, after])).toEqual([
    [ada, undefined, { lockedTo: 'Admin' }],
    [ada, { lockedTo: 'Admin' }, undefined],
    [ada, undefined, { lockedTo: 'Admin' }],
  ])
  expect(of('tenant.changed')[0]).toMatchObject({ by: { kind: 'operator', name: 'Olga Operator' }, after: { paused: true } })
})

test('what is done to tenants from outside stands in the list of all, for operators', async () => {
  const slug = `audited-${service.tenant(3).slug}`.slice(0, 40)
  const { operator } = service
  ok(await operator('POST', '/tenants', { slug, name: 'Fabrikam' }))
  ok(await operator('PATCH', `/tenants/${slug}`, { name: 'Fabrikam AG' }))
  const key = ok(await operator('POST', '/product-keys', { label: 'All', scopes: ['people:read'] })).body['id'] as string
  ok(await operator('DELETE', `/product-keys/${key}`))
  const { version, ...catalogue } = (await operator('GET', '/role-catalogue')).body
  ok(await operator('PUT', '/role-catalogue', { version, ...catalogue, freeText: false }))
  expect(await auditOf(slug)).toMatchObject([{ action: 'tenant.created', subject: slug }]) // the customer sees whose it is
  ok(await operator('DELETE', `/tenants/${slug}?confirm=${slug}`))
  const records = (await listAudit()).filter(({ tenant }) => tenant === undefined || tenant === slug)
  expect(records.map(({ action, tenant, before, after }) => ({ action, tenant, before, after }))).toMatchObject([
    { action: 'tenant.deleted', tenant: slug },
    { action: 'roleCatalogue.saved', before: { freeText: true }, after: { freeText: false } },
    { action: 'productKey.revoked' },
    { action: 'productKey.created', after: { scopes: ['people:read'] } },
    { action: 'tenant.changed', tenant: slug, before: { name: 'Fabrikam' }, after: { name: 'Fabrikam AG' } },
    { action: 'tenant.created', tenant: slug, after: { name: 'Fabrikam' } },
  ])
  const { admin } = await customerOf(service, 4)
  expect((await admin('GET', '/audit')).status).toBe(403)
  expect((await admin('GET', '/audit.ndjson')).status).toBe(403)
})

test('an auditor reads what an operator and a customer did, complete and in order', async () => {
  const slug = `story-${service.tenant(5).slug}`.slice(0, 40)
  const { operator } = service
  const path = `/tenants/${slug}`
  ok(await operator('POST', '/tenants', { slug }))
  const invited = ok(await operator('POST', `${path}/links`, { role: 'admin', label: 'Carla' }))
  const session = ok(await service.as(undefined)('POST', '/session', { link: String(invited.body['url']).split('#link=')[1] }))
  const carla = service.as(String(session.body['token']))
  ok(await carla('POST', `${path}/tokens`, { label: 'Entra ID' }))
  ok(await carla('POST', `${path}/links`, { role: 'reader', label: 'Otto, audit' }))
  ok(await operator('POST', `${path}/webhooks`, { url: 'http://127.0.0.1:9/in', label: 'Product' }))
  expect((await carla('DELETE', `${path}/webhooks/none`)).status).toBe(404) // what was refused is no change
  ok(await carla('DELETE', `${path}/links/${String(invited.body['id'])}`)) // her own: the session ends with it

  const forOtto = ok(await operator('POST', `${path}/links`, { role: 'reader', label: 'Otto' }))
  const opened = ok(await service.as(undefined)('POST', '/session', { link: String(forOtto.body['url']).split('#link=')[1] }))
  const ottoToken = String(opened.body['token'])
  const otto = service.as(ottoToken)
  const story = (await auditOf(slug, otto)).map(({ action, by, label }) => [action, (by as Item)['name'], label]).reverse()
  const [Olga, Carla] = ['Olga Operator', 'Carla (setup link)']
  expect(story).toEqual([
    ['tenant.created', Olga, slug],
    ['link.created', Olga, 'Carla'],
    ['session.started', Carla, 'Carla'],
    ['token.created', Carla, 'Entra ID'],
    ['link.created', Carla, 'Otto, audit'],
    ['webhook.created', Olga, 'Product'],
    ['link.revoked', Carla, 'Carla'],
    ['link.created', Olga, 'Otto'],
    ['session.started', 'Otto (setup link)', 'Otto'],
  ])
  const revoked = (await auditOf(slug, otto)).find(({ action }) => action === 'link.revoked')
  expect(revoked?.['before']).toEqual({ links: ['Carla (admin)', 'Otto, audit (reader)'] }) // with the one she made

  // The same page by page, as lines, and in the activity.
  const first = await otto('GET', `${path}/audit?limit=4`)
  const second = await otto('GET', `${path}/audit?limit=100&after=${String(first.body['next'])}`)
  expect([...items(first), ...items(second)]).toEqual(await auditOf(slug, otto))
  expect(second.body['next']).toBeUndefined()
  const download = await fetch(`${service.origin}/api/manage${path}/audit.ndjson`, {
    headers: { authorization: `Bearer ${ottoToken}` },
  })
  const lines = (await download.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Item)
  expect(lines).toEqual([...(await auditOf(slug, otto)), { kind: 'end', lines: story.length }])
  const at = String(items(second)[0]?.['time'])
  const times = (await auditOf(slug, otto)).map(({ time }) => String(time))
  const timesOf = async (query: string) => items(await otto('GET', `${path}/audit?${query}`)).map(({ time }) => String(time))
  expect(await timesOf(`to=${at}`)).toEqual(times.filter((time) => time < at))
  expect(await timesOf(`from=${at}`)).toEqual(times.filter((time) => time >= at))
  expect(await timesOf('from=0001-01-01T00:00:00Z')).toEqual(times)
  expect(await timesOf('to=1969-01-01T00:00:00Z')).toEqual([])
  expect((await otto('GET', `${path}/audit?from=${at}&to=${at}`)).status).toBe(400)
  expect((await otto('GET', `${path}/audit?after=nothing`)).status).toBe(400)
})

test('the activity tells of it, in a filter of its own and among all else, each thing once', async () => {
  const { admin, path, person } = await customerOf(service, 6)
  const ada = await person('ada@contoso.example')
  ok(await admin('POST', `${path}/tokens`, { label: 'Entra' }))
  ok(await admin('PUT', `${path}/people/${ada}/lock`, {}))
  const told = async (query: string) => items(await admin('GET', `${path}/activity?${query}`))
  const own = await told('kind=administration')
  expect(own.map(({ kind, text }) => [kind, text]).slice(0, 2)).toEqual([
    ['administration', 'Carla Customer (setup link) changed a lock'],
    ['administration', 'Carla Customer (setup link) made a token: Entra'],
  ])
  expect(own[1]?.['changes']).toMatchObject([{ attribute: 'expires', after: expect.stringMatching(/^20/) as string }])
  const all = await told('')
  expect(all.filter(({ text }) => String(text).includes('made a token'))).toHaveLength(1)
  expect(all.filter(({ text }) => String(text).includes('lock'))).toHaveLength(1) // by the feed alone
  expect(await told('search=MADE A token')).toHaveLength(1)
  expect(await told(`person=${ada}&kind=administration`)).toEqual([])
  expect((await told('refused=true')).filter(({ kind }) => kind === 'administration')).toEqual([])

  const pages: Item[] = []
  for (let next = ''; ;) {
    const page = await admin('GET', `${path}/activity?limit=1${next}`)
    pages.push(...items(page))
    const after = page.body['next']
    if (typeof after !== 'string') break
    next = `&after=${encodeURIComponent(after)}`
  }
  expect(pages).toEqual(all)
})

test('a super tenant and its target each have their side of it', async () => {
  const { source, targets, route, settled } = await superTenantOf(service, 7, 8)
  const [target] = targets
  if (target === undefined) throw new Error('A target is needed.')
  await target.person('ada@contoso.example')
  const ada = await source.person('ada@contoso.example')
  await route([[await source.group('Lab', [ada]), target]])
  await settled()
  ok(await target.admin('POST', `${target.path}/conflicts/${ada}/adoption`, {}))
  const { version } = (await target.admin('GET', `${target.path}/roles`)).body
  ok(await target.admin('PUT', `${target.path}/roles/inheritance`, { version, inherits: false }))
  expect((await auditOf(target.tenant.slug)).map(({ action, after }) => [action, after]).slice(0, 2)).toEqual([
    ['roleInheritance.saved', { inheritsRoles: false }],
    ['conflict.adopted', { superTenant: source.tenant.slug }],
  ])
  const connected = (records: Item[]) => records.find(({ action }) => action === 'tenant.connected')
  expect(connected(await auditOf(source.tenant.slug))).toMatchObject({ after: { routesTo: target.tenant.slug } })
  expect(connected(await auditOf(target.tenant.slug))).toMatchObject({ after: { superTenant: source.tenant.slug } })
})

test('records go after as many days as the tenant keeps them', async () => {
  const table = service.tenant(9).table()
  await service.tenant(9).send('GET', '/Users')
  const made = (daysAgo: number) =>
    auditor({
      action: 'settings.saved',
      by: { kind: 'service', name: 'x' },
      now: () => new Date(Date.now() - daysAgo * 86_400_000),
    })({ label: `${daysAgo}` })
  await table.commit([0, 364, 366, 800].map(made))
  await expireAudit(table, 'tenant', { days: 365, now: new Date() })
  expect((await auditOf(service.tenant(9).slug)).map(({ label }) => label)).toEqual(['0', '364'])
})

test('keys of the product are no business of the customer', async () => {
  const { tenant, path, admin } = await customerOf(service, 11)
  ok(await service.operator('POST', `${path}/product-keys`, { label: 'Secret plans', scopes: ['people:read'] }))
  expect((await auditOf(tenant.slug)).map(({ action }) => action)).toContain('productKey.created')
  for (const at of ['audit', 'audit?limit=1', 'activity', 'activity?kind=administration'])
    expect([at, JSON.stringify((await admin('GET', `${path}/${at}`)).body)]).toEqual([at, expect.not.stringContaining('plans')])
  const all = items(await admin('GET', `${path}/activity?kind=administration`))
  expect(all.map(({ text }) => text)).toContain('Olga Operator made a setup link: Carla Customer')
})

const RECORD = { path: '$batch', body: /"RowKey":"v!/ }

test('what cannot be recorded does not happen', async () => {
  const { admin, path, tenant } = await customerOf(service, 12)
  const before = await auditOf(tenant.slug)
  const { version } = (await admin('GET', `${path}/settings`)).body
  const held = items(await admin('GET', `${path}/tokens`)).map(({ id }) => id)
  proxy.busy(100, { status: 503, match: { ...RECORD, times: 100 } })
  const save = { version, strict: true, staging: false, matching: [] }
  expect((await admin('PUT', `${path}/settings`, save)).status).toBe(503)
  expect((await admin('POST', `${path}/tokens`, { label: 'Unseen' })).status).toBe(503)
  expect((await admin('GET', `${path}/export`)).status).toBe(503)
  proxy.calm()
  expect((await admin('GET', `${path}/settings`)).body).toMatchObject({ version, strict: false })
  const tokens = items(await admin('GET', `${path}/tokens`)).filter(({ id }) => !held.includes(id))
  expect(tokens.map(({ label, state }) => [label, state])).toEqual([['Unseen', 'revoked']])
  expect(await auditOf(tenant.slug)).toEqual(before)
})

test('a change whose answer was lost is recorded once', async () => {
  const { admin, path, tenant } = await customerOf(service, 13)
  const hook = ok(await admin('POST', `${path}/webhooks`, { url: 'http://127.0.0.1:9/in' })).body['id'] as string
  const before = await auditOf(tenant.slug)
  proxy.loseAnswer(RECORD)
  ok(await admin('PATCH', `${path}/webhooks/${hook}`, { label: 'CRM' }))
  proxy.loseAnswer(RECORD)
  const { version } = (await admin('GET', `${path}/settings`)).body
  ok(await admin('PUT', `${path}/settings`, { version, strict: true, staging: false, matching: [] }))
  ok(await admin('PATCH', `${path}/webhooks/${hook}`, { label: 'CRM' })) // holds already
  const fresh = (await auditOf(tenant.slug)).slice(0, -before.length)
  expect(fresh.map(({ action }) => action)).toEqual(['settings.saved', 'webhook.changed'])
})

test('of several at once one is recorded', async () => {
  const { admin, path, tenant } = await customerOf(service, 10)
  const before = await auditOf(tenant.slug)
  const { version } = (await admin('GET', `${path}/settings`)).body
  const save = () => admin('PUT', `${path}/settings`, { version, strict: true, staging: false, matching: [] })
  const answers = await Promise.all([save(), save(), save()])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
  expect((await auditOf(tenant.slug)).length - before.length).toBe(1)
})

/** The first transaction that merges what `merged` says waits until the other request was answered, which thus comes between its read and its write. */
async function between(merged: RegExp, first: () => Promise<Answer>, second: () => Promise<Answer>): Promise<void> {
  proxy.before({ path: '$batch', body: merged }, second)
  ok(await first())
}

test('of two renames at once each names the name that it replaced', async () => {
  const slug = `renamed-${service.tenant(14).slug}`.slice(0, 40)
  const { operator } = service
  ok(await operator('POST', '/tenants', { slug, name: 'One' }))
  const rename = (name: string) => () => operator('PATCH', `/tenants/${slug}`, { name })
  await between(/"name":"Three"/, rename('Three'), rename('Two'))
  const renames = (await listAudit()).filter(({ action, tenant }) => action === 'tenant.changed' && tenant === slug)
  expect(renames.map(({ before, after }) => [(before as Item)['name'], (after as Item)['name']])).toEqual([
    ['Two', 'Three'],
    ['One', 'Two'],
  ])
  await between(/"state":"deleting"/, ...twice(() => operator('DELETE', `/tenants/${slug}?confirm=${slug}`)))
  expect((await listAudit()).filter(({ action, tenant }) => action === 'tenant.deleted' && tenant === slug)).toHaveLength(1)
})

const twice = (run: () => Promise<Answer>) => [run, run] as const

test('what two requests end at once is recorded once', async () => {
  const { admin, path, tenant } = await customerOf(service, 15)
  const { operator } = service
  const link = ok(await admin('POST', `${path}/links`, { role: 'reader', label: 'Otto' })).body['id'] as string
  const key = ok(await operator('POST', `${path}/product-keys`, { label: 'CI', scopes: ['people:read'] })).body['id'] as string
  const token = ok(await admin('POST', `${path}/tokens`, { label: 'Entra' })).body['id'] as string
  await between(/"revoked":"2/, ...twice(() => admin('DELETE', `${path}/links/${link}`)))
  await between(/"revoked":"2/, ...twice(() => operator('DELETE', `${path}/product-keys/${key}`)))
  await between(/"revoked":"\[/, ...twice(() => admin('DELETE', `${path}/tokens/${token}?confirm=used`)))
  const ended = (await auditOf(tenant.slug)).filter(({ action }) => String(action).endsWith('.revoked'))
  expect(ended.map(({ action }) => action)).toEqual(['token.revoked', 'productKey.revoked', 'link.revoked'])
})

test('the end of a connection names the routes that went with it', async () => {
  const { source, targets, route } = await superTenantOf(service, 16, 17, 18)
  const [one, other] = targets
  if (one === undefined || other === undefined) throw new Error('Two targets are needed.')
  const [lab, office, shop] = [await source.group('Lab'), await source.group('Office'), await source.group('Shop')]
  await route([
    [lab, one],
    [office, other],
    [shop, one],
  ])
  ok(await service.operator('DELETE', `${source.path}/connections/${one.tenant.slug}`))
  const [record] = await auditOf(source.tenant.slug)
  expect(record).toMatchObject({
    action: 'tenant.disconnected',
    before: {
      routesTo: one.tenant.slug,
      routes: [
        { groupId: lab, groupName: 'Lab', tenant: one.tenant.slug },
        { groupId: shop, groupName: 'Shop', tenant: one.tenant.slug },
      ],
    },
  })
})

test('the docs have every kind of record, with its words', () => {
  const docs = readFileSync(join(__dirname, '../docs/audit.md'), 'utf8')
  const rows = docs.split('\n').filter((line) => line.startsWith('| `'))
  const wanted = Object.entries(AUDIT_ACTIONS).map(([name, facts]) => {
    const { said, isInFeed = false } = facts as { said: string; isInFeed?: boolean }
    return `| \`${name}\` | ${said} | ${isInFeed ? 'yes' : ''} |`
  })
  const plain = (row: string) => row.replaceAll(/ +/g, ' ')
  expect(rows.map(plain).filter((row) => /^\| `\w+\.\w+` /.test(row))).toEqual(wanted.map(plain))
})
