import { ScimError, unavailable } from '../../scim/errors'
import { isObject, own, type Json } from '../../scim/json'
import { inParallel } from '../../storage/parallel'
import type { BulkOperation } from './bulk-message'
import { planBulk, type Task } from './bulk-plan'
import { referredBulkId, resolveReference, withoutReferences } from './bulk-references'
import { errorReply } from '../../http/error-reply'
import type { Reply } from '../../http/exchange'

/** A request as it would come alone. */
export type BulkRequest = Pick<BulkOperation, 'method' | 'path' | 'version' | 'data'>

export interface BulkRules {
  /** Performs one request; a refusal is a reply, too. */
  readonly send: (request: BulkRequest) => Promise<Reply>
  readonly failOnErrors: number
  /** Whether the time is up: what was not begun by then is left for a repeat. */
  readonly isLate: () => boolean
}

const WIDTH = 8

interface Run extends BulkRules {
  readonly creators: ReadonlySet<string>
  /** Of the resources that POSTs created, by bulkId. */
  readonly ids: Map<string, string>
  readonly replies: (Reply | undefined)[]
  errors: number
}

/**
 * Performs the operations in the steps of planBulk. The replies stand where the operations do; undefined for one that was
 * not begun since failOnErrors errors came first. With failOnErrors nothing runs side by side, so that what follows the
 * last error is not begun.
 */
export async function runBulk(operations: readonly BulkOperation[], rules: BulkRules): Promise<readonly (Reply | undefined)[]> {
  const posts = operations.filter(({ method }) => method === 'POST').map(({ bulkId }) => bulkId ?? '')
  const replies = operations.map((): Reply | undefined => undefined)
  const run: Run = { ...rules, creators: new Set(posts), ids: new Map(), replies, errors: 0 }
  for (const { circular, tasks } of planBulk(operations)) {
    if (run.errors >= run.failOnErrors) break
    if (circular) settle(run, tasks, rules.isLate() ? tasks.map(tooLate) : await createCircle(run, tasks))
    else await performSideBySide(run, tasks)
  }
  return replies
}

async function performSideBySide(run: Run, tasks: readonly Task[]): Promise<void> {
  const width = run.failOnErrors === Infinity ? WIDTH : 1
  await inParallel(tasks, width, async (task) => {
    if (run.errors < run.failOnErrors) settle(run, [task], [run.isLate() ? tooLate() : await perform(run, task)])
  })
  if (width === 1 || tasks[0]?.operation.method === 'POST') return
  // One may have wanted a name that a neighbour gave up a moment later, though it stands before it.
  for (const task of tasks) {
    if (run.replies[task.index]?.status === 409 && !run.isLate()) run.replies[task.index] = await perform(run, task)
  }
}

function settle(run: Run, tasks: readonly Task[], replies: readonly Reply[]): void {
  for (const [i, { index, operation }] of tasks.entries()) {
    const reply = replies[i]
    run.replies[index] = reply
    const id = operation.method === 'POST' ? createdId(reply) : undefined
    if (id !== undefined && operation.bulkId !== undefined) run.ids.set(operation.bulkId, id)
    if (reply === undefined || isError(reply)) run.errors += 1
  }
}

const isError = (reply: Reply) => reply.status >= 400

function createdId(reply: Reply | undefined): string | undefined {
  const id = reply?.status === 201 && isObject(reply.body) ? own(reply.body, 'id') : undefined
  return typeof id === 'string' ? id : undefined
}

const tooLate = (): Reply =>
  errorReply(unavailable('The time of one request was over before this operation began. Repeat the operation.', 1))

async function perform(run: Run, task: Task): Promise<Reply> {
  const unresolved = [...task.bulkIds].find((bulkId) => !run.ids.has(bulkId))
  if (unresolved !== undefined) return errorReply(conflict(run, unresolved))
  return run.send({ ...task.operation, path: resolvedPath(run, task), data: resolvedData(run, task) })
}

function conflict(run: Run, bulkId: string): ScimError {
  const reason = run.creators.has(bulkId) ? 'its POST failed' : 'no POST of this request has that bulkId'
  return new ScimError(409, undefined, `"bulkId:${bulkId.slice(0, 64)}" stands for no resource: ${reason}.`)
}

function resolvedPath(run: Run, { operation }: Task): readonly string[] {
  return operation.path.map((part) => run.ids.get(referredBulkId(part) ?? '') ?? part)
}

function resolvedData(run: Run, { operation, references }: Task): Json | undefined {
  for (const reference of references) {
    const id = run.ids.get(reference.bulkId)
    if (id !== undefined) resolveReference(reference, id)
  }
  return operation.data
}

/**
 * POSTs that refer to each other in a circle (RFC 7644 section 3.7.1): created without the attributes that hold such
 * references, then completed, each as a PUT of its whole data. When one of them fails, all do, and what was created is
 * removed: none could be what its client asked for.
 */
async function createCircle(run: Run, tasks: readonly Task[]): Promise<Reply[]> {
  const inside = new Set(tasks.map(({ operation }) => operation.bulkId))
  const ids = new Map<Task, string>()
  const outcome = await untilFailure(run, tasks, async (task) => {
    const outside = [...task.bulkIds].find((bulkId) => !inside.has(bulkId) && !run.ids.has(bulkId))
    if (outside !== undefined) return errorReply(conflict(run, outside))
    const pending = task.references.filter(({ bulkId }) => inside.has(bulkId))
    const created = await run.send({ ...task.operation, data: withoutReferences(resolvedData(run, task), pending) })
    const id = createdId(created)
    if (id !== undefined) ids.set(task, id)
    return created
  })
  const complete = outcome.failed ? outcome : await completeCircle(run, tasks, { ids, created: outcome.replies })
  if (!complete.failed) return complete.replies.filter((reply) => reply !== undefined)
  const removed = await inParallel(tasks, WIDTH, async (task) => {
    const id = ids.get(task)
    return id === undefined ? undefined : run.send({ method: 'DELETE', path: [...task.operation.path, id] })
  })
  const named = tasks[complete.replies.findIndex((reply) => reply !== undefined && isError(reply))]?.operation.bulkId ?? ''
  return tasks.map((_, i) => failureOf({ reply: complete.replies[i], removed: removed[i] }, named))
}

interface Circle {
  readonly replies: (Reply | undefined)[]
  readonly failed: boolean
}

/** Nothing more is begun after a failure, such as the end of the time: what has no reply then was not begun. */
async function untilFailure(
  { isLate }: Run,
  tasks: readonly Task[],
  work: (task: Task, i: number) => Promise<Reply>,
): Promise<Circle> {
  let failed = false
  const replies = await inParallel([...tasks.entries()], WIDTH, async ([i, task]) => {
    if (failed) return undefined
    const reply = isLate() ? tooLate() : await work(task, i)
    failed ||= isError(reply)
    return reply
  })
  return { replies, failed }
}

function completeCircle(
  run: Run,
  tasks: readonly Task[],
  { ids, created }: { ids: ReadonlyMap<Task, string>; created: readonly (Reply | undefined)[] },
): Promise<Circle> {
  const all = new Map(run.ids)
  for (const [{ operation }, id] of ids) if (operation.bulkId !== undefined) all.set(operation.bulkId, id)
  return untilFailure(run, tasks, async (task, i) => {
    const path = [...task.operation.path, ids.get(task) ?? '']
    const reply = await run.send({ method: 'PUT', path, data: resolvedData({ ...run, ids: all }, task) })
    const first = created[i]
    if (isError(reply) || first === undefined) return reply
    return { ...first, headers: { ...first.headers, ...reply.headers } } // still a creation, at the version of now
  })
}

function failureOf(outcome: { reply: Reply | undefined; removed: Reply | undefined }, named: string): Reply {
  const { reply, removed } = outcome
  if (removed !== undefined && isError(removed) && removed.status !== 404) {
    return errorReply(unavailable('The resource was stored without what it refers to, and could not be removed again.', 1))
  }
  if (reply !== undefined && isError(reply)) return reply
  return errorReply(
    new ScimError(409, undefined, `This resource and "bulkId:${named.slice(0, 64)}" refer to each other, and that one failed.`),
  )
}
