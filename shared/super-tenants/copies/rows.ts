import { conflictKey, dueKey, failingKey, lastPart, linkKey, retryKey } from '../../storage/keys'
import { prefixRange, type Action, type Range, type Row, type Values } from '../../storage/table'

export type Kind = 'u' | 'g'

/**
 * Says which person or group of a target is the copy of one in the super tenant. It changes in the transaction that writes the
 * copy. That of a deleted copy stays: an erasure finds the records of the copy by it.
 */
export interface Link {
  readonly kind: Kind
  /** In the super tenant. */
  readonly sourceId: string
  /** In the target. */
  readonly id: string
  /** The super tenant's feed had this number when it was read for the copy; 0 after an adoption. */
  readonly seq: number
  /** The life of the consumer by which the number counts: a restored super tenant begins a new one. */
  readonly epoch: string
  /** How often somebody else had come under the userName by then; undefined after an adoption. */
  readonly successions: number | undefined
  readonly isGone: boolean
  /** Others wait for the copy: reports for their manager, members for their group. */
  readonly isAwaited: boolean
  /** Ids of copies before, of which records are left. */
  readonly was: readonly string[]
  readonly etag: string
}

const MAX_WAS = 20

export const linksOf = (kind: Kind, source: string): Range => prefixRange(`c!${kind}!${source}`)

export function readLink({ key, etag, values }: Row): Link {
  const { id, seq, epoch, su, gone, awaited, was } = values
  return {
    kind: key.startsWith('c!g!') ? 'g' : 'u',
    sourceId: lastPart(key),
    id: String(id),
    seq: Number(seq),
    epoch: String(epoch),
    successions: typeof su === 'number' ? su : undefined,
    isGone: gone === true,
    isAwaited: awaited === true,
    was: typeof was === 'string' && was !== '' ? was.split(' ') : [],
    etag,
  }
}

/** What a link is to say after the write. */
export type LinkState = Pick<Link, 'kind' | 'sourceId' | 'id' | 'seq' | 'epoch' | 'isGone' | 'isAwaited'> & {
  readonly successions: number | undefined
}

/** Creates the link, or puts it in the place of the one that was read. */
export function linkAction(source: string, held: Link | undefined, state: LinkState): Action {
  const key = linkKey(state.kind, source, state.sourceId)
  const was = held === undefined ? [] : held.id === state.id ? held.was : [...held.was, held.id].slice(-MAX_WAS)
  const values: Values = {
    id: state.id,
    seq: state.seq,
    epoch: state.epoch,
    ...(state.successions !== undefined && { su: state.successions }),
    ...(state.isGone && { gone: true }),
    ...(state.isAwaited && { awaited: true }),
    ...(was.length > 0 && { was: was.join(' ') }),
  }
  return held === undefined ? { type: 'create', key, values } : { type: 'replace', key, values, etag: held.etag }
}

/** A name that a copy should have and that somebody in the target has who is nobody's copy. */
export interface Conflict {
  readonly sourceId: string
  readonly kind: Kind
  /** userName or displayName. */
  readonly name: string
  readonly nativeId: string
  /** ISO 8601. */
  readonly since: string
  /** exists: there is no copy. rename: there is one, under its name of before. */
  readonly reason: 'exists' | 'rename'
}

export const CONFLICTS = prefixRange('n')

export function readConflict({ key, values }: Row): Conflict {
  return {
    sourceId: lastPart(key),
    kind: values['k'] === 'g' ? 'g' : 'u',
    name: String(values['name']),
    nativeId: String(values['native']),
    since: String(values['since']),
    reason: values['reason'] === 'rename' ? 'rename' : 'exists',
  }
}

export function conflictAction({ sourceId, kind, name, nativeId, since, reason }: Conflict): Action {
  return { type: 'upsert', key: conflictKey(sourceId), values: { k: kind, name, native: nativeId, since, reason } }
}

/** What the super tenant tries again in a target: one person or group, or with an empty id everything. */
export interface Retry {
  readonly target: string
  readonly id: string
  readonly kind: Kind
  readonly reason: 'exists' | 'rename' | 'failed'
  readonly tries: number
  /** Milliseconds since the epoch. */
  readonly due: number
}

/** Everything that is tried again in all targets, with the order in which it is due and the erasures that were missed. */
export const RETRIES = prefixRange('y')
const REASONS = ['exists', 'rename'] as const

export function readRetry({ key, values }: Row): Retry {
  const [, , target = '', id = ''] = key.split('!')
  const reason = REASONS.find((one) => one === values['reason']) ?? 'failed'
  return { target, id, kind: values['k'] === 'g' ? 'g' : 'u', reason, tries: Number(values['tries']), due: Number(values['due']) }
}

export const keyOfRetry = ({ target, id }: Pick<Retry, 'target' | 'id'>) =>
  id === '' ? failingKey(target) : retryKey(target, id)

/** Stores a retry. One of a person or group has a second row, by which it is found when it is due. */
export function retryActions({ target, id, kind, reason, tries, due }: Retry): Action[] {
  const row: Action = { type: 'upsert', key: keyOfRetry({ target, id }), values: { k: kind, reason, tries, due } }
  return id === '' ? [row] : [row, { type: 'upsert', key: dueKey(due, target, id), values: {} }]
}
