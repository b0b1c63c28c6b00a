import { labelled } from '../roles/labels'
import { lastPart } from '../storage/keys'
import { readDocument } from '../directory/documents/document'
import { assignmentOf } from '../equipment/assign'
import { readBody } from '../directory/documents/record'
import { deletedIds } from '../directory/documents/read'
import { prefixRange, type Row, type Table } from '../storage/table'
import { readConflict } from '../super-tenants/copies/rows'
import { listLinks } from '../credentials/sign-in/link-rows'
import { readEntry } from '../tenants/registry'
import { readRefusals } from '../usage/refusal-rows'
import type { Tenant } from '../tenants/tenant'
import { tenantOperation, type OpenedTenant, type Operation, type Registry } from '../api/operation'
import { isoTime } from '../api/page'

/** Documents have up to 200 KiB, and a page of them is held in memory. */
const DOCUMENTS_AT_ONCE = 100
const ROWS_AT_ONCE = 1000

const exported = tenantOperation(
  {
    id: 'exportTenant',
    method: 'GET',
    path: '/tenants/{tenant}/export',
    summary: 'Everything of the tenant but its secrets, a JSON object on each line',
    access: 'tenantAdmin',
    audit: 'data.exported',
    answers: {
      200: {
        description:
          'Lines of the kinds tenant, settings, attribute, role, rule, route, link, person, lock, group, membership, equipment, conflict, record and refusal, and one of the kind end that counts them: without it the export is not complete. Writes may go on meanwhile, and show or not',
        mediaType: 'application/x-ndjson',
      },
    },
  },
  async ({ registry, tenant, directory, audit }) => {
    await directory.table.commit([audit({})])
    return {
      status: 200,
      headers: {
        'Content-Type': 'application/x-ndjson; charset=utf-8',
        'Content-Disposition': `attachment; filename="${tenant.slug}.ndjson"`,
      },
      text: textOf(linesOf(registry, { tenant, directory })),
    }
  },
)

type Line = { readonly kind: string } & Readonly<Record<string, unknown>>

/** A page of lines as one text, and the last line, which a download that broke off lacks. */
async function* textOf(pages: AsyncIterable<readonly Line[]>): AsyncGenerator<string> {
  let lines = 0
  for await (const page of pages) {
    lines += page.length
    yield page.map((line) => `${JSON.stringify(line)}\n`).join('')
  }
  yield `${JSON.stringify({ kind: 'end', lines })}\n`
}

/** Property by property: a row may hold what nobody is to see. */
async function* linesOf(
  { storage }: Registry,
  { tenant, directory: { table } }: Pick<OpenedTenant, 'tenant' | 'directory'>,
): AsyncGenerator<readonly Line[]> {
  const entry = await readEntry(storage, tenant.slug)
  yield [{ kind: 'tenant', slug: tenant.slug, name: entry?.name, created: entry?.created }, ...settingsLines(tenant)]
  yield (await listLinks(table)).map(({ createdAt, expiresAt, revokedAt, lastUsedAt, ...link }) => ({
    kind: 'link',
    ...link,
    created: isoTime(createdAt),
    expires: isoTime(expiresAt),
    revoked: isoTime(revokedAt),
    lastUsed: isoTime(lastUsedAt),
  }))
  const deleted = await deletedIds(table)
  yield* pagesOf(table, { prefix: 'u', limit: DOCUMENTS_AT_ONCE }, (row) => personLines(row))
  yield* pagesOf(table, { prefix: 'g', limit: DOCUMENTS_AT_ONCE }, (row) => groupLines(row))
  yield* pagesOf(table, { prefix: 'm', limit: ROWS_AT_ONCE }, (row) => membershipLines(row, deleted))
  yield* pagesOf(table, { prefix: 'a!t', limit: ROWS_AT_ONCE }, ({ values }) => [{ kind: 'equipment', ...assignmentOf(values) }])
  yield* pagesOf(table, { prefix: 'n', limit: ROWS_AT_ONCE }, (row) => {
    const { kind, ...conflict } = readConflict(row)
    return [{ kind: 'conflict', type: kind === 'u' ? 'User' : 'Group', ...conflict }]
  })
  yield* pagesOf(table, { prefix: 'f', limit: DOCUMENTS_AT_ONCE }, (row) => [recordLine(row)])
  yield (await readRefusals(table, 0)).map(({ minute, ...refusal }) => ({
    kind: 'refusal',
    minute: isoTime(minute),
    ...refusal,
  }))
}

async function* pagesOf(
  table: Table,
  { prefix, limit }: { readonly prefix: string; readonly limit: number },
  linesOfRow: (row: Row) => readonly Line[],
): AsyncGenerator<readonly Line[]> {
  let next: string | undefined
  do {
    const page = await table.page(prefixRange(prefix), { limit, ...(next !== undefined && { next }) })
    yield page.rows.flatMap(linesOfRow)
    next = page.next
  } while (next !== undefined)
}

function settingsLines({ settings }: Tenant): Line[] {
  const { version, strict, staging, paused, matching, branding, policy, roleLabels, declared, learnt } = settings
  const { retentionDays, equipmentReport, connections, superTenant, inheritsRoles, routing, inherited } = settings
  const chosen = {
    version,
    strict,
    staging,
    paused,
    matching,
    branding,
    retentionDays,
    equipmentReport,
    connections,
    superTenant,
    inheritsRoles,
    onLeave: routing.onLeave,
  }
  return [
    { kind: 'settings', ...chosen, defaultRole: policy.defaultRole },
    ...declared.map((one) => ({ kind: 'attribute', ...one, learnt: false })),
    ...learnt.map((one) => ({ kind: 'attribute', ...one, learnt: true })),
    ...inherited.declared.map((one) => ({ kind: 'attribute', ...one, learnt: false, inherited: true })),
    ...inherited.learnt.map((one) => ({ kind: 'attribute', ...one, learnt: true, inherited: true })),
    ...policy.roles.map((name) => ({
      kind: 'role',
      name,
      label: labelled(roleLabels, name).label,
      grantsAccess: policy.grantsAccess.includes(name),
    })),
    ...policy.rules.map(({ kind: ruleKind, ...rule }, place) => ({ kind: 'rule', place: place + 1, ruleKind, ...rule })),
    ...routing.routes.map((route, place) => ({ kind: 'route', place: place + 1, ...route })),
  ]
}

function personLines(row: Row): Line[] {
  const document = readDocument(row)
  if (document === undefined) return []
  const { id, attributes, created, lastModified, access } = document
  const { lock, productId, staged = false, owner } = access
  const person = { kind: 'person', id, created, lastModified, productId, staged, managedBy: owner, attributes }
  return lock === undefined ? [person] : [person, { kind: 'lock', personId: id, ...lock }]
}

function groupLines(row: Row): Line[] {
  const document = readDocument(row)
  if (document === undefined) return []
  const { id, attributes, created, lastModified, access } = document
  return [{ kind: 'group', id, created, lastModified, managedBy: access.owner, attributes }]
}

function membershipLines({ key, values }: Row, deleted: ReadonlySet<string>): Line[] {
  const [, groupId = '', memberId = ''] = key.split('!')
  if (deleted.has(groupId) || deleted.has(memberId)) return []
  return [{ kind: 'membership', groupId, memberId, memberType: values['k'] === 'g' ? 'Group' : 'User' }]
}

function recordLine(row: Row): Line {
  const { type, id, v: revision, time } = row.values
  return { kind: 'record', seq: Number(lastPart(row.key)), type, id, revision, time, body: readBody(row) }
}

export const exportOperations: readonly Operation[] = [exported]
