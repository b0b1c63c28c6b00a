import { odata, RestError } from '@azure/data-tables'
import type { TableClient, TransactionAction } from '@azure/data-tables'
import { isDocumentKey, isRecordKey } from './keys'
import { checkKey, checkTransaction } from './limits'
import type { Meter } from './meter'
import { FIRST_ROWS, pageSize, type PageSize } from './page-size'
import type { Action, Between, Outcome, Page, Range, Row, Scalar, Table, Values } from './table'
import { bounded, DEFAULT_TIMEOUT_MS, errorCode } from './unavailable'

const PARTITION = 't'
const MAX_PAGE_ROWS = 1000

/** By the prefix of the range. A client stands for a table, and is kept as long as the table is used. */
const pageSizes = new WeakMap<TableClient, Map<string, PageSize>>()

/** Of whole rows that may be large; undefined for every other kind of row. */
function largePages(client: TableClient, { from }: Range): PageSize | undefined {
  if (!isDocumentKey(from) && !isRecordKey(from)) return undefined
  const sizes = pageSizes.get(client) ?? new Map<string, PageSize>()
  pageSizes.set(client, sizes)
  const kind = from.slice(0, 2)
  const size = sizes.get(kind) ?? pageSize(isDocumentKey(from) ? FIRST_ROWS.documents : FIRST_ROWS.records)
  sizes.set(kind, size)
  return size
}

/**
 * The table behind the client, each call counted by the meter. Cheap, made for each request.
 * timeoutMs bounds one call with its repeats.
 */
export function openTable(client: TableClient, meter: Meter, timeoutMs = DEFAULT_TIMEOUT_MS): Table {
  const send = <T>(call: (abortSignal: AbortSignal) => Promise<T>) => meter.run(() => bounded(timeoutMs, call))

  async function get(key: string): Promise<Row | undefined> {
    checkKey(key)
    try {
      return toRow(await send((abortSignal) => client.getEntity(PARTITION, key, { abortSignal })))
    } catch (error) {
      if (errorCode(error) === 'ResourceNotFound') return undefined
      throw error
    }
  }

  async function page(range: Range, options: Parameters<Table['page']>[1] = {}): Promise<Page> {
    const { limit = MAX_PAGE_ROWS, next, select, where } = options
    const large = select === undefined ? largePages(client, range) : undefined
    const maxPageSize = Math.min(limit, large?.rows ?? MAX_PAGE_ROWS, MAX_PAGE_ROWS)
    if (maxPageSize < 1) throw new Error('A page has at least one row')
    const queryOptions = {
      filter: rangeFilter(range) + whereFilter(where),
      ...(select && { select: ['rowKey', 'timestamp', ...select] }),
    }
    const result = await send((abortSignal) =>
      client
        .listEntities({ queryOptions, abortSignal })
        .byPage({ maxPageSize, ...(next !== undefined && { continuationToken: next }) })
        .next(),
    )
    if (result.done === true) return { rows: [], next: undefined }
    const rows = result.value.map(toRow)
    large?.saw(rows)
    return { rows, next: result.value.continuationToken }
  }

  async function all(range: Range, options: { limit?: number; select?: readonly string[] } = {}): Promise<readonly Row[]> {
    const { limit = Infinity, ...rest } = options
    const rows: Row[] = []
    let next: string | undefined
    while (rows.length < limit) {
      const found = await page(range, { ...rest, limit: limit - rows.length, ...(next !== undefined && { next }) })
      rows.push(...found.rows)
      next = found.next
      if (next === undefined) break
    }
    return rows
  }

  async function commit(actions: readonly Action[]): Promise<Outcome> {
    checkTransaction(actions)
    try {
      const { subResponses } = await send((abortSignal) =>
        client.submitTransaction(actions.map(toTransactionAction), { abortSignal }),
      )
      return { ok: true, etags: subResponses.map((response) => response.etag) }
    } catch (error) {
      const outcome = refusal(error)
      if (outcome !== undefined) return outcome
      throw error
    }
  }

  return { get, page, all, commit }
}

function rangeFilter({ from, before }: Range): string {
  return odata`PartitionKey eq ${PARTITION} and RowKey ge ${from} and RowKey lt ${before}`
}

/** odata`` quotes a text only where something stands before it; the name is one of ours. */
function whereFilter(where: Between | undefined): string {
  if (where === undefined) return ''
  const { property, from, to } = where
  return ` and ${property}` + odata` ge ${from}` + ` and ${property}` + odata` le ${to}`
}

const reasons: Readonly<Record<string, 'exists' | 'missing' | 'changed'>> = {
  EntityAlreadyExists: 'exists',
  ResourceNotFound: 'missing',
  UpdateConditionNotSatisfied: 'changed',
  ConditionNotMet: 'changed',
}

function refusal(error: unknown): Outcome | undefined {
  const reason = reasons[errorCode(error) ?? '']
  if (reason === undefined || !(error instanceof RestError)) return undefined
  const index = /^\d+(?=:)/.exec(error.message)?.[0] // "1:The specified entity already exists."
  return { ok: false, reason, index: index === undefined ? undefined : Number(index) }
}

function toTransactionAction(action: Action): TransactionAction {
  switch (action.type) {
    case 'create':
      return ['create', toEntity(action.key, action.values)]
    case 'replace':
      return ['update', toEntity(action.key, action.values), 'Replace', { etag: action.etag }]
    case 'merge':
      return ['update', toEntity(action.key, action.values), 'Merge', { etag: action.etag }]
    case 'upsert':
      return ['upsert', toEntity(action.key, action.values), 'Replace']
    case 'delete':
      return ['delete', { partitionKey: PARTITION, rowKey: action.key }]
  }
}

function toEntity(key: string, values: Values) {
  const properties = Object.entries(values).map(([name, value]) => [name, toProperty(value)] as const)
  return { ...Object.fromEntries(properties), partitionKey: PARTITION, rowKey: key }
}

/** The service reads a number without a decimal point as Int32, so what does not fit must name its type. */
function toProperty(value: Scalar) {
  const isWide = typeof value === 'number' && Number.isInteger(value) && value !== (value | 0)
  return isWide ? { type: 'Double', value } : value
}

const metadataNames = new Set(['partitionKey', 'rowKey', 'timestamp', 'etag'])

function toRow(entity: object & { rowKey?: string; etag?: string; timestamp?: string }): Row {
  const { rowKey, etag, timestamp } = entity
  if (rowKey === undefined || etag === undefined || timestamp === undefined)
    throw new Error('A row came without its key, ETag or timestamp')
  const values: Record<string, Scalar> = {}
  for (const [name, value] of Object.entries<unknown>({ ...entity })) {
    // The service answers null for a selected property that a row lacks.
    if (metadataNames.has(name) || name.startsWith('odata.') || value === null) continue
    if (!isScalar(value)) throw new Error(`Property ${name} has a type that is never written here`)
    values[name] = value
  }
  return { key: rowKey, etag, timestamp, values }
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
