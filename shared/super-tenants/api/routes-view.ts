import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { readCheckpoint } from '../../feed/lease'
import { readHead } from '../../feed/read-feed'
import { ROUTES } from '../commands'
import { readFailing } from '../consumer/retries'
import { CONFLICTS, linksOf } from '../copies/rows'
import { inParallel } from '../../storage/parallel'
import { readEntry, withoutTable } from '../../tenants/registry'
import type { Connection } from '../../tenants/routing'
import { tenantTable, type Tenant } from '../../tenants/tenant'
import type { Registry } from '../../api/operation'

/** A page of storage each, for 50 connections at most. */
const MAX_COUNTED = 1_000
const TARGETS_AT_ONCE = 8

/** Of a target a super tenant sees no more than this. */
export const connectionShown = z
  .object({
    tenant: z.string(),
    name: z.string(),
    state: z
      .enum(['live', 'ending', 'failing'])
      .describe('failing: it could not be written to, and is tried again; ending: the copies leave'),
    copies: z
      .object({ people: z.int(), groups: z.int(), more: z.boolean().describe('There are more: at most 1,000 are counted') })
      .describe('Those who left and were disabled are among them'),
    conflicts: z.int().describe('Names that somebody in the target has already; its administrator sees whose'),
  })
  .meta({ id: 'Connection' })

type Shown = z.infer<typeof connectionShown>

export async function showConnections(
  registry: Registry,
  { table }: DirectoryContext,
  { slug, settings }: Tenant,
): Promise<{ connections: Shown[]; reader?: { applied: number; behind: number } }> {
  if (settings.connections.length === 0) return { connections: [] }
  const [checkpoint, head, whole] = await Promise.all([readCheckpoint(table, ROUTES), readHead(table), readFailing(table)])
  const failing = new Set(whole.map(({ target }) => target))
  const connections = await inParallel(settings.connections, TARGETS_AT_ONCE, (connection) =>
    showConnection(registry, slug, { connection, isFailing: failing.has(connection.tenant) }),
  )
  const applied = checkpoint?.['sweep'] === undefined ? (checkpoint?.offset ?? 0) : Math.max(0, checkpoint.offset - 1)
  return { connections, reader: { applied, behind: Math.max(0, head - applied) } }
}

async function showConnection(
  { storage }: Registry,
  source: string,
  { connection: { tenant, state }, isFailing }: { readonly connection: Connection; readonly isFailing: boolean },
): Promise<Shown> {
  const entry = await readEntry(storage, tenant)
  const shownState = isFailing && state === 'live' ? 'failing' : state
  if (entry === undefined) return { tenant, name: tenant, state: shownState, ...NOTHING }
  const table = storage.open(tenantTable(tenant, entry.generation))
  const limits = { limit: MAX_COUNTED + 1, select: ['gone'] }
  const [people, groups, conflicts] = await withoutTable(
    () =>
      Promise.all([
        table.all(linksOf('u', source), limits),
        table.all(linksOf('g', source), limits),
        table.all(CONFLICTS, limits),
      ]),
    [[], [], []],
  )
  const count = (rows: typeof people) => rows.slice(0, MAX_COUNTED).filter(({ values }) => values['gone'] !== true).length
  const copies = { people: count(people), groups: count(groups), more: people.length > MAX_COUNTED }
  return { tenant, name: entry.name, state: shownState, copies, conflicts: conflicts.length }
}

const NOTHING = { copies: { people: 0, groups: 0, more: false }, conflicts: 0 }
