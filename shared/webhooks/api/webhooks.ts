import * as z from 'zod'
import { newId } from '../../directory/identifiers'
import { readHead } from '../../feed/read-feed'
import { wrongUrl } from '../addresses'
import { createEndpoint, listEndpoints, removeEndpoint, type WebhookEndpoint } from '../endpoints'
import { liveSecrets, secretFacts, secretText } from '../secrets'
import { tenantOperation, type Operation } from '../../api/operation'
import { pageBehind, pageOf, pageQuery, time } from '../../api/page'
import { absent, conflict, invalid } from '../../api/problem'
import { auditedFacts, changeOwnEndpoint, noSuchWebhook, openedEndpoint, ownEndpoint, ownerOf, webhookId } from './webhook-place'
import { webhookDeliveryOperations } from './webhook-deliveries'
import type { Send } from '../send'
import { EVENT_TYPES } from '../../events/catalogue'

interface Needs {
  readonly send: Send
  /** Whether receivers may be local. */
  readonly allowLocal: boolean
}

const MAX_ENDPOINTS = 10
const MAX_LIVE_SECRETS = 2
const OVERLAP_MS = 24 * 3_600_000

const url = z.string().describe('https. Nothing is sent to private, loopback, link-local or other reserved addresses')
const label = z
  .string()
  .trim()
  .max(100)
  .regex(/^\P{C}*$/u, 'must be visible characters')
  .describe('What people call the endpoint')
const event = z.enum(['*', ...EVENT_TYPES], 'must be * or a type of record, such as role.changed').meta({ id: 'EventType' })
const events = z.array(event).min(1).max(50).describe('Types of records to send; * for all, also those that come to be later')

const secretShown = z
  .object({
    number: z.int(),
    created: time,
    ends: time.optional().describe('From then on it signs nothing; absent for the newest'),
  })
  .meta({ id: 'WebhookSecret' })
const webhookFacts = z
  .object({
    id: z.string(),
    url: z.string(),
    label: z.string(),
    events,
    state: z
      .enum(['active', 'failing', 'paused'])
      .describe('failing: the last tries all failed. paused: by people, or because the receiver answered 410'),
    gone: z.boolean().describe('It was paused because the receiver answered 410'),
    created: time,
    by: z.string().describe('Who made it'),
    owner: z.enum(['operator', 'customer']).describe('What an operator made, only an operator may change'),
    secrets: z.array(secretShown).describe('Those that sign now, by number. Never a secret itself'),
    delivered: z.object({ time, status: z.int(), ms: z.int() }).optional().describe('The last successful delivery'),
    failingSince: time.optional(),
    seq: z.int().describe('Every record up to this number was sent, waits or is parked'),
    waiting: z.int().describe('People and groups whose records wait for another try'),
  })
  .meta({ id: 'Webhook' })
const secret = z.string().describe('whsec_ and base64 (Standard Webhooks). Shown this once')

const list = tenantOperation(
  {
    id: 'listWebhooks',
    method: 'GET',
    path: '/tenants/{tenant}/webhooks',
    summary: 'The endpoints that changes are sent to',
    access: 'tenantReader',
    query: pageQuery,
    answers: { 200: { description: 'A page of endpoints', schema: pageOf(webhookFacts) } },
  },
  async (by) => {
    const page = pageBehind(await listEndpoints(by.directory.table), by.query, ({ id }) => id)
    return { status: 200, body: { ...page, items: await Promise.all(page.items.map((one) => openedEndpoint(by, one))) } }
  },
)

const create = (needs: Needs) =>
  tenantOperation(
    {
      id: 'createWebhook',
      method: 'POST',
      path: '/tenants/{tenant}/webhooks',
      summary: 'Sends what happens from now on to a URL',
      access: 'tenantAdmin',
      audit: 'webhook.created',
      body: z.strictObject({ url, label: label.default(''), events: events.default(['*']) }),
      answers: { 201: { description: 'Made', schema: webhookFacts.extend({ secret }) } },
    },
    async ({ directory, body, actor, audit }) => {
      checkUrl(needs, body.url)
      const owner = ownerOf(actor)
      const held = (await listEndpoints(directory.table)).filter((one) => one.owner === owner)
      if (held.length >= MAX_ENDPOINTS)
        throw conflict(
          `There are ${MAX_ENDPOINTS} webhooks of the ${owner}, and no more are possible. Remove one that nobody needs.`,
        )
      const created = directory.now().toISOString()
      const begin = await readHead(directory.table)
      const key = await directory.keys.newest('webhooks')
      const secrets = [{ number: 1, key: key.version, created }]
      const endpoint = {
        ...body,
        id: newId(),
        state: 'active',
        isGone: false,
        created,
        by: actor.name,
        owner,
        begin,
        secrets,
        commands: {},
      } as const
      const record = audit({ subject: endpoint.id, label: endpoint.label, after: auditedFacts(endpoint) })
      await createEndpoint(directory.table, endpoint, [record])
      const facts = await openedEndpoint({ directory, actor }, endpoint)
      return { status: 201, body: { ...facts, secret: secretText(key, endpoint.id, 1) } }
    },
  )

const read = tenantOperation(
  {
    id: 'readWebhook',
    method: 'GET',
    path: '/tenants/{tenant}/webhooks/{webhook}',
    summary: 'One endpoint',
    access: 'tenantReader',
    parameters: webhookId,
    answers: { 200: { description: 'The endpoint', schema: webhookFacts } },
  },
  async ({ directory, actor, path: { webhook } }) => ({
    status: 200,
    body: await openedEndpoint({ directory, actor }, webhook),
  }),
)

const change = (needs: Needs) =>
  tenantOperation(
    {
      id: 'changeWebhook',
      method: 'PATCH',
      path: '/tenants/{tenant}/webhooks/{webhook}',
      summary: 'Changes, pauses or resumes an endpoint. Resumed, it goes on where it was',
      access: 'tenantAdmin',
      audit: 'webhook.changed',
      parameters: webhookId,
      body: z.strictObject({
        url: url.optional(),
        label: label.optional(),
        events: events.optional(),
        state: z.enum(['active', 'paused']).optional().describe('active also tries at once what waits'),
      }),
      answers: { 200: { description: 'Changed', schema: webhookFacts } },
    },
    async ({ directory, actor, audit, path: { webhook }, body, wake }) => {
      if (body.url !== undefined) checkUrl(needs, body.url)
      const { state, ...given } = body
      const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      const changed = await changeOwnEndpoint({ directory, actor, audit }, webhook, ({ commands }) => ({
        ...(chosen as Partial<WebhookEndpoint>),
        ...(state === 'paused' && { state }),
        ...(state === 'active' && { state, isGone: false, commands: { ...commands, retryNow: true } }),
      }))
      wake()
      return { status: 200, body: await openedEndpoint({ directory, actor }, changed) }
    },
  )

const remove = tenantOperation(
  {
    id: 'removeWebhook',
    method: 'DELETE',
    path: '/tenants/{tenant}/webhooks/{webhook}',
    summary: 'Removes an endpoint with its secrets and all that waits for it',
    access: 'tenantAdmin',
    audit: 'webhook.removed',
    parameters: webhookId,
    answers: { 204: { description: 'Removed' } },
  },
  async ({ directory, actor, audit, path: { webhook } }) => {
    await ownEndpoint({ directory, actor }, webhook)
    const record = (before: WebhookEndpoint) => [audit({ subject: webhook, label: before.label, before: auditedFacts(before) })]
    if (!(await removeEndpoint(directory.table, webhook, record))) throw noSuchWebhook()
    return { status: 204 }
  },
)

const rotate = tenantOperation(
  {
    id: 'addWebhookSecret',
    method: 'POST',
    path: '/tenants/{tenant}/webhooks/{webhook}/secrets',
    summary: 'Makes another signing secret. For 24 hours each delivery is signed by the one before as well',
    access: 'tenantAdmin',
    audit: 'webhookSecret.created',
    parameters: webhookId,
    answers: { 201: { description: 'Made', schema: secretShown.extend({ secret }) } },
  },
  async ({ directory, actor, audit, path: { webhook } }) => {
    const now = directory.now()
    const key = await directory.keys.newest('webhooks')
    const { secrets } = await changeOwnEndpoint({ directory, actor, audit }, webhook, ({ secrets }) => {
      const live = liveSecrets(secrets, now)
      if (live.length >= MAX_LIVE_SECRETS)
        throw conflict('Two secrets sign already. Remove the older one first, when the receiver knows the newer one.')
      const ends = new Date(now.getTime() + OVERLAP_MS).toISOString()
      const newest = Math.max(...secrets.map(({ number }) => number))
      return {
        secrets: [...live.map((one) => ({ ...one, ends })), { number: newest + 1, key: key.version, created: now.toISOString() }],
      }
    })
    const made = secrets.at(-1)
    if (made === undefined) throw new Error('An endpoint always has a secret.')
    return { status: 201, body: { ...secretFacts(made), secret: secretText(key, webhook, made.number) } }
  },
)

const endSecret = tenantOperation(
  {
    id: 'removeWebhookSecret',
    method: 'DELETE',
    path: '/tenants/{tenant}/webhooks/{webhook}/secrets/{number}',
    summary: 'Ends the older of two signing secrets before its time',
    access: 'tenantAdmin',
    audit: 'webhookSecret.ended',
    parameters: webhookId.extend({ number: z.coerce.number().int().min(1) }),
    answers: { 204: { description: 'It signs nothing any more' } },
  },
  async ({ directory, actor, audit, path: { webhook, number } }) => {
    await changeOwnEndpoint({ directory, actor, audit }, webhook, ({ secrets }) => {
      if (!secrets.some((one) => one.number === number))
        throw absent('The webhook has no secret of this number. GET the webhook lists those that sign.')
      if (secrets.at(-1)?.number === number) throw conflict('The newest secret signs every delivery. Make another one first.')
      return { secrets: secrets.filter((one) => one.number !== number) }
    })
    return { status: 204 }
  },
)

function checkUrl({ allowLocal }: Needs, given: string): void {
  const detail = wrongUrl(given, allowLocal)
  if (detail !== undefined) throw invalid([{ path: '/url', detail }])
}

export const webhookOperations = (needs: Needs): readonly Operation[] => [
  list,
  create(needs),
  read,
  change(needs),
  remove,
  rotate,
  endSecret,
  ...webhookDeliveryOperations(needs),
]
