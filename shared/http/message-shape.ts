import * as z from 'zod'
import { invalidSyntax } from '../scim/errors'
import { isObject, type JsonObject } from '../scim/json'

/** Names what the message is. A client that names nothing, a gateway's plugin for one, has sent it to the right address all the same. */
export const schemasWith = (urn: string) =>
  z
    .array(z.string())
    .refine(
      (schemas) => schemas.length === 0 || schemas.some((schema) => schema.toLowerCase() === urn.toLowerCase()),
      `must contain "${urn}"`,
    )
    .nullish()

/** @throws ScimError invalidSyntax in strict mode, when the message names no schema */
export function refuseUnnamed(
  { schemas }: { readonly schemas?: readonly string[] | null | undefined },
  { urn, isStrict }: { readonly urn: string; readonly isStrict: boolean },
): void {
  if (isStrict && (schemas ?? []).length === 0) throw invalidSyntax(`schemas must contain "${urn}".`)
}

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
