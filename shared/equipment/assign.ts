import { conflict, done, retryOnConflict } from '../directory/optimistic-retry'
import type { DirectoryContext } from '../directory/context'
import { foldCase } from '../scim/fold'
import { assetKey, heldKey } from '../storage/keys'
import type { Action, Table, Values } from '../storage/table'
import {
  holderAction,
  heldRecord,
  itemOf,
  itemsOf,
  readHolder,
  readPerson,
  returnedRecord,
  type Item,
  type Person,
} from './holder'
import { ensureConsumer } from './announce-holders'
import { stateActions } from './holder-state'
import { recorded, type Audit } from '../audit/record'

/** An item with whoever has it. */
export interface Assignment extends Item {
  /** Id of a person, who may be deleted meanwhile. */
  readonly holder: string
}

/** What is absent stays as it is; of a new item it is empty, and `since` today. */
export type Wanted = Pick<Item, 'assetTag'> & { readonly [name in 'model' | 'serial' | 'since']?: string | undefined }

export type AssignOutcome = 'created' | 'changed' | 'unchanged'

type Stored = Assignment & { readonly etag: string }

export const assignmentOf = (values: Values): Assignment => ({ ...itemOf(values), holder: String(values['id']) })

export async function readAssignment(table: Table, assetTag: string): Promise<Stored | undefined> {
  const row = await table.get(assetKey(foldCase(assetTag)))
  return row && { ...assignmentOf(row.values), etag: row.etag }
}

/**
 * Gives the item to the person, whoever had it before. One transaction; what the feed tells of it, of either person, is part of it.
 * Repeatable: two trips when it holds already, five to store it.
 * @throws ScimError 503 when races go on too long
 */
export async function assign(context: DirectoryContext, wanted: Wanted, person: Person, audit?: Audit): Promise<AssignOutcome> {
  const { table } = context
  let tried: AssignOutcome = 'unchanged' // an answer may be lost, and the next attempt then finds its own write
  const outcome = await retryOnConflict(async () => {
    const before = await readAssignment(table, wanted.assetTag)
    const after = assignmentAfter(context, { before, wanted, person })
    if (before !== undefined && isSame(before, after)) return done(tried)
    tried = before === undefined ? 'created' : 'changed'
    const given = before?.holder === person.id ? [] : await givingActions(context, person, after)
    const taken = before === undefined || before.holder === person.id ? [] : await takingActions(context, before)
    const records = recorded(audit, {
      subject: after.assetTag,
      label: after.assetTag,
      before: before && audited(before),
      after: audited(after),
    })
    const actions = [...itemActions(before, after), ...given, ...taken, ...records]
    return (await table.commit(actions)).ok ? done(tried) : conflict
  })
  if (outcome !== 'unchanged' && person.disabledSince === undefined) await tellState(context, person.id)
  return outcome
}

/** Who was active when they were looked up may have been disabled before the item was stored, and the consumer looked before that. */
async function tellState(context: DirectoryContext, id: string): Promise<void> {
  await retryOnConflict(async () => {
    const actions = await stateActions(context, id, { isErased: false })
    return actions.length === 0 || (await context.table.commit(actions)).ok ? done(undefined) : conflict
  })
}

/** Who has it, by id. What people wrote of the item could lead to whoever was erased. */
const audited = ({ holder, since }: Assignment) => ({ holder, since })

/** Takes the item back. False when nobody has it. */
export function giveBack(context: DirectoryContext, assetTag: string, audit?: Audit): Promise<boolean> {
  return retryOnConflict(async (outcomeUnknown, attempts) => {
    const held = await readAssignment(context.table, assetTag)
    if (held === undefined) return done(outcomeUnknown !== undefined || attempts > 1)
    const actions: Action[] = [
      { type: 'delete', key: assetKey(foldCase(held.assetTag)) },
      ...(await takingActions(context, held)),
      ...recorded(audit, { subject: held.assetTag, label: held.assetTag, before: audited(held) }),
    ]
    return (await context.table.commit(actions)).ok ? done(true) : conflict
  })
}

function assignmentAfter(
  { now }: DirectoryContext,
  { before, wanted, person }: { before: Assignment | undefined; wanted: Wanted; person: Person },
): Assignment {
  const today = now().toISOString().slice(0, 10)
  const known = before?.holder === person.id ? before.since : today
  return {
    assetTag: wanted.assetTag,
    model: wanted.model ?? before?.model ?? '',
    serial: wanted.serial ?? before?.serial ?? '',
    since: wanted.since ?? known,
    holder: person.id,
  }
}

const NAMES = ['assetTag', 'model', 'serial', 'since', 'holder'] as const
const isSame = (one: Assignment, other: Assignment) => NAMES.every((name) => one[name] === other[name])

function itemActions(before: Stored | undefined, { holder, assetTag, model, serial, since }: Assignment): Action[] {
  const tag = foldCase(assetTag)
  const values = { tag: assetTag, model, serial, since, id: holder }
  const key = assetKey(tag)
  return [
    before === undefined ? { type: 'create', key, values } : { type: 'replace', key, values, etag: before.etag },
    { type: 'upsert', key: heldKey(holder, tag), values },
  ]
}

/** One item more for the person. */
async function givingActions(context: DirectoryContext, person: Person, item: Assignment): Promise<Action[]> {
  const { id, name, userName, disabledSince } = person
  const before = await readHolder(context.table, id)
  if (before === undefined) await ensureConsumer(context)
  const told = disabledSince === undefined ? '' : before?.told || disabledSince
  const counted = holderAction(id, before, { count: (before?.count ?? 0) + 1, name, userName, told })
  if (disabledSince === undefined) return [counted]
  const { assetTag, model, serial, since } = item
  const items = [...(await itemsOf(context.table, id)), { assetTag, model, serial, since }]
  return [counted, heldRecord(context, id, { person, items })]
}

/** One item less for whoever has it. */
async function takingActions(context: DirectoryContext, held: Assignment): Promise<Action[]> {
  const { holder: id, ...item } = held
  const [before, person] = await Promise.all([readHolder(context.table, id), readPerson(context, id)])
  const gone: Action = { type: 'delete', key: heldKey(id, foldCase(item.assetTag)) }
  if (before === undefined) return [gone]
  const count = Math.max(0, before.count - 1)
  const counted = holderAction(id, before, { ...before, count })
  const hasLeft = person === undefined || person.disabledSince !== undefined
  const isLast = count === 0 && hasLeft
  return [gone, counted, ...(isLast ? [returnedRecord(context, id, { person, item })] : [])]
}
