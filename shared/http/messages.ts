import * as z from 'zod'
import { invalidSyntax, ScimError, type ScimType } from '../scim/errors'
import type { Json, JsonObject } from '../scim/json'
import { message, parsed, refuseUnnamed, schemasWith } from './message-shape'
import type { PatchOperation } from '../scim/patch/operation'

export const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const SEARCH_URN = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'
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

/**
 * The PATCH message (RFC 7644 section 3.5.2). Entra ID sends "Add" for "add", so op is read without case; the SCIM
 * Validator sends an empty list of operations, which changes nothing (entra-scim 2.10).
 */
const patchMessage = message({
  schemas: schemasWith(PATCH_URN),
  Operations: z
    .array(
      message({
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

/**
 * @param isStrict whether the message has to say what it is
 * @throws ScimError invalidSyntax that names the first thing wrong
 */
export function readPatchMessage(body: Json, isStrict: boolean): PatchOperation[] {
  const { Operations, schemas } = parsed(patchMessage, body, (where, problem) =>
    invalidSyntax(`${where === '' ? 'The PATCH' : where} ${problem}.`),
  )
  refuseUnnamed({ schemas }, { urn: PATCH_URN, isStrict })
  return Operations.map(({ op, path, value }) => ({
    op,
    ...(path != null && { path }),
    ...(value !== undefined && { value: value as Json }),
  }))
}

/** What clients read an answer's startIndex into. */
const MAX_INT32 = 2_147_483_647

/** Brought into 32 bits: whoever asks for more than there can be means all, or nothing. */
const wholeNumber = z
  .string()
  .regex(/^[+-]?\d+$/, 'must be a whole number')
  .transform((digits) => Math.min(MAX_INT32, Math.max(-MAX_INT32, Number(digits))))
const names = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
)

/** Room for what writeCursor seals of the longest sort key (sort.ts), of which JSON may write each character as six. */
const MAX_CURSOR_CHARACTERS = 2048

/** The query parameters of RFC 7644 section 3.4.2 and RFC 9865; others are ignored. An empty one is as good as none. */
const queryParameters = z.object({
  filter: z.string().optional(),
  attributes: names.optional(),
  excludedAttributes: names.optional(),
  sortBy: z.string().optional(),
  sortOrder: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['', 'ascending', 'descending'], 'must be ascending or descending'))
    .optional(),
  startIndex: wholeNumber.optional(),
  count: wholeNumber.optional(),
  cursor: z.string().max(MAX_CURSOR_CHARACTERS, 'is too long').optional(),
})

export interface Query {
  readonly filter: string | undefined
  readonly attributes: readonly string[]
  readonly excludedAttributes: readonly string[]
  readonly sortBy: string | undefined
  /** Of sortBy; without it the order is that of creation. */
  readonly descending: boolean
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

/** The parameters that are known, by their own names; they come without case. */
function knownOf<T>(parameters: Iterable<readonly [string, T]>): Map<string, T> {
  const known = new Map<string, T>()
  for (const [name, value] of parameters) {
    const own = parameterNames.get(name.toLowerCase())
    if (own !== undefined) known.set(own, value)
  }
  return known
}

/**
 * The query of a request: names without case, numbers brought into their bounds (RFC 7644 section 3.4.2.4).
 * @throws ScimError invalidValue, invalidCount or invalidCursor, naming the parameter
 */
export function readQuery(parameters: URLSearchParams): Query {
  return queryOf(knownOf(parameters), 'The query parameter ')
}

/** Of a whole number its digits, however many. */
const written = (given: number) => (Number.isInteger(given) ? String(BigInt(given)) : String(given))

/** A member of a SearchRequest as the query parameter of that name would be written. */
const searchMember = z.union(
  [z.string(), z.number().transform(written), z.array(z.string()).transform((list) => list.join(','))],
  'must be text, a number or a list of attribute names',
)

/** The message of a search by POST (RFC 7644 section 3.4.3): the parameters of a query as members of an object. */
const searchMessage = message({ schemas: schemasWith(SEARCH_URN) })

/**
 * @param isStrict whether the message has to say what it is
 * @throws ScimError invalidSyntax when it is no SearchRequest; else as readQuery
 */
export function readSearchMessage(body: JsonObject, isStrict: boolean): Query {
  const named = parsed(searchMessage, body, (where, problem) => invalidSyntax(`${where} ${problem}.`))
  refuseUnnamed(named, { urn: SEARCH_URN, isStrict })
  const members = knownOf(Object.entries(body).filter(([, value]) => value !== null))
  const given = [...members].map(([name, value]) => {
    const refusal = (_: string, problem: string) => refusedParameter(name, `${name} ${problem}`, members.has('cursor'))
    return [name, parsed(searchMember, value, refusal)] as const
  })
  return queryOf(new Map(given), '')
}

const refusedParameter = (name: string, clause: string, byCursor: boolean) =>
  new ScimError(400, scimTypeOf(name, byCursor), `${clause}.`)

function queryOf(given: ReadonlyMap<string, string>, subject: string): Query {
  const byCursor = given.has('cursor')
  const refusal = (where: string, problem: string) => refusedParameter(where, `${subject}${where} ${problem}`, byCursor)
  const query = parsed(queryParameters, Object.fromEntries(given), refusal)
  if (byCursor) checkCursorPaging(query, refusal)
  const sortBy = query.sortBy === '' ? undefined : query.sortBy
  return {
    filter: query.filter,
    attributes: query.attributes ?? [],
    excludedAttributes: query.excludedAttributes ?? [],
    sortBy,
    descending: sortBy !== undefined && query.sortOrder === 'descending',
    startIndex: Math.max(1, query.startIndex ?? 1),
    count: Math.min(LIMITS.maxPageSize, Math.max(0, query.count ?? LIMITS.defaultPageSize)),
    cursor: query.cursor,
  }
}

/**
 * With a cursor count is a positive number (RFC 9865 sections 2 and 2.1). startIndex asks for the other way of paging; the
 * first place is tolerated, which clients send with every request.
 */
function checkCursorPaging(
  { count, startIndex }: { count?: number | undefined; startIndex?: number | undefined },
  refusal: (where: string, problem: string) => ScimError,
): void {
  if (count !== undefined && count < 1) throw refusal('count', `must be from 1 to ${LIMITS.maxPageSize} beside a cursor`)
  if (startIndex !== undefined && startIndex > 1) throw refusal('startIndex', 'cannot be combined with a cursor')
}
