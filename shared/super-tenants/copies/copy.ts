import { deleteResource } from '../../directory/deletion/delete'
import type { DirectoryContext } from '../../directory/context'
import { createResource } from '../../directory/documents/create'
import { documentKey, indexKeys, readDocument, type Document } from '../../directory/documents/document'
import { isUniqueKey } from '../../directory/documents/unique'
import { updateResource } from '../../directory/documents/update'
import { isActive } from '../../roles/derive'
import { ScimError } from '../../scim/errors'
import { equalJson, own, type JsonObject } from '../../scim/json'
import type { ResourceType } from '../../scim/schema/schema'
import { conflictKey } from '../../storage/keys'
import type { Action } from '../../storage/table'
import { leftCopy, renamedAside, UNIQUE_ATTRIBUTES, withHeldName } from './desired'
import { conflictAction, linkAction, type Conflict, type Kind, type Link, type LinkState, type Retry } from './rows'
import { commitFenced, linkKeyOf, writing, type Target, type Turn } from './target'

/** What the super tenant says of one of its people or groups, and what is known of it in the target. */
export interface Entity {
  readonly kind: Kind
  readonly sourceId: string
  /** Undefined: it is gone there. */
  readonly original: Document | undefined
  /** As the copy shall have them, while it is routed here; undefined when it is not. */
  readonly attributes: JsonObject | undefined
  readonly link: Link | undefined
  readonly conflict: Conflict | undefined
  /** The super tenant's last number when it was read. */
  readonly seq: number
  /** Whether others wait for a copy that is made now. */
  readonly isAwaited: () => Promise<boolean>
}

/** What came of it. */
export interface CopyOutcome {
  /** Id of the copy, also of one that was disabled. */
  readonly copyId?: string
  /** The copy was made just now: it is in no group yet. */
  readonly isNew?: boolean
  /** Others wait for the copy that was made just now. */
  readonly isAwaited?: boolean
  readonly trouble?: Retry['reason']
  /** Another copy gave its name to this one and has to be looked at again. */
  readonly again?: string
}

/**
 * Brings one copy in line with its original: makes, changes, disables or deletes it. Nothing is written when nothing differs.
 * Whoever is nobody's copy and has the name stays as is, and the conflict is noted.
 * @throws LeaseLost; what storage throws
 */
export async function reconcileCopy(turn: Turn, target: Target, entity: Entity): Promise<CopyOutcome> {
  const { link } = entity
  // A worker that read the super tenant later was here: this one's turn is over, or comes again.
  if (link !== undefined && link.epoch === turn.epoch && link.seq > entity.seq) return { trouble: 'failed' }
  try {
    if (entity.attributes !== undefined) return await upsertCopy(turn, target, entity)
    const left = await removeCopy(turn, target, entity)
    if (entity.conflict !== undefined) await dropConflict(turn, target, entity)
    return left
  } catch (error) {
    if (error instanceof ScimError) return { ...(link && !link.isGone && { copyId: link.id }), trouble: 'failed' }
    throw error
  }
}

const typeOf = ({ context }: Target, kind: Kind): ResourceType => (kind === 'u' ? context.types.User : context.types.Group)

const dropConflict = (turn: Turn, target: Target, { sourceId }: Entity) =>
  commitFenced(turn, target, [{ type: 'delete', key: conflictKey(sourceId) }])

async function upsertCopy(turn: Turn, target: Target, entity: Entity): Promise<CopyOutcome> {
  const first = await tryUpsert(turn, target, { entity, isRename: true })
  if (first !== 'taken') return first
  const clash = await clashOf(turn, target, entity)
  if (clash === undefined) return { trouble: 'failed' } // whoever had the name has let it go meanwhile
  if (clash.kind === 'copy') {
    await renameAside(turn, target, { entity, holder: clash.holder })
    const second = await tryUpsert(turn, target, { entity, isRename: true })
    return { ...(second === 'taken' ? { trouble: 'failed' as const } : second), again: clash.sourceId }
  }
  return underConflict(turn, target, { entity, nativeId: clash.nativeId })
}

/** Whoever has the name keeps it. A copy that is there follows its original in all else, so that leaving still disables it. */
async function underConflict(
  turn: Turn,
  target: Target,
  { entity, nativeId }: { readonly entity: Entity; readonly nativeId: string },
): Promise<CopyOutcome> {
  const { kind, sourceId, link, attributes = {} } = entity
  const name = own(attributes, UNIQUE_ATTRIBUTES[kind][0])
  const isThere = link !== undefined && !link.isGone
  const reason = isThere ? 'rename' : 'exists'
  const since = entity.conflict?.since ?? target.context.now().toISOString()
  const conflict = { sourceId, kind, name: typeof name === 'string' ? name : '', nativeId, since, reason } as const
  if (!isSame(entity.conflict, conflict)) await commitFenced(turn, target, [conflictAction(conflict)])
  if (!isThere) return { trouble: reason }
  const outcome = await tryUpsert(turn, target, { entity: { ...entity, conflict: undefined }, isRename: false })
  return outcome === 'taken' ? { copyId: link.id, trouble: reason } : { ...outcome, trouble: reason }
}

const isSame = (held: Conflict | undefined, fresh: Conflict) =>
  held !== undefined && held.reason === fresh.reason && held.nativeId === fresh.nativeId && held.name === fresh.name

interface Attempt {
  readonly entity: Entity
  /** Whether the copy takes the original's name; else it keeps its own. */
  readonly isRename: boolean
}

async function tryUpsert(turn: Turn, target: Target, attempt: Attempt): Promise<CopyOutcome | 'taken'> {
  const { link } = attempt.entity
  try {
    if (link === undefined || link.isGone) return await createCopy(turn, target, attempt.entity)
    await updateCopy(turn, target, { ...attempt, link })
    return { copyId: link.id }
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    if (error.scimType === 'uniqueness') return 'taken'
    if (error.status !== 404 || link === undefined) throw error
    return await createCopy(turn, target, attempt.entity) // somebody took the copy away here
  }
}

async function createCopy(turn: Turn, target: Target, entity: Entity): Promise<CopyOutcome> {
  const { kind, sourceId, original, attributes = {}, link } = entity
  const isAwaited = await entity.isAwaited()
  const context = writing(turn, target, {
    owner: { tenant: turn.source.slug, id: sourceId },
    over: { key: linkKeyOf(turn, kind, sourceId), link },
    rows: (id) => [
      linkAction(turn.source.slug, link, { ...stateOf(turn, entity), id, successions: successionsOf(original), isAwaited }),
      ...conflictRows(entity),
    ],
  })
  const { id } = await createResource(context, typeOf(target, kind), attributes)
  return { copyId: id, isNew: true, isAwaited }
}

async function updateCopy(
  turn: Turn,
  target: Target,
  { entity, isRename, link }: Attempt & { readonly link: Link },
): Promise<void> {
  const { kind, original, attributes = {} } = entity
  const successions = successionsOf(original)
  const isNewPerson = link.successions !== undefined && link.successions !== successions
  const isNews = isNewPerson || link.successions === undefined // also one that was adopted
  const conflict = isRename ? conflictRows(entity) : []
  const context = writing(turn, target, {
    isNewPerson,
    over: { key: linkKeyOf(turn, kind, link.sourceId), link },
    rows: () => [
      linkAction(turn.source.slug, link, { ...stateOf(turn, entity), id: link.id, successions, isAwaited: link.isAwaited }),
      ...conflict,
    ],
  })
  await updateResource(context, typeOf(target, kind), link.id, {
    attributes: (current) => {
      const wanted = isRename ? attributes : withHeldName(kind, attributes, current)
      return equalJson(current, wanted) && !isNews && conflict.length === 0 ? current : { ...wanted }
    },
    members: [],
  })
}

const successionsOf = (original: Document | undefined) => original?.access.successions ?? 0

const stateOf = ({ epoch }: Turn, { kind, sourceId, seq }: Entity) => ({ kind, sourceId, seq, epoch, isGone: false })

const conflictRows = ({ conflict, sourceId }: Entity): Action[] =>
  conflict === undefined ? [] : [{ type: 'delete', key: conflictKey(sourceId) }]

type Clash =
  | { readonly kind: 'native'; readonly nativeId: string }
  /** Another copy of the same super tenant has the name, which its original has given up. */
  | { readonly kind: 'copy'; readonly sourceId: string; readonly holder: Document }

async function clashOf(turn: Turn, target: Target, entity: Entity): Promise<Clash | undefined> {
  const type = typeOf(target, entity.kind)
  const attributes = entity.attributes ?? {}
  const keys = indexKeys(type, { id: '', attributes, indexed: [] })
  const unique = [...keys].find((key) => isUniqueKey(type, attributes, key)) ?? ''
  const index = await target.context.table.get(unique)
  const row = index && (await target.context.table.get(documentKey(type, String(index.values['id']))))
  const holder = row && readDocument(row)
  if (holder === undefined || holder.id === entity.link?.id) return undefined
  const { owner } = holder.access
  if (owner?.tenant !== turn.source.slug) return { kind: 'native', nativeId: holder.id }
  return owner.id === entity.sourceId ? undefined : { kind: 'copy', sourceId: owner.id, holder }
}

/** Names are unique among the originals, so a copy that has another's name is behind: it is looked at again. */
async function renameAside(turn: Turn, target: Target, { entity, holder }: { entity: Entity; holder: Document }): Promise<void> {
  const context = writing(turn, target, { isNewPerson: false })
  const ending = holder.id.slice(0, 8)
  await updateResource(context, typeOf(target, entity.kind), holder.id, {
    attributes: (current) => renamedAside(entity.kind, current, ending),
    members: [],
  })
}

/** No longer routed here, or gone at all. */
async function removeCopy(turn: Turn, target: Target, entity: Entity): Promise<CopyOutcome> {
  const { kind, original, link } = entity
  if (link === undefined) return {}
  if (link.isGone) {
    if (target.isEnding) await commitFenced(turn, target, [goneAction(turn, target, entity, link)])
    return {}
  }
  if (leftCopy(kind, original !== undefined, turn.source.settings.routing.onLeave) === 'deleted') {
    await deleteCopy(turn, target, entity)
    return {}
  }
  await disableCopy(turn, target, { entity, link })
  return { copyId: link.id }
}

/** A copy that was left stays as it is but for `active`: what changes of the original is no more the target's business. */
async function disableCopy(
  turn: Turn,
  target: Target,
  { entity, link }: { readonly entity: Entity; readonly link: Link },
): Promise<void> {
  const { isEnding } = target
  const key = linkKeyOf(turn, link.kind, link.sourceId)
  const state: LinkState = { ...link, seq: entity.seq, epoch: turn.epoch }
  const rows = (): Action[] => [isEnding ? { type: 'delete', key } : linkAction(turn.source.slug, link, state)]
  const context = writing(turn, target, {
    isNewPerson: false,
    over: { key, link },
    rows,
    ...(isEnding && { owner: 'none' as const }),
  })
  try {
    await updateResource(context, typeOf(target, entity.kind), link.id, {
      attributes: (current) => (isActive(current) || isEnding ? { ...current, active: false } : current),
      members: [],
    })
  } catch (error) {
    if (!(error instanceof ScimError && error.status === 404)) throw error
    await commitFenced(turn, target, [goneAction(turn, target, entity, link)])
  }
}

async function deleteCopy(turn: Turn, target: Target, entity: Entity): Promise<void> {
  const { kind, link } = entity
  if (link === undefined) return
  const rows = () => [goneAction(turn, target, entity, link)]
  const context: DirectoryContext = writing(turn, target, { over: { key: linkKeyOf(turn, kind, link.sourceId), link }, rows })
  try {
    await deleteResource(context, typeOf(target, kind), link.id)
  } catch (error) {
    if (!(error instanceof ScimError && error.status === 404)) throw error
    await commitFenced(turn, target, rows())
  }
}

/** What a deleted copy leaves; nothing when the connection ends. */
function goneAction(turn: Turn, { isEnding }: Target, entity: Entity, link: Link): Action {
  if (isEnding) return { type: 'delete', key: linkKeyOf(turn, link.kind, link.sourceId) }
  const state = { ...link, seq: entity.seq, epoch: turn.epoch, isGone: true, isAwaited: false }
  return linkAction(turn.source.slug, link, state)
}
