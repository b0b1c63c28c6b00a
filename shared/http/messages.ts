import * as z from 'zod'
import { invalidSyntax, ScimError, type ScimType } from '../scim/errors'
import type { Json } from '../scim/json'
import type { PatchOperation } from '../scim/patch'

export const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const LIST_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
export const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** Limits that ServiceProviderConfig and the README state. */
export const LIMITS = {
  maxBodyBytes: 1024 * 1024,
  maxPatchOperations: 1000,
  defaultPageSize: 100,
  maxPageSize: 200,
  cursorSeconds: 3600,
} as const

const schemasWith = (urn: string) =>
  z
    .array(z.string())
    .refine((schemas) => schemas.some((schema) => schema.toLowerCase() === urn.toLowerCase()), `must contain "${urn}"`)

/**
 * The PATCH message (RFC 7644 section 3.5.2). Entra ID sends "Add" for "add", so op is read without case; the SCIM
 * Validator sends an empty list of operations, which changes nothing (entra-scim 2.10).
 */
const patchMessage = z.object({
  schemas: schemasWith(PATCH_URN),
  Operations: z
    .array(
      z.object({
        op: z
          .string()
          .toLowerCase()
          .pipe(z.enum(['add', 'remove', 'replace'])),
        path: z.string().min(1).nullish(),
        value: z.unknown().optional(), // JSON already; a recursive check would end the process's stack on deep nesting
      }),
    )
    .max(LIMITS.maxPatchOperations),
})

/** @throws ScimError invalidSyntax that names the first thing wrong */
export function readPatchMessage(body: Json): PatchOperation[] {
  const { Operations } = parsed(patchMessage, body, (where, problem) =>
    invalidSyntax(`${where === '' ? 'The PATCH' : where}: ${problem}.`),
  )
  return Operations.map(({ op, path, value }) => ({
    op,
    ...(path != null && { path }),
    ...(value !== undefined && { value: value as Json }),
  }))
}

const wholeNumber = z
  .string()
  .regex(/^[+-]?\d{1,9}$/, 'must be a whole number of at most 9 digits')
  .transform(Number)
const names = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
)

/** The query parameters of RFC 7644 section 3.4.2 and RFC 9865; others are ignored. */
const queryParameters = z.object({
  filter: z.string().optional(),
  attributes: names.optional(),
  excludedAttributes: names.optional(),
  startIndex: wholeNumber.optional(),
  count: wholeNumber.optional(),
  cursor: z.string().max(1024, 'is too long').optional(),
})

export interface Query {
  readonly filter: string | undefined
  readonly attributes: readonly string[]
  readonly excludedAttributes: readonly string[]
  /** From 1. */
  readonly startIndex: number
  readonly count: number
  /** Present, though perhaps empty, when the client pages by cursor. */
  readonly cursor: string | undefined
}

const parameterNames = new Map(Object.keys(queryParameters.shape).map((name) => [name.toLowerCase(), name]))

/** RFC 9865 section 2.1 has keywords of its own for a client that pages by cursor. */
function scimTypeOf(parameter: string, byCursor: boolean): ScimType {
  if (parameter === 'cursor') return 'invalidCursor'
  return parameter === 'count' && byCursor ? 'invalidCount' : 'invalidValue'
}

/**
 * The query of a request: names without case, numbers brought into their bounds (RFC 7644 section 3.4.2.4).
 * @throws ScimError invalidValue, invalidCount or invalidCursor, naming the parameter
 */
export function readQuery(parameters: URLSearchParams): Query {
  const given: Record<string, string> = {}
  for (const [name, value] of parameters) {
    const known = parameterNames.get(name.toLowerCase())
    if (known !== undefined) given[known] = value
  }
  const byCursor = given['cursor'] !== undefined
  const query = parsed(
    queryParameters,
    given,
    (where, problem) => new ScimError(400, scimTypeOf(where, byCursor), `The query parameter ${where} ${problem}.`),
  )
  return {
    filter: query.filter,
    attributes: query.attributes ?? [],
    excludedAttributes: query.excludedAttributes ?? [],
    startIndex: Math.max(1, query.startIndex ?? 1),
    count: Math.min(LIMITS.maxPageSize, Math.max(0, query.count ?? LIMITS.defaultPageSize)),
    cursor: query.cursor,
  }
}

function parsed<T>(shape: z.ZodType<T>, value: unknown, refusal: (where: string, problem: string) => ScimError): T {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw refusal((issue?.path ?? []).join('.'), issue?.message ?? 'is not valid')
}
