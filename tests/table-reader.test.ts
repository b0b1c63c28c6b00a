import { createCipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { newLink, newSession } from '../shared/credentials/sign-in/setup-link'
import { connectTables } from '../shared/storage/connect'
import { createMeter } from '../shared/storage/meter'
import type { Row } from '../shared/storage/table'
import { tenantTable } from '../shared/tenants/tenant'
import { askToken, GRANT } from './support/oauth'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { send } from './support/service'

/** Whoever can read every table, such as the identity that exports them each night, must not be able to administer a tenant. */

let service: ManagedService
let given: {
  readonly scimToken: string
  readonly webhook: string
  readonly webhookSecret: string
  readonly clientId: string
  readonly clientSecret: string
  readonly grantId: string
}
const slug = 'read-by-others'
beforeAll(async () => {
  service = await startManaged({ WEBHOOK_ALLOW_LOCAL: 'true' })
  const made = [
    await service.operator('POST', '/tenants', { slug, name: 'Read by others' }),
    await service.operator('POST', `/tenants/${slug}/tokens`, { label: 'Entra ID' }),
    await service.operator('POST', `/tenants/${slug}/product-keys`, { label: 'Billing', scopes: ['people:read'] }),
    await service.operator('POST', '/product-keys', { label: 'Everywhere', scopes: ['people:read'] }),
    await service.operator('POST', `/tenants/${slug}/webhooks`, { url: 'http://localhost:9/hook', events: ['*'] }),
    await service.operator('POST', `/tenants/${slug}/sign-in/secrets`, { label: 'Entra ID' }),
  ]
  expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201])
  const said = (step: number, name: string) => String(made[step]?.body[name])
  given = {
    scimToken: said(1, 'value'),
    webhook: said(4, 'id'),
    webhookSecret: said(4, 'secret'),
    clientId: said(5, 'clientId'),
    clientSecret: said(5, 'value'),
    grantId: said(5, 'id'),
  }
  const admin = await linkOf(service, slug)
  expect((await admin('GET', '/session')).status).toBe(200)
})
afterAll(() => service.close())

interface Stored {
  /** Keys, values, and what stands inside of JSON. */
  readonly texts: readonly string[]
  /** Ids of setup links and of whatever their rows hold. */
  readonly ids: readonly string[]
}

/** Everything in the rows of the tenant's table, and in those of the table of tenants that concern it. */
async function everythingStored(): Promise<Stored> {
  const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
  const all = { from: '!', before: '~' }
  const own = await tables.open(tenantTable(slug, 1), createMeter()).all(all)
  const listed = await tables.open('tenants', createMeter()).all(all)
  const textsOf = ({ key, values }: Row) => [...key.split('!'), ...Object.values(values).flatMap(textsIn)]
  const texts = new Set([...own, ...listed.filter(({ key }) => key.startsWith('!') || key === slug)].flatMap(textsOf))
  const links = own.filter(({ key }) => key.startsWith('h!')).flatMap(textsOf)
  texts.delete('')
  return { texts: [...texts], ids: links.filter((text) => /^[0-9a-f]{32}$/.test(text)) }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn)
  const text = String(value)
  return /^[[{]/.test(text) ? [text, ...textsIn(JSON.parse(text))] : [text]
}

/** 32 bytes as the texts carry them. */
const isSecret = (text: string) => /^[\w-]{43}$/.test(text)

/** What a stored text may be, or may be the key of: itself, its bytes, and what it makes of the beginning of a text. */
function secretsOf(stored: string, begun: string): string[] {
  const keys: (string | Buffer)[] = [stored, ...(/^[0-9a-f]{64}$/.test(stored) ? [Buffer.from(stored, 'hex')] : [])]
  const derived = keys.flatMap((key) => [
    createHmac('sha256', key).update(begun).digest('base64url'),
    createHmac('sha256', key).update(`rollcall setup link 1\n${begun}`).digest('base64url'),
  ])
  // As links were signed before: by a key that a value of the settings row made.
  const linkKey = createHmac('sha256', stored).update('setup links').digest()
  derived.push(createHmac('sha256', linkKey).update(`rollcall setup link 1\n${begun}`).digest('base64url'))
  return [...keys.slice(1).map((key) => Buffer.from(key).toString('base64url')), stored, ...derived].filter(isSecret)
}

function forged({ texts, ids }: Stored): string[] {
  const far = '99999999999'
  const beginnings = ids.flatMap((id) => [
    `rcl_${slug}.1.${id}`,
    ...ids.map((other) => `rcs_${slug}.1.${id}.${other}`),
    ...['rcl', 'rcs'].map((prefix) => `${prefix}_${slug}.1.${id}.admin.${far}`),
  ])
  const made = beginnings.flatMap((begun) =>
    texts.flatMap((text) => secretsOf(text, begun).map((secret) => `${begun}.${secret}`)),
  )
  return [...new Set([...texts, ...made])].filter((text) => /^[\x21-\x7e]+$/.test(text)) // as a header can hold it
}

test('nothing that the tables hold, and nothing made of it, opens the administration of a tenant', async () => {
  const stored = await everythingStored()
  expect(stored.ids.length).toBeGreaterThan(0) // there is something to build with
  const tries = forged(stored)
  expect(tries.length).toBeGreaterThan(500)
  const open: string[] = []
  for (let i = 0; i < tries.length; i += 50) {
    await Promise.all(
      tries.slice(i, i + 50).map(async (text) => {
        const asBearer = await service.as(text)('GET', `/tenants/${slug}/links`)
        const asLink = await service.as(undefined)('POST', '/session', { link: text.slice(0, 300) })
        for (const { status } of [asBearer, asLink]) if (![401, 429].includes(status)) open.push(`${status} ${text}`)
      }),
    )
  }
  expect(open).toEqual([])
}, 300_000)

test('what is made as the service makes it opens nothing either: only what was given out does', async () => {
  const owner = { slug, generation: 1 }
  const link = newLink(owner)
  const session = newSession({ ...owner, linkId: link.id })
  expect((await service.as(session.text)('GET', '/session')).status).toBe(401)
  expect([401, 429]).toContain((await service.as(undefined)('POST', '/session', { link: link.text })).status)
})

/** 32 bytes that a stored text may stand for: its own, its hash, and what the service's own way of deriving makes of them. */
function keysOf(stored: string, purpose: 'cursors' | 'webhooks' | 'accessTokens'): Buffer[] {
  const bytes = [Buffer.from(stored), Buffer.from(stored, 'hex'), Buffer.from(stored, 'base64url')].filter(
    ({ length }) => length > 0,
  )
  const roots = [...bytes, createHash('sha256').update(stored).digest()]
  const info = `rollcall ${purpose}\n${slug}\n1`
  const derived = roots.flatMap((root) => [
    Buffer.from(hkdfSync('sha256', root, '', info, 32)),
    createHmac('sha256', root).update('rollcall webhooks 1').digest(),
  ])
  return [...roots, ...derived]
}

test('nor does it make the secret of a webhook', async () => {
  const { webhook, webhookSecret } = given
  expect(webhookSecret).toMatch(/^whsec_/)
  const { texts } = await everythingStored()
  expect(texts).toContain(webhook)
  const made = texts.flatMap((text) => keysOf(text, 'webhooks').map((key) => createHmac('sha256', key).update(`${webhook}.1`)))
  const secrets = [...made.map((hmac) => hmac.digest('base64')), ...texts].map((text) => `whsec_${text.replace(/^whsec_/, '')}`)
  expect(secrets).not.toContain(webhookSecret)
})

test('nor a cursor that the service takes', async () => {
  const url = `${service.origin}/scim/${slug}/Users`
  const authorization = `Bearer ${given.scimToken}`
  const ask = (query: string) => send(`${url}${query}`, { method: 'GET', headers: { authorization } })
  expect((await ask('?cursor')).status).toBe(200)
  const { texts } = await everythingStored()
  const keys = texts.flatMap((text) => keysOf(text, 'cursors')).filter(({ length }) => length === 32)
  expect(keys.length).toBeGreaterThan(100)
  const answers = await Promise.all(keys.map((key) => ask(`?cursor=${sealed(key)}`)))
  expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['scimType'])}`))).toEqual(
    new Set(['400 invalidCursor']),
  )
})

test('nor an access token, nor a client secret that gives one', async () => {
  const { clientId, clientSecret, grantId } = given
  const { texts } = await everythingStored()
  expect(texts).toContain(grantId)
  const ask = (secret: string) => askToken(service.origin, slug, GRANT, { basic: [clientId, secret] })
  const good = await ask(clientSecret)
  expect(good.status).toBe(200)
  const [, begun = '', mac = ''] = /^(ra_.+)_([\w-]{43})$/.exec(String(good.body['access_token'])) ?? []
  expect(begun).toContain(grantId)
  const made = texts.flatMap((text) => keysOf(text, 'accessTokens').map((key) => createHmac('sha256', key).update(begun)))
  expect(made.length).toBeGreaterThan(100)
  expect(made.map((hmac) => hmac.digest('base64url'))).not.toContain(mac)
  const digests = texts.filter((text) => /^[0-9a-f]{64}$/.test(text))
  expect(digests.length).toBeGreaterThan(0)
  const tries = [...digests, ...digests.map((hex) => `rs_${Buffer.from(hex, 'hex').toString('base64url')}`)]
  const statuses = await Promise.all(tries.map(async (text) => (await ask(text)).status))
  expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([])
})

/** As shared/http/cursor.ts seals, for the list of all people. */
function sealed(key: Buffer): string {
  const iv = randomBytes(12)
  const list = createHash('sha256')
    .update(JSON.stringify([['User'], null, [], [], null, false]))
    .digest()
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(list)
  const place = { key: null, id: '0', backwards: false, expiresAtMs: Date.now() + 60_000 }
  return Buffer.concat([iv, cipher.update(JSON.stringify(place)), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}
