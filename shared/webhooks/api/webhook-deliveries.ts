import * as z from 'zod'
import { newId } from '../../directory/identifiers'
import { readHead } from '../../feed/read-feed'
import { sendSigned } from '../partition'
import { testMessage } from '../message'
import { MAX_RETRIES_ASKED } from '../commands'
import { KEPT_ATTEMPTS, listDeadLetters, listFailedAttempts, readDeadLetter } from '../delivery-rows'
import { tenantOperation, type Operation } from '../../api/operation'
import { isoTime, pageBehind, pageOf, pageQuery, time, toPage } from '../../api/page'
import { absent, conflict, invalid } from '../../api/problem'
import { changeOwnEndpoint, foundEndpoint, ownEndpoint, webhookId } from './webhook-place'
import type { Send } from '../send'

interface Needs {
  readonly send: Send
}

const error = z
  .string()
  .describe(
    'secret (its root key is gone: make a new one), address (not public), name (not found), connection, tls, timeout, redirect (not followed) or status (not 2xx)',
  )
const status = z.int().optional().describe('Of the receiver’s answer; absent when none came')
const seqInPath = webhookId.extend({ seq: z.coerce.number().int().min(1) })

const test = ({ send }: Needs) =>
  tenantOperation(
    {
      id: 'testWebhook',
      method: 'POST',
      path: '/tenants/{tenant}/webhooks/{webhook}/test',
      summary: 'Sends an event webhook.test now, once, also to a paused endpoint, and tells what came of it',
      access: 'tenantAdmin',
      audit: null,
      parameters: webhookId,
      answers: {
        200: {
          description: 'It was tried',
          schema: z.object({ delivered: z.boolean(), error: error.optional(), status, ms: z.int() }),
        },
      },
    },
    async ({ tenant, directory, actor, path: { webhook } }) => {
      const endpoint = await ownEndpoint({ directory, actor }, webhook)
      const message = testMessage(tenant.slug, newId(), directory.now())
      const outcome = await sendSigned({ context: directory, send, endpoint }, message)
      return { status: 200, body: { delivered: outcome.error === undefined, ...outcome } }
    },
  )

const replay = tenantOperation(
  {
    id: 'replayWebhook',
    method: 'POST',
    path: '/tenants/{tenant}/webhooks/{webhook}/replay',
    summary: 'Sends every wanted record behind a number again, under the same ids',
    access: 'tenantAdmin',
    audit: 'webhook.replayed',
    parameters: webhookId,
    body: z.strictObject({ after: z.int().min(0).describe('0: from the oldest record that is kept') }),
    answers: { 202: { description: 'It begins within seconds, or when the endpoint is resumed' } },
  },
  async ({ directory, actor, audit, path: { webhook }, body: { after }, wake }) => {
    const head = await readHead(directory.table)
    if (after > head) throw invalid([{ path: '/after', detail: `is beyond the last record, which has the number ${head}` }])
    await changeOwnEndpoint({ directory, actor, audit }, webhook, ({ commands }) => ({
      commands: { ...commands, replayAfter: after },
    }))
    wake()
    return { status: 202 }
  },
)

const deliveries = tenantOperation(
  {
    id: 'listWebhookFailures',
    method: 'GET',
    path: '/tenants/{tenant}/webhooks/{webhook}/deliveries',
    summary: `The last ${KEPT_ATTEMPTS} failed tries, newest first. The endpoint itself tells the last success`,
    access: 'tenantReader',
    parameters: webhookId,
    query: pageQuery,
    answers: {
      200: {
        description: 'A page of failed tries',
        schema: pageOf(z.object({ seq: z.int(), type: z.string(), time, attempt: z.int(), error, status, ms: z.int() })),
      },
    },
  },
  async ({ directory, path: { webhook }, query }) => {
    await foundEndpoint(directory, webhook)
    const failed = await listFailedAttempts(directory.table, webhook)
    const page = pageBehind(failed, query, ({ timeMs, seq }) => `${timeMs}.${seq}`)
    return {
      status: 200,
      body: { ...page, items: page.items.map(({ timeMs, ...facts }) => ({ ...facts, time: isoTime(timeMs) })) },
    }
  },
)

const parked = tenantOperation(
  {
    id: 'listParkedDeliveries',
    method: 'GET',
    path: '/tenants/{tenant}/webhooks/{webhook}/parked',
    summary: 'Records that were given up after three days of tries, oldest first',
    access: 'tenantReader',
    parameters: webhookId,
    query: pageQuery.extend({ after: z.coerce.number().int().min(0).default(0).describe('`next` of the page before') }),
    answers: {
      200: {
        description: 'A page of records',
        schema: pageOf(z.object({ seq: z.int(), type: z.string(), parked: time, attempts: z.int(), error })),
      },
    },
  },
  async ({ directory, path: { webhook }, query: { after, limit } }) => {
    await foundEndpoint(directory, webhook)
    const rows = await listDeadLetters(directory.table, webhook, { after, limit: limit + 1 })
    const page = toPage(rows, limit, ({ seq }) => String(seq))
    const items = page.items.map(({ seq, type, givenUpMs, attempts, error }) => ({
      seq,
      type,
      parked: isoTime(givenUpMs),
      attempts,
      error,
    }))
    return { status: 200, body: { ...page, items } }
  },
)

const retry = tenantOperation(
  {
    id: 'retryParkedDelivery',
    method: 'POST',
    path: '/tenants/{tenant}/webhooks/{webhook}/parked/{seq}/retry',
    summary: 'Tries a parked record again, for another three days',
    access: 'tenantAdmin',
    audit: 'webhook.retried',
    parameters: seqInPath,
    answers: { 202: { description: 'It is tried within seconds, or when the endpoint is resumed' } },
  },
  async ({ directory, actor, audit, path: { webhook, seq }, wake }) => {
    await ownEndpoint({ directory, actor }, webhook)
    if ((await readDeadLetter(directory.table, webhook, seq)) === undefined)
      throw absent('No record of that number is parked. GET /parked lists all.')
    await changeOwnEndpoint({ directory, actor, audit }, webhook, ({ commands }) => {
      const asked = [...new Set([...(commands.retry ?? []), seq])]
      if (asked.length > MAX_RETRIES_ASKED)
        throw conflict(`${MAX_RETRIES_ASKED} parked records are about to be tried. Repeat this in a minute.`)
      return { commands: { ...commands, retry: asked } }
    })
    wake()
    return { status: 202 }
  },
)

export const webhookDeliveryOperations = (needs: Needs): readonly Operation[] => [test(needs), replay, deliveries, parked, retry]
