import { isObject, setOwn, type Json, type JsonObject } from '../../scim/json'

/** Stands for the id of what a POST of the same bulk request creates (RFC 7644 section 3.7.2). */
const PREFIX = 'bulkId:'

/** A text `bulkId:<name>` somewhere in an operation's data. */
export interface Reference {
  readonly bulkId: string
  /** The attribute of the data that holds it, at whatever depth. */
  readonly attribute: string
  readonly holder: JsonObject | Json[]
  readonly key: string
}

/** The bulkId that the text refers to, or undefined when it is no reference. */
export function referredBulkId(text: string | undefined): string | undefined {
  return text?.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined
}

/** Every reference in the data, however deep it lies: without recursion, since the depth is the client's. */
export function referencesIn(data: Json | undefined): Reference[] {
  const found: Reference[] = []
  const open: { holder: JsonObject | Json[]; attribute?: string }[] = isObject(data) ? [{ holder: data }] : []
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { holder } = place
    for (const [key, value] of Object.entries<Json>(holder)) {
      const attribute = place.attribute ?? key
      const bulkId = typeof value === 'string' ? referredBulkId(value) : undefined
      if (bulkId !== undefined) found.push({ bulkId, attribute, holder, key })
      else if (isObject(value) || Array.isArray(value)) open.push({ holder: value, attribute })
    }
  }
  return found
}

/** Writes the id in the reference's place. The data is the request's own, which nobody else holds. */
export function resolveReference({ holder, key }: Reference, id: string): void {
  if (Array.isArray(holder)) holder[Number(key)] = id
  else setOwn(holder, key, id)
}

/** The data without the attributes that hold one of the references. */
export function withoutReferences(data: Json | undefined, references: readonly Reference[]): Json | undefined {
  if (!isObject(data)) return data
  const held = new Set(references.map(({ attribute }) => attribute))
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(data)) if (!held.has(name)) setOwn(result, name, value)
  return result
}

interface Visit {
  readonly node: number
  /** How many nodes were seen before it. */
  readonly at: number
  readonly dependencies: Iterator<number>
}

/**
 * The nodes, each after those it depends on and else in their given order; nodes that depend on each other in a circle
 * stand together (Tarjan's strongly connected components, without recursion).
 */
export function dependenciesFirst(dependencies: readonly (readonly number[])[]): number[][] {
  const components: number[][] = []
  /** Of each node seen the earliest one that it leads back to; Infinity when its component is complete. */
  const lowest = new Map<number, number>()
  const open: number[] = [] // seen, and in no component yet

  function enter(node: number): Visit {
    const at = lowest.size
    lowest.set(node, at)
    open.push(node)
    return { node, at, dependencies: (dependencies[node] ?? []).values() }
  }
  function leadsTo(node: number, next: number): void {
    lowest.set(node, Math.min(lowest.get(node) ?? Infinity, lowest.get(next) ?? Infinity))
  }
  function leave({ node, at }: Visit): void {
    if (lowest.get(node) !== at) return
    const component = open.splice(open.lastIndexOf(node))
    for (const member of component) lowest.set(member, Infinity)
    components.push(component.sort((a, b) => a - b))
  }

  function search(path: Visit[]): void {
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const next = visit.dependencies.next()
      if (next.done !== true) {
        if (lowest.has(next.value)) leadsTo(visit.node, next.value)
        else path.push(enter(next.value))
        continue
      }
      leave(visit)
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) leadsTo(parent.node, visit.node)
    }
  }

  for (const root of dependencies.keys()) if (!lowest.has(root)) search([enter(root)])
  return components
}
