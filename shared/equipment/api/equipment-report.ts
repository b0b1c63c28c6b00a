import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { disabledHolders, type DisabledHolder } from '../disabled-holders'
import { csvReply, type Cell } from '../../api/csv'
import { tenantOperation, type Operation } from '../../api/operation'
import { pageOf, pageQuery } from '../../api/page'

/** An answer looks at no more holders than this; its `next` goes on. */
const MAX_READ = 5000

const holderShown = z.object({
  id: z.string(),
  name: z.string().describe('As last known for a deleted person; empty once the person was erased'),
  userName: z.string(),
  state: z.enum(['disabled', 'deleted']),
  disabledSince: z
    .string()
    .optional()
    .describe('In UTC, as far as known: when roles were told of it, else the last change of the person'),
  items: z.array(z.object({ assetTag: z.string(), model: z.string(), serial: z.string(), since: z.string() })),
})

const report = tenantOperation(
  {
    id: 'listDisabledHolders',
    method: 'GET',
    path: '/tenants/{tenant}/equipment/disabled-holders',
    summary: 'Disabled and deleted people who still have equipment',
    access: 'tenantReader',
    query: pageQuery,
    answers: {
      200: {
        description:
          'A page in the order of the ids. It may hold few or none while `next` leads on: at most 5,000 holders are looked at for it',
        schema: pageOf(holderShown),
      },
    },
  },
  async ({ directory, query }) => ({ status: 200, body: await readPage(directory, query) }),
)

async function readPage(directory: DirectoryContext, { limit, after }: { limit: number; after?: string | undefined }) {
  const items: DisabledHolder[] = []
  let seen = 0
  for await (const { holders, read, reached } of disabledHolders(directory, after ?? '')) {
    items.push(...holders)
    seen += read
    if (items.length > limit) return { items: items.slice(0, limit), next: items[limit - 1]?.id }
    if (seen >= MAX_READ) return { items, next: reached }
  }
  return { items }
}

const COLUMNS = ['name', 'userName', 'state', 'disabledSince', 'assetTag', 'model', 'serial', 'since']

const download = tenantOperation(
  {
    id: 'downloadDisabledHolders',
    method: 'GET',
    path: '/tenants/{tenant}/equipment/disabled-holders/csv',
    summary: 'Disabled and deleted people who still have equipment, as a table for spreadsheets',
    access: 'tenantReader',
    answers: {
      200: {
        description: `A row for each item, with the columns ${COLUMNS.join(', ')}. A cell that a spreadsheet would take for a formula begins with an apostrophe`,
        mediaType: 'text/csv',
      },
    },
  },
  ({ directory, tenant }) => csvReply(`equipment-${tenant.slug}.csv`, COLUMNS, pagesOf(directory)),
)

async function* pagesOf(directory: DirectoryContext): AsyncGenerator<readonly (readonly Cell[])[]> {
  for await (const { holders } of disabledHolders(directory, '')) yield holders.flatMap(rowsOf)
}

const rowsOf = ({ name, userName, state, disabledSince, items }: DisabledHolder): Cell[][] =>
  items.map(({ assetTag, model, serial, since }) => [name, userName, state, disabledSince, assetTag, model, serial, since])

export const equipmentReportOperations: readonly Operation[] = [report, download]
