import * as z from 'zod'
import { readDocument } from '../../directory/documents/document'
import { isId } from '../../directory/identifiers'
import { adopt, type Adoption } from '../copies/adopt'
import { askForCopies } from '../commands'
import { CONFLICTS, readConflict } from '../copies/rows'
import { conflictKey, groupKey, userKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { tenantOperation, type Operation } from '../../api/operation'
import { idPageQuery, pageOf, time, toPage } from '../../api/page'
import { textOf } from '../../access/person-view'
import { absent, conflict } from '../../api/problem'

const PARALLEL_READS = 64

const conflictShown = z.object({
  id: z.string().describe('Of the person or group in the super tenant'),
  type: z.enum(['User', 'Group']),
  kind: z
    .enum(['exists', 'rename'])
    .describe('exists: there is no copy yet. rename: there is one, which cannot take the new name'),
  name: z.string().describe('The userName or displayName that the copy should have'),
  nativeId: z.string().describe('Who has it here'),
  nativeName: z.string().optional().describe('What that one is called, while it is there'),
  since: time,
  words: z.string(),
})

const WORDS = {
  exists:
    'Somebody here has this name already and is not managed by the super tenant. Adopt them if they are the same, or rename or delete them here; it is tried again by itself.',
  rename:
    'The copy should take a name that somebody else here has. Rename or delete that one here; until then the copy keeps its name of before, and follows in all else.',
}

const list = tenantOperation(
  {
    id: 'listConflicts',
    method: 'GET',
    path: '/tenants/{tenant}/conflicts',
    summary: 'People and groups that the super tenant cannot copy here, since their name is taken',
    access: 'tenantReader',
    query: idPageQuery,
    answers: { 200: { description: 'A page of conflicts', schema: pageOf(conflictShown) } },
  },
  async ({ directory: { table }, query: { limit, after } }) => {
    const from = after === undefined ? CONFLICTS.from : `${conflictKey(after)}!`
    const rows = await table.all({ ...CONFLICTS, from }, { limit: limit + 1 })
    const page = toPage(rows.map(readConflict), limit, ({ sourceId }) => sourceId)
    const items = await inParallel(page.items, PARALLEL_READS, async ({ sourceId, kind, name, nativeId, since, reason }) => {
      const row = await table.get(kind === 'u' ? userKey(nativeId) : groupKey(nativeId))
      const nativeName = textOf((row && readDocument(row)?.attributes) ?? {}, 'displayName')
      return {
        id: sourceId,
        type: kind === 'u' ? ('User' as const) : ('Group' as const),
        kind: reason,
        name,
        nativeId,
        ...(nativeName !== undefined && { nativeName }),
        since,
        words: WORDS[reason],
      }
    })
    return { status: 200, body: { ...page, items } }
  },
)

const adoption = tenantOperation(
  {
    id: 'adoptConflict',
    method: 'POST',
    path: '/tenants/{tenant}/conflicts/{id}/adoption',
    summary:
      'Lets the super tenant manage whoever has the name here. Id, lock, product id and memberships stay; attributes follow the super tenant within minutes',
    access: 'tenantAdmin',
    audit: 'conflict.adopted',
    parameters: z.object({ id: z.string().max(64).describe('Of the conflict') }),
    body: z.strictObject({}),
    answers: { 200: { description: 'Adopted', schema: z.object({ id: z.string().describe('Of the person or group here') }) } },
  },
  async ({ registry, tenant, directory, actor, audit, path: { id }, wake }) => {
    const adopted: Adoption = isId(id)
      ? await adopt(directory, tenant, id, { by: actor.name, audit })
      : { ok: false, reason: 'missing' }
    if (!adopted.ok) throw adopted.reason === 'missing' ? absent('There is no such conflict.') : conflict(REFUSED[adopted.reason])
    const source = tenant.settings.superTenant?.slug
    const isAsked = await askForCopies(registry, source, id) // without it the consumer comes within an hour
    wake(isAsked ? source : undefined) // which wakes this tenant's consumers when it has written
    return { status: 200, body: { id: adopted.conflict.nativeId } }
  },
)

const REFUSED: Readonly<Record<Exclude<(Adoption & { ok: false })['reason'], 'missing'>, string>> = {
  rename: 'There is a copy already, which cannot take its new name. Rename or delete whoever has it here.',
  owned: 'A super tenant manages them already, so they cannot be adopted.',
  solved: 'Whoever had the name has it no more. The copy follows by itself within an hour.',
  changed: 'Somebody changed it meanwhile. Look at the list of conflicts again.',
}

export const conflictOperations: readonly Operation[] = [list, adoption]
