import * as z from 'zod'
import { actionFacts, AUDIT_ACTIONS, type AuditAction } from '../../audit/catalogue'
import { isAuditId, readAudit, type AuditPlace } from '../../audit/read-audit'
import { AUDIT_BY, type AuditRecord } from '../../audit/record'
import type { Actor } from '../../api/actor'
import type { Table } from '../../storage/table'
import { operation, tenantOperation, type ApiReply, type Operation } from '../../api/operation'
import { pageOf, pageQuery, time, toPage } from '../../api/page'
import { invalid } from '../../api/problem'

const actions = Object.keys(AUDIT_ACTIONS) as [AuditAction, ...AuditAction[]]
const when = z.iso.datetime({ offset: true })
const facts = z.record(z.string(), z.unknown())

const span = {
  from: when.optional().describe('At that time or later'),
  to: when.optional().describe('Before that time'),
}
const query = pageQuery.extend({
  after: z.string().refine(isAuditId, 'is not the `next` of a page').optional().describe('`next` of the page before'),
  ...span,
})

const auditRecord = z
  .object({
    id: z.string(),
    time,
    action: z.enum([...actions, 'unknown']).describe('unknown: a newer version of the service recorded it'),
    by: z.object({
      kind: z
        .enum([...AUDIT_BY, 'unknown'])
        .describe('link: somebody with a setup link. cli: an operator’s command. service: Rollcall, as somebody set it before'),
      id: z.string().optional().describe('Object id in Entra ID of an operator, or of a command; id of a link or of a key'),
      name: z.string(),
    }),
    tenant: z.string().optional().describe('Which tenant it was done to, in the list of what is done to all'),
    subject: z.string().optional().describe('Id of what it was done to'),
    label: z.string().optional().describe('What people called it then'),
    before: facts.optional().describe('What was, of that alone which differs. Never a secret'),
    after: facts.optional().describe('What is'),
    correlationId: z.string().optional().describe('The invocation that did it: its lines of log have it too'),
  })
  .meta({ id: 'AuditRecord' })

const shown = (record: AuditRecord): z.infer<typeof auditRecord> => ({ ...record, action: record.action ?? 'unknown' })

type Query = z.infer<typeof query>
interface Source {
  readonly table: Table
  readonly place: AuditPlace
  readonly actor: Actor | undefined
}

/** What an operator alone may know is told to nobody else. */
export const isFor =
  (actor: Actor | undefined) =>
  ({ action }: AuditRecord) =>
    actor?.kind === 'operator' || (action !== undefined && actionFacts(action).isForOperators !== true)

async function pageFrom({ table, place, actor }: Source, { limit, after, ...days }: Query): Promise<ApiReply> {
  const records = await readAudit(table, place, { limit: limit + 1, after, ...spanOf(days) })
  const page = toPage(records, limit, ({ id }) => id)
  return { status: 200, body: { ...page, items: page.items.filter(isFor(actor)).map(shown) } }
}

type Span = Readonly<Partial<Record<keyof typeof span, string | undefined>>>

/** @throws Problem 400 when it ends before it begins */
function spanOf({ from, to }: Span) {
  const [begin, end] = [from, to].map((text) => (text === undefined ? undefined : Date.parse(text)))
  if (begin !== undefined && end !== undefined && begin >= end) throw invalid([{ path: '?from', detail: 'must be before to' }])
  return { from: begin, before: end }
}

const LINES_AT_ONCE = 1000

function linesFrom(source: Source, given: Span, name: string): ApiReply {
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}.ndjson"`,
    },
    text: textOf(source, spanOf(given)),
  }
}

/** The last line counts the others: without it the download is not complete. */
async function* textOf({ table, place, actor }: Source, days: ReturnType<typeof spanOf>): AsyncGenerator<string> {
  let [after, lines]: [string | undefined, number] = [undefined, 0]
  do {
    const records: readonly AuditRecord[] = await readAudit(table, place, { limit: LINES_AT_ONCE, after, ...days })
    const told = records.filter(isFor(actor))
    lines += told.length
    yield told.map((record) => `${JSON.stringify(shown(record))}\n`).join('')
    after = records.length < LINES_AT_ONCE ? undefined : records.at(-1)?.id
  } while (after !== undefined)
  yield `${JSON.stringify({ kind: 'end', lines })}\n`
}

const page = {
  200: {
    description: 'A page of records; one for a customer may hold fewer than asked for while `next` leads on',
    schema: pageOf(auditRecord),
  },
}
const download = {
  200: {
    description: 'A JSON object on each line, and one of the kind end that counts them: without it the download is not complete',
    mediaType: 'application/x-ndjson',
  },
}

const ofTenant = tenantOperation(
  {
    id: 'listAudit',
    method: 'GET',
    path: '/tenants/{tenant}/audit',
    summary: 'Who changed what in the administration of the tenant, newest first',
    access: 'tenantReader',
    query,
    answers: page,
  },
  ({ directory: { table }, actor, query: wanted }) => pageFrom({ table, place: 'tenant', actor }, wanted),
)

const linesOfTenant = tenantOperation(
  {
    id: 'downloadAudit',
    method: 'GET',
    path: '/tenants/{tenant}/audit.ndjson',
    summary: 'The same, all of it or that of a span of time',
    access: 'tenantReader',
    query: z.object(span),
    answers: download,
  },
  ({ directory: { table }, tenant: { slug }, actor, query: wanted }) =>
    Promise.resolve(linesFrom({ table, place: 'tenant', actor }, wanted, `${slug}-audit`)),
)

const ofAll = operation(
  {
    id: 'listServiceAudit',
    method: 'GET',
    path: '/audit',
    summary: 'Who made, renamed and deleted tenants, and changed what holds for all of them, newest first',
    access: 'operatorReader',
    query,
    answers: page,
  },
  ({ registry: { storage }, actor, query: wanted }) => pageFrom({ table: storage.list(), place: 'list', actor }, wanted),
)

const linesOfAll = operation(
  {
    id: 'downloadServiceAudit',
    method: 'GET',
    path: '/audit.ndjson',
    summary: 'The same, all of it or that of a span of time',
    access: 'operatorReader',
    query: z.object(span),
    answers: download,
  },
  ({ registry: { storage }, actor, query: wanted }) =>
    Promise.resolve(linesFrom({ table: storage.list(), place: 'list', actor }, wanted, 'service-audit')),
)

export const auditOperations: readonly Operation[] = [ofTenant, linesOfTenant, ofAll, linesOfAll]
