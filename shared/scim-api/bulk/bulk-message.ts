import * as z from 'zod'
import { invalidSyntax, ScimError } from '../../scim/errors'
import type { Json, JsonObject } from '../../scim/json'
import { message, parsed, refuseUnnamed, schemasWith } from '../../http/message-shape'
import { pathParts } from '../../http/exchange'

export const BULK_REQUEST_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
export const BULK_RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'

/** Stated in ServiceProviderConfig (RFC 7644 section 3.7.4). The size is bounded by the body's own limit. */
export const MAX_BULK_OPERATIONS = 1000

/** One operation of a bulk request: what a single request says in its method, path, If-Match and body. */
export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Decoded parts behind the Tenant URL: `['Users', '2819c2…']`. */
  readonly path: readonly string[]
  readonly bulkId?: string | undefined
  readonly version?: string | undefined
  readonly data?: Json | undefined
}

export interface BulkMessage {
  readonly operations: readonly BulkOperation[]
  /** After so many errors no further operation is begun; Infinity when the client named none. */
  readonly failOnErrors: number
}

const operation = message({
  method: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['POST', 'PUT', 'PATCH', 'DELETE'])),
  path: z.string().min(1),
  bulkId: z.string().min(1).nullish(),
  version: z.string().nullish(),
  data: z.unknown().optional(), // JSON already; a recursive check would end the process's stack on deep nesting
})

const bulkMessage = message({
  schemas: schemasWith(BULK_REQUEST_URN),
  failOnErrors: z.int().min(0).nullish(),
  Operations: z
    .array(operation)
    .min(1)
    .superRefine((operations, context) => {
      const known = new Set<string>()
      for (const [i, { method, bulkId }] of operations.entries()) {
        if (method !== 'POST') continue
        const problem = bulkId == null ? 'is required for a POST' : known.has(bulkId) ? 'is used twice' : undefined
        if (problem !== undefined) context.addIssue({ code: 'custom', path: [i, 'bulkId'], message: problem })
        if (bulkId != null) known.add(bulkId)
      }
    }),
})

/**
 * The bulk message (RFC 7644 section 3.7). What is wrong with the message itself refuses all of it before anything is
 * done; what is wrong with an operation is that operation's own answer. In strict mode it has to say what it is.
 * @throws ScimError 413 beyond MAX_BULK_OPERATIONS, invalidSyntax that names the first thing wrong
 */
export function readBulkMessage(
  body: JsonObject,
  { base, isStrict }: { readonly base: string; readonly isStrict: boolean },
): BulkMessage {
  const given = Object.entries(body).find(([name]) => name.toLowerCase() === 'operations')?.[1]
  if (Array.isArray(given) && given.length > MAX_BULK_OPERATIONS) {
    throw new ScimError(
      413,
      undefined,
      `The number of operations, ${given.length}, exceeds maxOperations (${MAX_BULK_OPERATIONS}).`,
    )
  }
  const { Operations, failOnErrors, schemas } = parsed(bulkMessage, body, (where, problem) =>
    invalidSyntax(`${where === '' ? 'The bulk request' : where} ${problem}.`),
  )
  refuseUnnamed({ schemas }, { urn: BULK_REQUEST_URN, isStrict })
  return {
    failOnErrors: failOnErrors == null ? Infinity : Math.max(1, failOnErrors), // with none accepted the first one ends it
    operations: Operations.map(({ method, path, bulkId, version, data }) => ({
      method,
      path: partsBelow(base, path),
      bulkId: bulkId ?? undefined,
      version: version ?? undefined,
      data: data as Json | undefined,
    })),
  }
}

/** Paths are relative to the Tenant URL; the location of an earlier answer, which is absolute, does as well. Queries are ignored. */
function partsBelow(base: string, path: string): readonly string[] {
  const below = path.startsWith(`${base}/`) ? path.slice(base.length) : path
  const url = new URL(base)
  url.pathname = below.split(/[?#]/, 1)[0] ?? ''
  return pathParts(url)
}
