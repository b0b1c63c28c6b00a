import * as z from 'zod'
import { newestFirst } from '../activity/newest-first'
import { firstNumber, numberFinder } from '../activity/feed-range'
import type { Line } from '../activity/line'
import { readActivity, type ActivityPage } from '../activity/read-activity'
import { KINDS } from '../activity/wording'
import type { DirectoryContext } from '../../directory/context'
import { isId } from '../../directory/identifiers'
import { numberOutbox } from '../../feed/sequencer'
import { readHead } from '../../feed/read-feed'
import type { RoleLabels } from '../../roles/labels'
import { foldCase } from '../../scim/fold'
import { readRefusals, type CountedRefusal } from '../../usage/refusal-rows'
import type { RequestStats } from '../../usage/request-stats'
import { activityOverviewOperations } from './activity-overview'
import { tenantOperation, type Operation } from '../../api/operation'
import { isoTime, time } from '../../api/page'
import { openPlace, sealedPageQuery, sealPlace } from '../../api/place'
import { invalid } from '../../api/problem'
import { explain, refusalKey } from './refusal-words'
import { readAuditLines, type AuditLine, type AuditLines } from '../activity/audit-lines'
import type { Table } from '../../storage/table'
import type { Actor } from '../../api/actor'
import { isFor } from './audit'

interface Needs {
  /** Written before what was noted of a tenant's requests is shown. */
  readonly stats: Pick<RequestStats, 'settle'>
}

const WEEK_MS = 7 * 86_400_000
/** One time is looked for: many records side by side, and few trips. */
const PROBES = 15

const id = z.string().refine(isId, 'must be an id as SCIM gives it, 32 hex digits')
const when = z.iso.datetime({ offset: true })

const filters = z.object({
  person: id.optional().describe('Id of a person: what happened to them, their memberships among it'),
  group: id.optional().describe('Id of a group'),
  kind: z.enum(KINDS).optional().describe('A line that tells of a person and of their role is found by both'),
  search: z.string().trim().max(200).default('').describe('Part of a line, such as a name; letter case does not count'),
  from: when.optional().describe('Stored at that time or later'),
  to: when.optional().describe('Stored before that time'),
  refused: z.enum(['true', 'false']).optional().describe('true: refused requests alone, false: none of them'),
})

const activityItem = z.object({
  time: time.describe('Of a refusal the begin of its minute'),
  kind: z.enum(KINDS),
  text: z.string().describe('In plain words, with the names of now'),
  changes: z
    .array(
      z.object({
        attribute: z.string().describe('Named as the target of a mapping row'),
        label: z.string(),
        before: z.string().optional(),
        after: z.string().optional(),
      }),
    )
    .describe('Value by value, 100 at most. Sensitive and very large ones are named without values'),
  subject: z
    .object({ type: z.enum(['person', 'group']), id: z.string(), name: z.string().optional().describe('Absent: gone') })
    .optional(),
  seq: z.int().optional().describe('Number of the record in the feed'),
  roleSeq: z.int().optional().describe('Number of the role.changed that the same line tells of'),
  record: z.string().optional().describe('Type of the record'),
  audit: z.string().optional().describe('Id of the record in the audit'),
  refusal: z
    .object({
      status: z.int(),
      reason: z.string(),
      count: z.int(),
      lastFour: z.string().optional().describe('Of a token that was recognised'),
      operation: z.string(),
    })
    .optional(),
})

const list = ({ stats }: Needs) =>
  tenantOperation(
    {
      id: 'listActivity',
      method: 'GET',
      path: '/tenants/{tenant}/activity',
      summary: 'What happened, in plain words, newest first: changes from the feed, administration and refused requests',
      access: 'tenantReader',
      query: sealedPageQuery.extend(filters.shape),
      answers: {
        200: {
          description:
            'A page. With a filter it may hold few or none while `next` leads on: 1,200 to 4,800 records are read for it. Records are kept as the retention says, refusals for a week',
          schema: z.object({ items: z.array(activityItem), next: z.string().optional() }),
        },
      },
    },
    async ({ directory, tenant, actor, query: { limit, after, ...wanted } }) => {
      if (wanted.from !== undefined && wanted.to !== undefined && Date.parse(wanted.from) >= Date.parse(wanted.to))
        throw invalid([{ path: '?from', detail: 'must be before to' }])
      const listName = ['activity', ...Object.values(filters.keyof().enum).map((name) => wanted[name])]
      const place = after === undefined ? undefined : placeOf(await openPlace(directory, listName, after))
      if (place === undefined) await stats.settle(tenant.table)
      const records = await readRecords(directory, wanted, { limit, place, labels: tenant.settings.roleLabels })
      const bounds = { place, limit, bottom: records.isEnd ? 0 : records.reachedAt }
      const [refusals, audit] = await Promise.all([
        refusalsFor(directory, wanted, bounds),
        auditFor({ table: directory.table, actor }, wanted, bounds),
      ])
      return { status: 200, body: await pageOf(directory, { listName, limit, place }, { records, refusals, audit }) }
    },
  )

type Filters = z.infer<typeof filters>

/** Below which number the records, and behind which the audit and the refusals go on. */
interface Place {
  readonly below: number
  /** Id of the last record of the audit that was looked at; empty: none yet. */
  readonly audit: string
  /** Key of the last refusal that was shown; empty: none yet. */
  readonly refusal: string
}

function placeOf(text: string): Place {
  const [below = '', audit = '', ...refusal] = text.split(' ')
  return { below: Number(below), audit, refusal: refusal.join(' ') }
}

const NO_RECORDS: ActivityPage = { lines: [], reached: 0, reachedAt: 0, isEnd: true }

async function readRecords(
  directory: DirectoryContext,
  { from, to, refused, ...wanted }: Filters,
  { limit, place, labels }: { readonly limit: number; readonly place: Place | undefined; readonly labels: RoleLabels },
): Promise<ActivityPage> {
  if (refused === 'true' || wanted.kind === 'refusal' || wanted.kind === 'administration') return NO_RECORDS
  const { table } = directory
  if (place === undefined) await numberOutbox(table) // whoever changed something finds it
  const head = place === undefined ? await readHead(table) : place.below - 1
  const range = { oldest: 1, newest: head }
  if (from !== undefined || to !== undefined) {
    const find = numberFinder(table, { first: (await firstNumber(table)) ?? 1, last: head, probes: PROBES })
    if (from !== undefined) range.oldest = await find(Date.parse(from))
    if (to !== undefined) range.newest = (await find(Date.parse(to))) - 1
  }
  const { oldest, newest } = range
  return newest < oldest
    ? { ...NO_RECORDS, reached: newest + 1 }
    : readActivity(directory, { ...wanted, limit, labels, oldest, newest })
}

/** They name nobody, so no filter for somebody finds one. Those from before `bottom` are for later pages. */
async function refusalsFor(
  { table, now }: DirectoryContext,
  { person, group, kind, refused, search, from, to }: Filters,
  { place, bottom }: Bounds,
): Promise<CountedRefusal[]> {
  if (refused === 'false' || person !== undefined || group !== undefined || (kind ?? 'refusal') !== 'refusal') return []
  const since = Math.max(now().getTime() - WEEK_MS, bottom, from === undefined ? 0 : Date.parse(from))
  const before = to === undefined ? Infinity : Date.parse(to)
  const found = (await readRefusals(table, since)).filter(
    (refusal) => refusal.minute < before && (search === '' || foldCase(explain(refusal)).includes(foldCase(search))),
  )
  const sorted = [...found].sort((a, b) => (placeKey(a) < placeKey(b) ? 1 : -1))
  return sorted.filter((refusal) => place === undefined || place.refusal === '' || placeKey(refusal) < place.refusal)
}

const NO_AUDIT: AuditLines = { lines: [], reached: undefined, isEnd: true }

interface Bounds {
  readonly place: Place | undefined
  readonly limit: number
  /** What is older is for later pages. */
  readonly bottom: number
}

/** A filter for somebody leaves the audit out: what happened to people is told by the feed. */
async function auditFor(
  { table, actor }: { readonly table: Table; readonly actor: Actor },
  { person, group, kind, refused, search, from, to }: Filters,
  bounds: Bounds,
): Promise<AuditLines> {
  const { place, limit, bottom } = bounds
  if (refused === 'true' || person !== undefined || group !== undefined || (kind ?? 'administration') !== 'administration')
    return NO_AUDIT
  return readAuditLines(table, {
    all: kind === 'administration',
    isWanted: isFor(actor),
    search,
    limit,
    after: place === undefined || place.audit === '' ? undefined : place.audit,
    from: Math.max(bottom, from === undefined ? 0 : Date.parse(from)),
    before: to === undefined ? undefined : Date.parse(to),
  })
}

const placeKey = (refusal: CountedRefusal) => `${String(refusal.minute).padStart(15, '0')} ${refusalKey(refusal)}`

interface Sources {
  readonly records: ActivityPage
  readonly refusals: readonly CountedRefusal[]
  readonly audit: AuditLines
}

type One = { readonly first: Line } | { readonly second: CountedRefusal } | { readonly third: AuditLine }

function allOf({ records, refusals, audit }: Sources): One[] {
  const happened = newestFirst(records.lines, refusals, {
    timeOfFirst: (line) => Date.parse(line.time),
    timeOfSecond: ({ minute }) => minute,
  })
  const all = newestFirst(happened, audit.lines, {
    timeOfFirst: (one) => ('first' in one ? Date.parse(one.first.time) : one.second.minute),
    timeOfSecond: (line) => Date.parse(line.time),
  })
  return all.map((one) => ('first' in one ? one.first : { third: one.second }))
}

async function pageOf(
  directory: DirectoryContext,
  { listName, limit, place }: { listName: readonly unknown[]; limit: number; place: Place | undefined },
  sources: Sources,
) {
  const all = allOf(sources)
  const page = all.slice(0, limit)
  const hasMore = all.length > limit || !sources.records.isEnd || !sources.audit.isEnd
  const next = hasMore
    ? { next: await sealPlace(directory, listName, placeBehind(page, sources, place ?? { audit: '', refusal: '' })) }
    : {}
  return { items: page.map(itemOf), ...next }
}

/** Of what was read and let nobody through nothing is read again, unless some line waits above it. */
function placeBehind(page: readonly One[], { records, audit }: Sources, place: Pick<Place, 'audit' | 'refusal'>): string {
  const lines = page.flatMap((one) => ('first' in one ? [one.first] : []))
  const refusal = page.flatMap((one) => ('second' in one ? [placeKey(one.second)] : [])).at(-1)
  const told = page.flatMap((one) => ('third' in one ? [one.third.id] : []))
  const allLinesShown = lines.length === records.lines.length
  const below = allLinesShown ? records.reached : (lines.at(-1)?.seq ?? (records.lines[0]?.seq ?? 0) + 1)
  const behind = told.length === audit.lines.length ? audit.reached : told.at(-1)
  return `${below} ${behind ?? place.audit} ${refusal ?? place.refusal}`
}

function itemOf(one: One) {
  if ('first' in one) return { ...one.first }
  return 'second' in one ? refusalItem(one.second) : auditItem(one.third)
}

const auditItem = ({ id, time: at, text, changes }: AuditLine) => ({ time: at, kind: 'administration', text, changes, audit: id })

function refusalItem(counted: CountedRefusal) {
  const { minute, status, reason, count, lastFour, operation } = counted
  const refusal = { status, reason, count, ...(lastFour !== undefined && { lastFour }), operation }
  return { time: isoTime(minute), kind: 'refusal', text: explain(counted), changes: [], refusal }
}

export const activityOperations = (needs: Needs): readonly Operation[] => [list(needs), ...activityOverviewOperations(needs)]
