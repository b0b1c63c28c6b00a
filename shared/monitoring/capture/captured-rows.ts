import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { fromChunks, toChunks } from '../../storage/chunks'
import { CAPTURED, capturedKey } from '../../storage/keys'
import { prefixRange, type Action, type Row, type Table } from '../../storage/table'
import type { CapturedRequest } from './captured-request'

/** So many requests, or characters of them, are captured of a tenant at a time. */
export const MAX_CAPTURED = 1_000
const MAX_CAPTURED_UNITS = 30_000_000
const KEPT_MS = 24 * 3_600_000
const DELETED_AT_ONCE = 100

const shape = z.object({
  time: z.string(),
  operation: z.string(),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  bodyNote: z.string().optional(),
  status: z.number(),
  answer: z.string().optional(),
  answerNote: z.string().optional(),
  ms: z.number(),
})

/** How many requests are captured, and how many characters they take. */
export interface CapturedSize {
  readonly count: number
  readonly units: number
}

/** One transaction, and so one trip. Answers with the characters it takes. */
export async function storeCaptured(table: Table, request: CapturedRequest): Promise<number> {
  const { body = '', answer = '', ...facts } = request
  const units = body.length + answer.length + request.path.length
  const has = { ...(request.body !== undefined && { b: true }), ...(request.answer !== undefined && { a: true }) }
  const values = { ...toChunks(JSON.stringify(facts)), ...toChunks(body, 'body'), ...toChunks(answer, 'answer'), units, ...has }
  const key = capturedKey(Date.parse(request.time), randomBytes(6).toString('hex'))
  await table.commit([{ type: 'create', key, values }]) // exists: the client's own repeat
  return units
}

function requestOf({ values }: Row): CapturedRequest {
  const facts = JSON.parse(fromChunks(values)) as object
  const body = values['b'] === true && { body: fromChunks(values, 'body') }
  const answer = values['a'] === true && { answer: fromChunks(values, 'answer') }
  return shape.parse({ ...facts, ...body, ...answer }) as CapturedRequest
}

/** Newest first, those behind the id given; none older than a day, erased or not. One trip for each four megabytes. */
export async function listCaptured(
  table: Table,
  { after, limit, nowMs }: { readonly after: string | undefined; readonly limit: number; readonly nowMs: number },
): Promise<{ readonly id: string; readonly request: CapturedRequest }[]> {
  const range = prefixRange(CAPTURED)
  const from = after === undefined ? range.from : `${range.from}${after.replace('-', '!')}!`
  const before = capturedKey(nowMs - KEPT_MS, '')
  if (from >= before) return []
  const rows = await table.all({ from, before }, { limit })
  return rows.map((row) => ({ id: row.key.slice(range.from.length).replace('!', '-'), request: requestOf(row) }))
}

/** One trip, or two when there are as many as there may be. */
export async function countCaptured(table: Table): Promise<CapturedSize> {
  const rows = await table.all(prefixRange(CAPTURED), { limit: MAX_CAPTURED + 1, select: ['units'] })
  return { count: rows.length, units: rows.reduce((sum, { values }) => sum + Number(values['units']), 0) }
}

export const isFull = ({ count, units }: CapturedSize) => count >= MAX_CAPTURED || units >= MAX_CAPTURED_UNITS

/** Erases those older than a day. One trip when there are none. */
export async function eraseOld(table: Table, nowMs: number): Promise<void> {
  await eraseRange(table, capturedKey(nowMs - KEPT_MS, ''))
}

/** Erases all. One trip when there are none. */
export async function eraseCaptured(table: Table): Promise<void> {
  await eraseRange(table, prefixRange(CAPTURED).from)
}

/** Keys begin with what is left until the end of time: older ones stand behind newer ones. */
async function eraseRange(table: Table, from: string): Promise<void> {
  const range = { ...prefixRange(CAPTURED), from }
  for (;;) {
    const rows = await table.all(range, { limit: DELETED_AT_ONCE, select: ['units'] })
    if (rows.length === 0) return
    await table.commit(rows.map(({ key }): Action => ({ type: 'delete', key }))) // another worker may be faster
  }
}
