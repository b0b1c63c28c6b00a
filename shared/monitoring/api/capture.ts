import * as z from 'zod'
import { countCaptured, eraseCaptured, isFull, listCaptured, MAX_CAPTURED } from '../capture/captured-rows'
import { turnOff, turnOn } from '../capture/switch'
import type { DirectoryContext } from '../../directory/context'
import { readDocument } from '../../directory/documents/document'
import { isId } from '../../directory/identifiers'
import { foldCase } from '../../scim/fold'
import { userKey, userNameKey } from '../../storage/keys'
import { isCapturing, type Capture, type CapturedPerson } from '../../tenants/capture'
import type { Tenant } from '../../tenants/tenant'
import { noSuchTenant } from '../../api/actor'
import { tenantOperation, type Operation } from '../../api/operation'
import { pageOf, time, toPage } from '../../api/page'
import { textOf } from '../../access/person-view'
import { conflict, invalid } from '../../api/problem'

const path = '/tenants/{tenant}/capture'

const state = z
  .object({
    state: z.enum(['on', 'off']),
    since: time.optional().describe('Of the last capture, for a day after it'),
    until: time.optional().describe('When it ends by itself, or ended'),
    by: z.string().optional(),
    person: z
      .object({ id: z.string().optional(), userName: z.string().optional() })
      .optional()
      .describe('Absent: all requests. Without id: nobody had that userName'),
    ended: z.enum(['off', 'full']).optional().describe('full: it held as much as it may'),
  })
  .meta({ id: 'Capture' })

function shown({ settings: { capture } }: Tenant, nowMs: number): z.infer<typeof state> {
  if (capture === null) return { state: 'off' }
  const { since, until, by, person, ended } = capture
  return {
    state: isCapturing(capture, nowMs) ? 'on' : 'off',
    since,
    until,
    by,
    ...(person !== undefined && { person: shownPerson(person) }),
    ...(ended !== undefined && { ended }),
  }
}

const shownPerson = ({ id, userName }: NonNullable<Capture['person']>) => ({
  ...(id !== undefined && { id }),
  ...(userName !== undefined && { userName }),
})

const capturedShown = z.object({
  id: z.string(),
  time: time.describe('Of the answer'),
  operation: z.string().describe('The function that answered'),
  method: z.string(),
  path: z.string().describe('With its query'),
  headers: z.record(z.string(), z.string()).describe('Of a list of allowed ones; never a token'),
  body: z.string().optional().describe('As it was sent, without passwords and tokens; absent: none was read'),
  bodyNote: z.string().optional().describe('What is missing of it'),
  status: z.int(),
  answer: z.string().optional(),
  answerNote: z.string().optional(),
  ms: z.int(),
})

const KEPT_ID = /^\d{15}-[0-9a-f]{12}$/

const read = tenantOperation(
  {
    id: 'readCapture',
    method: 'GET',
    path,
    summary: 'Whether requests are captured, and those that are kept, newest first',
    access: 'tenantAdmin',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(50).default(20).describe('Entries of a page; they may be large'),
      after: z.string().regex(KEPT_ID, 'is not the `next` of a page').optional().describe('`next` of the page before'),
    }),
    answers: { 200: { description: 'State, and a page of requests', schema: state.extend(pageOf(capturedShown).shape) } },
  },
  async ({ tenant, directory: { table, now }, query: { limit, after } }) => {
    const captured = await listCaptured(table, { after, limit: limit + 1, nowMs: now().getTime() })
    const page = toPage(captured, limit, ({ id }) => id)
    const items = page.items.map(({ id, request }) => ({ id, ...request }))
    return { status: 200, body: { ...shown(tenant, now().getTime()), ...page, items } }
  },
)

const start = tenantOperation(
  {
    id: 'startCapture',
    method: 'PUT',
    path,
    summary: 'Keeps requests as Entra ID sends them, for an hour at most; in place of a capture that is on',
    access: 'tenantAdmin',
    audit: 'capture.changed',
    body: z.strictObject({
      minutes: z.int().min(1).max(60),
      person: z
        .string()
        .trim()
        .min(1)
        .max(256)
        .optional()
        .describe('Id or userName of the only person whose requests are kept; a userName may be of somebody who is to come'),
    }),
    answers: { 200: { description: 'On. Every instance knows within 30 seconds', schema: state } },
  },
  async ({ registry, tenant, directory, actor, audit, wake, body: { minutes, person } }) => {
    const [whom, captured] = await Promise.all([
      person === undefined ? undefined : wanted(directory, person),
      countCaptured(directory.table),
    ])
    if (isFull(captured))
      throw conflict(
        `${MAX_CAPTURED} requests, or as many characters as may be, are kept already. DELETE …/capture/requests erases them.`,
      )
    const saved = await turnOn(registry, tenant, { minutes, person: whom, by: actor.name, audit })
    if (saved === undefined) throw noSuchTenant()
    wake()
    return { status: 200, body: shown(saved, directory.now().getTime()) }
  },
)

/** All by which requests name the person. @throws Problem 400 for an id that nobody has */
async function wanted({ table }: DirectoryContext, person: string): Promise<CapturedPerson> {
  const index = isId(person) ? undefined : await table.get(userNameKey(foldCase(person)))
  const id = isId(person) ? person : index?.values['id']
  const row = typeof id === 'string' ? await table.get(userKey(id)) : undefined
  const document = row && readDocument(row)
  if (document !== undefined) {
    const [userName, externalId] = ['userName', 'externalId'].map((name) => textOf(document.attributes, name))
    return { id: document.id, ...(userName !== undefined && { userName }), ...(externalId !== undefined && { externalId }) }
  }
  if (isId(person))
    throw invalid([{ path: '/person', detail: 'is an id that nobody here has. Give the userName of who is to come.' }])
  return { userName: person }
}

const stop = tenantOperation(
  {
    id: 'stopCapture',
    method: 'DELETE',
    path,
    summary: 'Ends the capture. What was kept stays for its day, unless it is erased',
    access: 'tenantAdmin',
    audit: 'capture.changed',
    query: z.object({ erase: z.enum(['true', 'false']).default('false').describe('true: erases what was kept, too') }),
    answers: { 200: { description: 'Off. Other instances know within 30 seconds', schema: state } },
  },
  async ({ registry, tenant, directory, actor, audit, wake, query: { erase } }) => {
    const saved = await turnOff(registry, tenant, { as: 'off', by: actor.name, audit })
    if (saved === undefined) throw noSuchTenant()
    if (erase === 'true') {
      await directory.table.commit([audit({ after: { erased: true } })])
      await eraseCaptured(directory.table)
    }
    wake()
    return { status: 200, body: shown(saved, directory.now().getTime()) }
  },
)

const erase = tenantOperation(
  {
    id: 'eraseCapture',
    method: 'DELETE',
    path: `${path}/requests`,
    summary: 'Erases what was kept, at once; a capture that is on goes on',
    access: 'tenantAdmin',
    audit: 'capture.erased',
    answers: { 204: { description: 'Erased' } },
  },
  async ({ directory: { table }, audit }) => {
    await table.commit([audit({})])
    await eraseCaptured(table)
    return { status: 204 }
  },
)

export const captureOperations: readonly Operation[] = [read, start, stop, erase]
