import type { HttpRequest } from '@azure/functions'
import type * as z from 'zod'
import { readBytes } from '../http/exchange'
import { oddShape } from '../http/json-shape'
import type { Operation } from './operation'
import { invalid, Problem, type WrongField } from './problem'

/** The operation that a path and method name, with the parts of the path in braces. */
export interface Match {
  readonly operation: Operation
  readonly parts: Readonly<Record<string, string>>
}

/** Of every path: `api`, and which of the two. */
const PREFIX_PARTS = 2

/**
 * @param path decoded
 * @throws Problem 404 when no operation has the path, 405 when others do
 */
export function matchOperation(operations: readonly Operation[], method: string, path: readonly string[]): Match {
  const matches = operations.flatMap((operation) => {
    const parts = partsOf(operation.path, path.slice(PREFIX_PARTS))
    return parts === undefined ? [] : [{ operation, parts }]
  })
  const match = matches.find(({ operation }) => operation.method === method)
  if (match !== undefined) return match
  if (matches.length === 0) {
    const prefix = path.slice(0, PREFIX_PARTS).join('/')
    throw new Problem(404, 'not-found', `There is no such address. GET /${prefix}/openapi.json lists all.`)
  }
  const allowed = matches.map(({ operation }) => operation.method).join(', ')
  throw new Problem(405, 'method-not-allowed', `Use one of: ${allowed}.`, { headers: { Allow: allowed } })
}

function partsOf(template: string, path: readonly string[]): Record<string, string> | undefined {
  const wanted = template.split('/').slice(1)
  if (wanted.length !== path.length) return undefined
  const parts: [string, string][] = []
  for (const [i, piece] of wanted.entries()) {
    const given = path[i] ?? ''
    if (piece.startsWith('{')) parts.push([piece.slice(1, -1), given])
    else if (piece !== given) return undefined
  }
  return Object.fromEntries(parts)
}

/** @throws Problem 400 that names every wrong part */
export function readParameters(match: Match, url: URL): { path: unknown; query: unknown } {
  const { tenant, ...parts } = match.parts
  const path = parsed(match.operation.parameters, parts, (at) => `{${at.join('.')}}`)
  const query = parsed(match.operation.query, Object.fromEntries(url.searchParams), (at) => `?${at.join('.')}`)
  return { path: { ...(tenant !== undefined && { tenant }), ...(path as object) }, query }
}

/** @throws Problem 400, 413 or 415 */
export async function readBodyOf(operation: Operation, request: HttpRequest): Promise<unknown> {
  if (operation.body === undefined) return undefined
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  const { body, readCsv } = operation
  const read =
    type === 'application/json' ? readJson : type === 'text/csv' && readCsv !== undefined ? csvReader(readCsv) : undefined
  if (read === undefined) {
    const wanted = readCsv === undefined ? 'application/json' : 'application/json or text/csv'
    throw new Problem(415, 'media-type', `Send the body as ${wanted}, and say so in Content-Type.`)
  }
  const value = await read(await readBytesOf(operation, request))
  refuseLongList(operation, value)
  return parsed(body, value, pointer)
}

const csvReader = (readCsv: NonNullable<Operation['readCsv']>) => (bytes: Uint8Array) => readCsv(textOf(bytes))

/** Twenty names for each of the most entries that a list may have. */
const MAX_NAMES = 100_000

function readJson(bytes: Uint8Array): unknown {
  const clause = oddShape(bytes, MAX_NAMES)
  if (clause !== undefined) throw invalid([{ path: '', detail: `${clause}: send less at once` }])
  return jsonOf(textOf(bytes))
}

async function readBytesOf({ maxBodyBytes }: Operation, request: HttpRequest): Promise<Uint8Array> {
  const tooLarge = () =>
    new Problem(413, 'too-large', `The body may have at most ${maxBodyBytes} bytes. Send less at once, a list in several files.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) throw tooLarge()
  return request.body === null ? new Uint8Array() : readBytes(request.body, { maxBytes: maxBodyBytes, tooLarge })
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid([{ path: '', detail: 'The body is not text in UTF-8.' }])
  }
}

export const longList = (maxItems: number) =>
  invalid([{ path: '', detail: `can have at most ${maxItems} entries: split the list and send several` }])

/** The schema would say the same, after it has looked at each of a million entries. */
function refuseLongList({ maxItems }: Operation, value: unknown): void {
  if (maxItems === undefined || !Array.isArray(value) || value.length <= maxItems) return
  throw longList(maxItems)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid([{ path: '', detail: 'The body is not JSON.' }])
  }
}

function parsed(schema: z.ZodType, value: unknown, where: (path: readonly PropertyKey[]) => string): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(result.error.issues.flatMap((issue) => wrongFields(issue, where)).slice(0, MAX_WRONG_FIELDS))
}

/** A long list may be wrong in every entry. */
export const MAX_WRONG_FIELDS = 100
const MAX_NAMED = 20

/** An unknown field is named itself, where zod names the object around it. */
function wrongFields(issue: z.core.$ZodIssue, where: (path: readonly PropertyKey[]) => string): WrongField[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: where(issue.path), detail: issue.message }]
  return issue.keys
    .slice(0, MAX_NAMED)
    .map((key) => ({ path: where([...issue.path, key.slice(0, 100)]), detail: 'is not known here' }))
}

/** JSON Pointer (RFC 6901). */
const pointer = (path: readonly PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
