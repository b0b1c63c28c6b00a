import type { DirectoryContext } from '../directory/context'
import { readPlace, takeCheckpoint, type Checkpoint } from '../feed/checkpoint'
import { readHead } from '../feed/read-feed'
import { feedKey, lastPart, readerKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Action, type Row } from '../storage/table'
import { stateActions } from './holder-state'

const READER = 'equipment'
const RECORDS_AT_ONCE = 200
/** Each is two operations, and the checkpoint one. */
const TOLD_AT_ONCE = 49
const PARALLEL_READS = 64

export interface HolderProgress {
  /** How many people were noted or told of. */
  readonly recorded: number
  /** done: nothing is left. more: the time was up. busy: another worker is at it, or somebody's equipment changed meanwhile. */
  readonly state: 'done' | 'more' | 'busy'
}

/** Makes the reader's row, before anybody has equipment: what comes behind that place is read. One trip when it is there. */
export async function ensureReader({ table }: DirectoryContext): Promise<void> {
  if ((await readPlace(table, READER)) !== undefined) return
  const values = { seq: await readHead(table), until: new Date(0).toISOString(), write: '' }
  await table.commit([{ type: 'create', key: readerKey(READER), values }]) // there: somebody else made it meanwhile
}

/**
 * Reads the numbered records behind its checkpoint (row l!equipment) and leaves a record equipment.held for everybody who was
 * disabled or deleted and has equipment. It looks at people as they are now, so it may break off anywhere, and any number
 * of workers may call it. One trip in a tenant without equipment, two when there is nothing to do.
 */
export async function announceHolders(context: DirectoryContext, maxMs: number): Promise<HolderProgress> {
  const place = await readPlace(context.table, READER)
  if (place === undefined || (await recordsBehind(context, place.seq, 1)).length === 0) return { recorded: 0, state: 'done' }
  const checkpoint = await takeCheckpoint(context.table, READER, {
    begin: () => Promise.resolve(place),
    now: context.now,
  })
  if (checkpoint === undefined) return { recorded: 0, state: 'busy' }
  try {
    return await takeSteps(context, checkpoint, maxMs)
  } finally {
    await checkpoint.release().catch(() => undefined) // the lease ends by itself
  }
}

async function takeSteps(context: DirectoryContext, checkpoint: Checkpoint, maxMs: number): Promise<HolderProgress> {
  const started = performance.now()
  let recorded = 0
  do {
    const records = await recordsBehind(context, checkpoint.place.seq, RECORDS_AT_ONCE)
    const last = records.at(-1)
    if (last === undefined) return { recorded, state: 'done' }
    const actions = await actionsOf(context, records)
    if (!(await store(checkpoint, actions, Number(lastPart(last.key))))) return { recorded, state: 'busy' }
    recorded += actions.length
  } while (performance.now() - started < maxMs && checkpoint.isFresh())
  return { recorded, state: 'more' }
}

/** Of each person whom the records concern and of whom there is something to store. */
async function actionsOf(context: DirectoryContext, records: readonly Row[]): Promise<readonly Action[][]> {
  const idsOf = (types: readonly string[]) =>
    new Set(records.filter(({ values }) => types.includes(String(values['type']))).map(({ values }) => String(values['id'])))
  const erased = idsOf(['person.erased'])
  const ids = [...idsOf(['role.changed', 'person.erased'])]
  const actions = await inParallel(ids, PARALLEL_READS, (id) => stateActions(context, id, { isErased: erased.has(id) }))
  return actions.filter((one) => one.length > 0)
}

/** Transaction after transaction; the checkpoint moves with the last one. */
async function store(checkpoint: Checkpoint, actions: readonly Action[][], seq: number): Promise<boolean> {
  for (let from = 0; from === 0 || from < actions.length; from += TOLD_AT_ONCE) {
    const isLast = from + TOLD_AT_ONCE >= actions.length
    const effects = actions.slice(from, from + TOLD_AT_ONCE).flat()
    if (!(await checkpoint.advance(isLast ? { seq } : checkpoint.place, effects))) return false
  }
  return true
}

const recordsBehind = ({ table }: DirectoryContext, seq: number, limit: number): Promise<readonly Row[]> =>
  table.all({ from: feedKey(seq + 1), before: prefixRange('f').before }, { limit })
