import type { DirectoryContext } from '../directory/context'
import { consume, type Consumer, type Progress } from '../feed/consume'
import { readHead, seqOf } from '../feed/read-feed'
import { consumerKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import type { Action, Row } from '../storage/table'
import { stateActions } from './holder-state'

const CONSUMER = 'equipment'
const RECORDS_AT_ONCE = 200
const PARALLEL_READS = 64

export interface HolderProgress {
  /** How many people were noted or told of. */
  readonly recorded: number
  readonly state: Progress
}

/** Makes the consumer's row, before anybody has equipment: what comes behind that offset is read. One trip when it is there. */
export async function ensureConsumer({ table }: DirectoryContext): Promise<void> {
  const key = consumerKey(CONSUMER)
  if ((await table.get(key)) !== undefined) return
  await table.commit([{ type: 'create', key, values: { offset: await readHead(table) } }]) // there: somebody else made it meanwhile
}

/**
 * Consumes the feed and leaves a record equipment.held for everybody who was disabled or deleted and has equipment. It looks at
 * people as they are now. One trip in a tenant without equipment, two when there is nothing to do.
 */
export async function announceHolders(context: DirectoryContext, maxMs: number): Promise<HolderProgress> {
  let recorded = 0
  const consumer: Consumer = {
    name: CONSUMER,
    pageSize: RECORDS_AT_ONCE,
    begin: () => undefined,
    step: async (lease, read) => {
      const records = await read()
      const last = records.at(-1)
      if (last === undefined) return 'done'
      const actions = await actionsOf(context, records)
      await lease.commit({ offset: seqOf(last) }, actions)
      recorded += actions.length
      return 'more'
    },
  }
  const state = await consume(context, consumer, maxMs)
  return { recorded, state }
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
