import type { BulkOperation } from './bulk-message'
import { dependenciesFirst, referencesIn, referredBulkId, type Reference } from './bulk-references'

/** An operation with the POSTs of the same request that it refers to, in its data or in its path. */
export interface Task {
  /** Its place in the request. */
  readonly index: number
  readonly operation: BulkOperation
  readonly references: readonly Reference[]
  readonly bulkIds: ReadonlySet<string>
}

/** Tasks that may run side by side, or POSTs that refer to each other in a circle. */
export interface Step {
  readonly circular: boolean
  readonly tasks: Task[]
}

/**
 * The operations in steps: what one refers to is in a step before it, and else they keep their order. Neighbours of one
 * method and endpoint share a step unless one refers to another or both name the same resource.
 */
export function planBulk(operations: readonly BulkOperation[]): Step[] {
  const tasks = operations.map(taskOf)
  const creators = new Map(tasks.filter(isCreator).map(({ index, operation }) => [operation.bulkId, index]))
  const dependencies = tasks.map(({ bulkIds }) =>
    [...bulkIds]
      .map((bulkId) => creators.get(bulkId))
      .filter((index) => index !== undefined)
      .sort((a, b) => a - b),
  )
  const steps: Step[] = []
  const taken = new Set<string>() // what the tasks of the last step are known by
  for (const indexes of dependenciesFirst(dependencies)) {
    const component = indexes.map((index) => tasks[index]).filter((task) => task !== undefined)
    const circular = indexes.length > 1 || indexes.some((index) => dependencies[index]?.includes(index))
    const last = steps.at(-1)
    if (!circular && last !== undefined && component.every((task) => joins(last, taken, task))) last.tasks.push(...component)
    else {
      steps.push({ circular, tasks: component })
      taken.clear()
    }
    for (const task of component) taken.add(nameOf(task))
  }
  return steps
}

function taskOf(operation: BulkOperation, index: number): Task {
  const references = referencesIn(operation.data)
  const inPath = referredBulkId(operation.path[1])
  const bulkIds = new Set(references.map(({ bulkId }) => bulkId))
  if (inPath !== undefined) bulkIds.add(inPath)
  return { index, operation, references, bulkIds }
}

const isCreator = ({ operation }: Task) => operation.method === 'POST'
const endpointOf = ({ operation }: Task) => operation.path[0]?.toLowerCase()

function joins({ circular, tasks: [first] }: Step, taken: ReadonlySet<string>, task: Task): boolean {
  if (circular || first === undefined) return false
  if (first.operation.method !== task.operation.method || endpointOf(first) !== endpointOf(task)) return false
  return !taken.has(nameOf(task)) && ![...task.bulkIds].some((bulkId) => taken.has(newName(bulkId)))
}

const newName = (bulkId: string) => `new ${bulkId}`
const nameOf = ({ operation }: Task) =>
  operation.method === 'POST' ? newName(operation.bulkId ?? '') : `old ${operation.path[1] ?? ''}`
