import type { DirectoryContext, Managing } from '../../directory/context'
import { newId } from '../../directory/identifiers'
import { LeaseLost } from '../../feed/lease'
import { fenceKey, lastPart, linkKey } from '../../storage/keys'
import { prefixRange, type Action, type Row } from '../../storage/table'
import type { Tenant } from '../../tenants/tenant'
import { routedTo } from './desired'
import { linksOf, readLink, type Kind, type Link } from './rows'

/** One turn of the consumer of a super tenant's feed. */
export interface Turn {
  /** As stored when the turn began. */
  readonly source: Tenant
  readonly sourceContext: DirectoryContext
  /** The life of the consumer, by which links count their numbers. */
  readonly epoch: string
  readonly isFresh: () => boolean
}

/** A connected tenant in one turn. */
export interface Target {
  readonly slug: string
  readonly tenant: Tenant
  readonly context: DirectoryContext
  readonly isEnding: boolean
  /** Ids of the super tenant's groups that are routed here. */
  readonly routed: ReadonlySet<string>
  /** Links of groups, by the id in the super tenant; kept as they are written. */
  readonly groupLinks: Map<string, Link>
  /** Key of the row without which no transaction of this turn commits. */
  readonly fence: string
  /** As they were last read or saved in this turn. */
  roles: Pick<Tenant['settings'], 'inheritsRoles' | 'policy'>
  /** Whether anything was written. */
  isWritten: boolean
}

/**
 * Keeps workers of before from writing: each transaction on a copy merges the fence of its turn, and the next worker deletes
 * it. Merges with any ETag do not conflict, so writes of one turn run side by side. Two trips.
 */
export async function openTarget(turn: Turn, tenant: Tenant, context: DirectoryContext): Promise<Target> {
  const { source } = turn
  const { table } = context
  const fence = fenceKey(newId())
  const [held, groups] = await Promise.all([table.all(prefixRange('b'), { select: ['w'] }), table.all(linksOf('g', source.slug))])
  const opened = await table.commit([
    { type: 'create', key: fence, values: {} },
    ...held.slice(0, MAX_FENCES).map(({ key }): Action => ({ type: 'delete', key })),
  ])
  // Its answer may have been lost, or another worker is at it.
  if (!opened.ok && (await table.get(fence)) === undefined) throw new LeaseLost()
  const { connections, routing } = source.settings
  return {
    slug: tenant.slug,
    tenant,
    context,
    isEnding: connections.some((one) => one.tenant === tenant.slug && one.state === 'ending'),
    routed: routedTo(routing, tenant.slug),
    groupLinks: new Map(groups.map((row) => [lastPart(row.key), readLink(row)])),
    fence,
    roles: tenant.settings,
    isWritten: false,
  }
}

/** Each worker that died leaves one. */
const MAX_FENCES = 90

/** Takes the fence down. One that is left standing does no harm: its turn is over. */
export async function closeTarget({ context, fence }: Target): Promise<void> {
  await context.table.commit([{ type: 'delete', key: fence }])
}

const fenceAction = ({ fence }: Target): Action => ({ type: 'merge', key: fence, values: {}, etag: '*' })

/** Stores rows that are about copies, in a transaction that this turn alone may make. @throws LeaseLost */
export async function commitFenced(turn: Turn, target: Target, actions: readonly Action[]): Promise<void> {
  if (!turn.isFresh()) throw new LeaseLost()
  target.isWritten = true
  const outcome = await target.context.table.commit([...actions, fenceAction(target)])
  if (!outcome.ok) await refuseLost(target)
}

/** A transaction was refused: either it was ours, and its answer was lost, or the turn is over. */
async function refuseLost({ context, fence }: Target): Promise<void> {
  if ((await context.table.get(fence)) === undefined) throw new LeaseLost()
}

/** The link that a write was planned over; there is none yet for a new copy. */
interface Over {
  readonly key: string
  readonly link: Link | undefined
}

/**
 * The target's directory for one write of a copy: fence and rows go with the document. A write that lost a race looks first
 * whether its turn still counts and the link is still the one it was planned over.
 */
export function writing(
  turn: Turn,
  target: Target,
  given: Omit<Managing, 'beside'> & { readonly over?: Over; readonly rows?: (id: string) => readonly Action[] },
): DirectoryContext {
  const { over, rows, ...managing } = given
  let tries = 0
  const beside = async (id: string): Promise<readonly Action[]> => {
    tries += 1
    if (!turn.isFresh()) throw new LeaseLost()
    if (tries > 1) await refuseOvertaken(target, over)
    target.isWritten = true
    return [...(rows?.(id) ?? []), fenceAction(target)]
  }
  return { ...target.context, managing: { ...managing, beside } }
}

async function refuseOvertaken(target: Target, over: Over | undefined): Promise<void> {
  await refuseLost(target)
  if (over === undefined) return
  const row = await target.context.table.get(over.key)
  if (row?.etag !== over.link?.etag) throw new LeaseLost() // an adoption was faster
}

/** The links of these ids; those that are not there are left out. */
export function linkMap(rows: readonly (Row | undefined)[]): Map<string, Link> {
  return new Map(rows.filter((row) => row !== undefined).map((row) => [lastPart(row.key), readLink(row)]))
}

export const linkKeyOf = (turn: Turn, kind: Kind, id: string) => linkKey(kind, turn.source.slug, id)
