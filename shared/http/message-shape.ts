import * as z from 'zod'
import { invalidSyntax, type ScimError } from '../scim/errors'
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

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  int: 'a whole number',
  number: 'a number',
}

/** What is wrong with a part of a message, as a clause with its name for the subject. Conditions of ours bring their own. */
const problemOf: z.core.$ZodErrorMap = (issue) => {
  const { code } = issue
  if (code === 'invalid_type')
    return issue.input === undefined ? 'is missing' : `must be ${KINDS[issue.expected] ?? 'something else'}`
  if (code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  const isList = 'origin' in issue && issue.origin === 'array'
  if (code === 'too_big')
    return isList ? `has more than ${String(issue.maximum)} entries` : `must be at most ${String(issue.maximum)}`
  if (code !== 'too_small') return 'is not valid'
  return isList || issue.origin === 'string' ? 'must not be empty' : `must be at least ${String(issue.minimum)}`
}

/** @throws what `refusal` makes of the first thing wrong: where it is, empty for the whole, and a clause that says what */
export function parsed<T>(shape: z.ZodType<T>, value: unknown, refusal: (where: string, problem: string) => ScimError): T {
  const result = shape.safeParse(value, { error: problemOf })
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw refusal((issue?.path ?? []).join('.'), issue?.message ?? 'is not valid')
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
