import { isObject, type Json } from '../../shared/scim/json'

/** How often code looks into a value: the work that a budget has to have counted. */
export interface Reads {
  count: number
}

/** The value, and all within it, telling each look at one of its objects. Lists are not counted: their entries are. */
export function watched<T>(value: T, reads: Reads): T {
  if (Array.isArray(value)) return value.map((entry: unknown) => watched(entry, reads)) as unknown as T
  if (!isObject(value)) return value
  const inner = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, watched<Json>(part, reads)]))
  const look = <R>(result: R): R => {
    reads.count += 1
    return result
  }
  return new Proxy(inner, {
    get: (target, name) => look(Reflect.get(target, name) as unknown),
    ownKeys: (target) => look(Reflect.ownKeys(target)),
    getOwnPropertyDescriptor: (target, name) => look(Reflect.getOwnPropertyDescriptor(target, name)),
  }) as T
}
