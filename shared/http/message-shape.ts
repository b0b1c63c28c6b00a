import * as z from 'zod'
import { isObject, type JsonObject } from '../scim/json'

/**
 * A message of the protocol, or one object in it. Its members are read without letter case, as every name is (RFC 7643 section 2.1),
 * the last of two that mean one; what nobody asked for is left out.
 */
export function message<S extends z.ZodRawShape>(shape: S) {
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]))
  const spelled = (sent: JsonObject): JsonObject => {
    const known = Object.entries(sent).map(([name, value]) => [names.get(name.toLowerCase()), value] as const)
    return Object.fromEntries(known.filter(([name]) => name !== undefined)) as JsonObject
  }
  return z.preprocess((sent: unknown): unknown => (isObject(sent) ? spelled(sent) : sent), z.object(shape))
}
