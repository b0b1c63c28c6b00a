import { consumerKey } from '../storage/keys'
import { prefixRange, type Row, type Table } from '../storage/table'
import { checkpointOf, isHeld, LeaseLost, takeLease, type Checkpoint, type Found, type Lease } from './lease'
import { recordsBehind } from './read-feed'

/** What background work says of itself: more is left to be done at once, a little later, or when there are new records. */
export type Progress = 'more' | 'later' | 'done'

/** One of those who go through the numbered records from the first to the last: what is its own in that. */
export interface Consumer<Stop extends string = never> {
  /** Of its row, l!<name>. */
  readonly name: string
  /** How many records a step is given at most. */
  readonly pageSize: number
  /** How long a step may take that stores nothing; 30 s unless given. */
  readonly leaseMs?: number
  /** Whether rows below its own ask it to do something: they are read with its row, and given to each step of the run. */
  readonly takesCommands?: true
  /** The checkpoint of the very first run; undefined when the consumer is not wanted yet. */
  readonly begin: () => Checkpoint | undefined | Promise<Checkpoint | undefined>
  /** Whether there is something to do even without a new record. A look that costs a call is a promise: it goes beside the first page. */
  readonly hasWork?: (checkpoint: Checkpoint) => boolean | Promise<boolean>
  /**
   * One bounded piece of work, with its effects and the offset it has reached committed at its end; `read` gives the records behind
   * the offset. It sees the world as it is now, since a step that breaks off, or whose lease is lost, is done again. What it says
   * beside `more` ends the run, and is told to whoever called.
   */
  readonly step: (lease: Lease, read: () => Promise<readonly Row[]>, commands: readonly Row[]) => Promise<'more' | 'done' | Stop>
  /** Behind the last step, also one that failed, while others have to wait yet. */
  readonly end?: () => Promise<void>
}

/**
 * Step after step until nothing is left, under a lease, so that it may break off anywhere and any number of workers may call it.
 * Begins no step after maxMs, but always does one. `later`: another worker is at it. A consumer that retention has left behind goes
 * on with the oldest record that is kept. Nothing to do costs two trips, one when the consumer has not begun or is at work.
 */
export async function consume<Stop extends string = never>(
  context: Following,
  consumer: Consumer<Stop>,
  maxMs: number,
): Promise<Progress | Stop> {
  const started = performance.now()
  const work = await findWork(context, consumer)
  if (typeof work === 'string') return work
  const lease = await takeLease(context, consumer, work)
  if (lease === undefined) return 'later'
  try {
    const isTimeUp = () => performance.now() - started >= maxMs
    return await takeSteps(context, consumer, { ...work, lease, isTimeUp })
  } catch (error) {
    if (error instanceof LeaseLost) return 'later'
    throw error
  } finally {
    await consumer.end?.()
    await lease.release().catch(() => undefined) // the lease ends by itself
  }
}

interface Following {
  readonly table: Table
  readonly now: () => Date
}

interface Work extends Found {
  readonly commands: readonly Row[]
  /** Those behind the offset, until a step has taken them; undefined when they were not read. */
  records?: readonly Row[] | undefined
}

async function findWork({ table, now }: Following, consumer: Consumer<string>): Promise<Work | 'later' | 'done'> {
  const { row, commands } = await readRows(table, consumer)
  if (isHeld(row, now())) return 'later'
  const checkpoint = row === undefined ? await consumer.begin() : checkpointOf(row)
  if (checkpoint === undefined) return 'done'
  const hasWork = commands.length > 0 || (consumer.hasWork?.(checkpoint) ?? false)
  if (hasWork === true) return { row, commands, checkpoint }
  const [isAsked, records] = await Promise.all([hasWork, recordsBehind(table, checkpoint.offset, consumer.pageSize)])
  return isAsked || records.length > 0 ? { row, commands, checkpoint, records } : 'done'
}

async function readRows(table: Table, { name, takesCommands }: Consumer<string>) {
  const key = consumerKey(name)
  if (takesCommands !== true) return { row: await table.get(key), commands: [] }
  const rows = await table.all({ from: key, before: prefixRange(key).before })
  return { row: rows.find((one) => one.key === key), commands: rows.filter((one) => one.key !== key) }
}

interface Run extends Work {
  readonly lease: Lease
  readonly isTimeUp: () => boolean
}

async function takeSteps<Stop extends string>({ table }: Following, { pageSize, step }: Consumer<Stop>, run: Run) {
  const { lease, commands, isTimeUp } = run
  const read = async () => {
    const { records } = run
    run.records = undefined
    return records ?? recordsBehind(table, lease.checkpoint.offset, pageSize)
  }
  for (;;) {
    const end = await step(lease, read, commands)
    if (end !== 'more' || !lease.isFresh() || isTimeUp()) return end
  }
}
