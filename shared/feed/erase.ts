import type { DirectoryContext } from '../directory/context'
import { deleteResource } from '../directory/deletion/delete'
import { readDocument } from '../directory/documents/document'
import { isId, newWriteId } from '../directory/identifiers'
import { outboxFact, readBody } from '../directory/documents/record'
import { ScimError } from '../scim/errors'
import { isObject, own, setOwn, type JsonObject } from '../scim/json'
import { ENTERPRISE_URN } from '../scim/schema/schemas'
import { toChunks } from '../storage/chunks'
import { announcedKey, tombstoneKey, erasureKey, feedKey, groupKey, lastPart, userKey } from '../storage/keys'
import { prefixRange, type Action, type Row } from '../storage/table'
import { numberOutbox } from './sequencer'
import { seqOf } from './read-feed'

const RECORDS_AT_ONCE = 99 // and the place of the job

/**
 * Notes that everything about a person is to be erased: eraseNoted does it. Also of one who was deleted long ago, of whom only records
 * are left. With rows of the same transaction. False when the id is none or a group's. Repeatable.
 */
export async function noteErasure(
  context: DirectoryContext,
  id: string,
  { by, beside = [] }: { readonly by: string; readonly beside?: readonly Action[] },
): Promise<boolean> {
  if (!isId(id)) return false
  const { table } = context
  const [group, noted] = await Promise.all([table.get(groupKey(id)), table.get(erasureKey(id))])
  if (group !== undefined) return false
  if (noted !== undefined) return true
  const values = { by, time: context.now().toISOString(), seq: 0 }
  await table.commit([{ type: 'create', key: erasureKey(id), values }, ...beside]) // taken: noted a moment ago
  return true
}

/** Whether an erasure of the person is noted and not finished. */
export const isErasing = async ({ table }: DirectoryContext, id: string) => (await table.get(erasureKey(id))) !== undefined

/** What else may name somebody and lies beyond the feed; called for each person, again when an erasure goes on. Repeatable. */
export type AlsoErase = () => Promise<void>

/**
 * Erases those who are noted: deletes a person who is still there, blanks the values in all records about the person and in
 * what records about others tell of a manager, and leaves person.erased behind. What is numbered later, such as the last role,
 * is blanked by a later call, so it ends after the deletion is done and told. Begins nothing after maxMs, and goes on from there
 * next time. Returns whether any is left. One trip when there is none.
 */
export async function eraseNoted(context: DirectoryContext, maxMs: number, alsoErase: AlsoErase): Promise<boolean> {
  const started = performance.now()
  const isTimeUp = () => performance.now() - started >= maxMs
  const noted = await context.table.all(prefixRange('e'))
  let left = noted.length
  for (const job of noted) {
    if (isTimeUp()) break
    if (await erase(context, job, { isTimeUp, alsoErase })) left -= 1
  }
  return left > 0
}

/** Whether nothing of the person is left. */
async function erase(
  context: DirectoryContext,
  job: Row,
  { isTimeUp, alsoErase }: { isTimeUp: () => boolean; alsoErase: AlsoErase },
): Promise<boolean> {
  const id = lastPart(job.key)
  await deletePerson(context, id)
  await alsoErase()
  // Looked up before the records are read: what comes of them is then among those.
  const isSettled = await isDeletionDone(context, id)
  await numberOutbox(context.table)
  const place = { etag: job.etag, seq: Number(job.values['seq']) }
  for (;;) {
    const rows = await context.table.page({ from: feedKey(place.seq + 1), before: prefixRange('f').before })
    if (!(await blankAll(context, { id, job, place, rows: rows.rows }))) return false // another worker is at it
    if (rows.next === undefined) break
    if (isTimeUp()) return false
  }
  return isSettled && finish(context, job, place.etag)
}

async function deletePerson(context: DirectoryContext, id: string): Promise<void> {
  const row = await context.table.get(userKey(id))
  if (row === undefined || readDocument(row) === undefined) return
  try {
    await deleteResource({ ...context, managing: {} }, context.types.User, id)
  } catch (error) {
    if (!(error instanceof ScimError && error.status === 404)) throw error // somebody else did meanwhile
  }
}

/** The job of the DELETE may still tell of reports that lost their manager, and the consumer of roles of the last role. */
async function isDeletionDone({ table }: DirectoryContext, id: string): Promise<boolean> {
  const rows = await Promise.all([tombstoneKey(id), announcedKey(id)].map((key) => table.get(key)))
  return rows.every((row) => row === undefined)
}

interface Blanking {
  readonly id: string
  readonly job: Row
  readonly place: { etag: string; seq: number }
  readonly rows: readonly Row[]
}

/** Each transaction moves the place, under its ETag. */
async function blankAll({ table }: DirectoryContext, { id, job, place, rows }: Blanking): Promise<boolean> {
  const blanked = rows.map((row) => blankedAction(row, id)).filter((action) => action !== undefined)
  const last = rows.at(-1)
  if (last === undefined) return true
  for (let from = 0; from === 0 || from < blanked.length; from += RECORDS_AT_ONCE) {
    const isLast = from + RECORDS_AT_ONCE >= blanked.length
    const seq = isLast ? seqOf(last) : place.seq
    const moved: Action = { type: 'merge', key: job.key, values: { seq }, etag: place.etag }
    const outcome = await table.commit([moved, ...blanked.slice(from, from + RECORDS_AT_ONCE)])
    if (!outcome.ok) return false
    Object.assign(place, { seq, etag: outcome.etags[0] ?? '*' })
  }
  return true
}

function blankedAction(row: Row, id: string): Action | undefined {
  const { key, etag, values } = row
  const { type, id: owner, v, time, w, at, pid } = values
  if (type === 'person.erased') return undefined
  const body = owner === id ? blankBody(readBody(row)) : withoutManager(readBody(row), id)
  if (body === undefined) return undefined
  const facts = Object.entries({ type, id: owner, v, time, w, at }).filter((entry) => entry[1] !== undefined)
  const marks = owner === id ? { erased: true } : pid === undefined ? {} : { pid }
  const fresh = { ...Object.fromEntries(facts), ...marks, ...toChunks(JSON.stringify(body)) } as Row['values']
  return { type: 'replace', key, values: fresh, etag }
}

/** Which attributes changed stays: that tells nothing of the person, and consumers that come later still know what it was about. */
function blankBody(body: JsonObject): JsonObject {
  const [changes, changed] = [own(body, 'changes'), own(body, 'changed')]
  if (isObject(changes)) return { changed: Object.keys(changes) }
  return changed === undefined ? {} : { changed }
}

const MANAGER = `${ENTERPRISE_URN}:manager`

/** A manager comes with a name in the records of the reports. Undefined when the record tells nothing of that manager. */
function withoutManager(body: JsonObject, id: string): JsonObject | undefined {
  const changes = own(body, 'changes')
  const change = isObject(changes) ? own(changes, MANAGER) : undefined
  if (!isObject(changes) || !isObject(change)) return undefined
  const sides = Object.entries(change)
  if (!sides.some(([, value]) => isObject(value) && own(value, 'value') === id && Object.keys(value).length > 1)) return undefined
  const told: JsonObject = {}
  for (const [name, value] of sides) setOwn(told, name, isObject(value) && own(value, 'value') === id ? { value: id } : value)
  const all: JsonObject = {}
  for (const [name, value] of Object.entries(changes)) setOwn(all, name, name === MANAGER ? told : value)
  return { ...body, changes: all }
}

/** The note goes in the transaction that tells of it. Its ETag is compared first: deletes are never conditional. */
async function finish(context: DirectoryContext, job: Row, etag: string): Promise<boolean> {
  const { table } = context
  const id = lastPart(job.key)
  const time = context.now().toISOString()
  const writeId = newWriteId(Date.parse(time))
  const record = outboxFact({ writeId, type: 'person.erased', id, time, body: { by: String(job.values['by']) } })
  if (!(await table.commit([{ type: 'merge', key: job.key, values: { done: true }, etag }])).ok) return false
  const outcome = await table.commit([{ type: 'delete', key: job.key }, record])
  if (outcome.ok) await numberOutbox(table)
  return outcome.ok
}
