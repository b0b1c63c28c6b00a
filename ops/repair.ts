import { accessKeys } from '../shared/directory/documents/access-facts'
import { indexKeys, readDocument } from '../shared/directory/documents/document'
import { inCommitOrder } from '../shared/feed/sequencer'
import { groupType, userType } from '../shared/scim/schema/schemas'
import { anchorKey, feedKey, HEAD_KEY, HEALTH_KEY, INDEX_HEAD_KEY, lastPart, SETTINGS_KEY } from '../shared/storage/keys'
import type { Values } from '../shared/storage/table'
import type { ExportedRow } from './row-file'

/** What the rows of a tenant say about each other. Keys alone are held, so that a large directory fits into memory. */
export interface Survey {
  rows: number
  settings: ExportedRow | undefined
  head: Values
  /** Records without a number, by the id of their write. */
  readonly outbox: Map<string, ExportedRow>
  readonly documents: Map<string, 'u' | 'g'>
  readonly anchors: Set<string>
  readonly tombstones: Set<string>
  /** Memberships of which one direction alone is there, as `<group>!<id>`. */
  readonly halves: Set<string>
  /** Index rows that documents call for, as `<key> <id>`. */
  readonly wanted: Set<string>
}

export interface Repairs {
  dropped: number
  added: number
  /** Ids whose userName, or name of a group, another one holds. */
  readonly conflicts: string[]
}

/** Reads the rows of one tenant, in key order, for what repaired() has to know. */
export async function survey(rows: AsyncIterable<ExportedRow>): Promise<Survey> {
  const found: Survey = {
    rows: 0,
    settings: undefined,
    head: {},
    outbox: new Map(),
    documents: new Map(),
    anchors: new Set(),
    tombstones: new Set(),
    halves: new Set(),
    wanted: new Set(),
  }
  for await (const row of rows) {
    found.rows += 1
    note(found, row)
  }
  return found
}

function note(found: Survey, row: ExportedRow): void {
  const [kind = '', first = '', second] = row.key.split('!')
  if (row.key === SETTINGS_KEY) found.settings = row
  else if (row.key === HEAD_KEY) found.head = row.values
  else if (Object.hasOwn(noted, kind)) noted[kind]?.(found, row, [first, second])
}

type Parts = readonly [first: string, second: string | undefined]

/** By the first part of the key. */
const noted: Readonly<Record<string, (found: Survey, row: ExportedRow, parts: Parts) => void>> = {
  p: (found, row, [id]) => found.outbox.set(id, row),
  d: (found, _, [id]) => found.tombstones.add(id),
  u: (found, row) => {
    noteDocument(found, 'u', row)
  },
  g: (found, row) => {
    noteDocument(found, 'g', row)
  },
  m: (found, _, [group, id = '']) => found.halves.add(`${group}!${id}`),
  r: (found, _, [id, group]) => {
    if (group === undefined) found.anchors.add(id)
    else noteOtherHalf(found, `${group}!${id}`)
  },
}

/** Rows of the groups' side come first in key order. */
function noteOtherHalf(found: Survey, pair: string): void {
  if (!found.halves.delete(pair)) found.halves.add(pair)
}

function noteDocument(found: Survey, kind: 'u' | 'g', row: ExportedRow): void {
  const document = readDocument({ ...row, etag: '' })
  if (document === undefined) return
  found.documents.set(document.id, kind)
  const keys = indexKeys(kind === 'u' ? userType : groupType, document)
  for (const key of [...keys, ...accessKeys(document.access)]) found.wanted.add(`${key} ${document.id}`)
}

/**
 * The rows as they have to be stored, without the settings: those that contradict others are left out, missing ones
 * added, every record numbered, people and groups counted. Contradictions come from writes during the export, whose pages
 * show each row at another moment.
 */
export async function* repaired(
  rows: AsyncIterable<ExportedRow>,
  found: Survey,
  repairs: Repairs,
): AsyncGenerator<{ key: string; values: Values }> {
  let lastNumber = 0
  const outbox = new Map(found.outbox)
  const names = new Set<string>()
  for await (const { key, values } of rows) {
    if (key === SETTINGS_KEY || key.startsWith(HEAD_KEY) || beginsAnew(key)) continue
    if (!fits(found, { key, values })) {
      repairs.dropped += 1
      continue
    }
    if (key.startsWith('f!')) {
      lastNumber = Number(lastPart(key))
      outbox.delete(String(values['w']))
    }
    if (key.startsWith('x!')) {
      found.wanted.delete(`${key} ${String(values['id'])}`)
      names.add(key)
    }
    yield { key, values: key === HEALTH_KEY ? unlisted(values) : values }
  }
  for (const row of missing(found, names, repairs)) {
    repairs.added += 1
    yield row
  }
  yield* feedEnd(found, lastNumber, [...outbox.values()])
}

/**
 * Without its head the job that indexes matching attributes looks at every document again; a reader of the feed, whose
 * place may lie behind the end of this copy, begins with everybody.
 */
const beginsAnew = (key: string) => key === INDEX_HEAD_KEY || key.startsWith('l!')

/** The list of tenants says what was judged last, of this tenant or of the one before it: the next judgement tells it anew. */
const unlisted = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'since'))

/** A person without an anchor was made after the anchors had been read; a group without one was deleted before. */
function isAlive(found: Survey, id: string): boolean {
  const kind = found.documents.get(id)
  return kind === 'u' || (kind === 'g' && found.anchors.has(id))
}

function fits(found: Survey, { key, values }: Pick<ExportedRow, 'key' | 'values'>): boolean {
  const [kind = '', first = '', second] = key.split('!')
  if (kind === 'm') return isMembership(found, first, second ?? '')
  if (kind === 'r') return second === undefined ? isAlive(found, first) : isMembership(found, second, first)
  if (kind === 'u' || kind === 'g') return values['deleted'] === true ? found.tombstones.has(first) : isAlive(found, first)
  const id = String(values['id'])
  return kind !== 'x' || (found.wanted.has(`${key} ${id}`) && isAlive(found, id))
}

/** Whether both directions are there, and both ends, of which one may be deleted: its purge needs the rows. */
function isMembership(found: Survey, group: string, id: string): boolean {
  return !found.halves.has(`${group}!${id}`) && [group, id].every((end) => isAlive(found, end) || found.tombstones.has(end))
}

function* missing(found: Survey, names: Set<string>, repairs: Repairs): Generator<{ key: string; values: Values }> {
  for (const [id, kind] of found.documents) {
    if (isAlive(found, id) && !found.anchors.has(id)) yield { key: anchorKey(id), values: { k: kind } }
  }
  for (const wanted of found.wanted) {
    const [key = '', id = ''] = wanted.split(' ')
    if (!isAlive(found, id)) continue
    if (names.has(key)) repairs.conflicts.push(id)
    else {
      names.add(key)
      yield { key, values: { id } }
    }
  }
}

/** Numbers what has none yet, here and now: an import would give the records new times, by which they are ordered. */
function* feedEnd(found: Survey, lastNumber: number, outbox: readonly ExportedRow[]): Generator<{ key: string; values: Values }> {
  let seq = lastNumber
  for (const { key, timestamp, values } of inCommitOrder(outbox.map((row) => ({ ...row, etag: '' })))) {
    seq += 1
    yield { key: feedKey(seq), values: { ...values, w: lastPart(key), at: timestamp } }
  }
  const living = [...found.documents.keys()].filter((id) => isAlive(found, id))
  const users = living.filter((id) => found.documents.get(id) === 'u').length
  // Instances keep lists of keys for as long as this number stays; a time is beyond all that one of them may have seen.
  const moves = Math.max(Number(found.head['moves'] ?? 0) + found.outbox.size + 1, Math.floor(Date.now() / 1000))
  yield { key: HEAD_KEY, values: { seq, users, groups: living.length - users, moves } }
}
