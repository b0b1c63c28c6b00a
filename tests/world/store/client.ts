import { RestError, type TableClient, type TransactionAction } from '@azure/data-tables'
import { REPEATS } from '../../../shared/storage/connect'
import type { Account } from './account'
import type { Call, Fault, Trouble } from './faults'
import { etagOf, timestampOf, type StoredRow, type Wanted, type Write } from './partition'
import { Refusal, serverBusy, timedOut } from './refusal'

/** The way between a client and the service. */
export interface Link {
  /** Resolves when a request has come to the service, or its answer back. One of a process that is dead never comes back. */
  readonly travel: (call: Call, leg: 'request' | 'answer') => Promise<void>
  /** Waits at the client's side. */
  readonly wait: (ms: number) => Promise<void>
  readonly random: () => number
}

export interface Connection {
  readonly account: Account
  readonly link: Link
  readonly trouble: Trouble
}

interface Calling {
  readonly abortSignal?: AbortSignal
}

/**
 * A client of one table as @azure/data-tables makes it, as far as shared/storage uses it: its repeats (REPEATS; which answers it
 * repeats is core-rest-pipeline's exponentialRetryPolicy), its errors, its pages.
 */
export function newClient(connection: Connection, table: string): TableClient {
  const { account } = connection
  const ask = <T>(call: Omit<Call, 'table' | 'repeat'>, options: Calling, work: (fault: Fault | undefined) => T) =>
    untilAborted(options.abortSignal, repeated(connection, { ...call, table }, { ...options, work }))
  const client = {
    getEntity: (_partition: string, key: string, options: Calling) =>
      ask({ operation: 'get', key }, options, () => {
        account.spend(table, 1)
        return entityOf(account.partition(table).get(key))
      }),
    listEntities: (options: Calling & { queryOptions: Query }) => ({
      byPage: (paging: Paging) => ({
        next: () => {
          const wanted = wantedOf(options.queryOptions, paging)
          return ask({ operation: 'page', key: wanted.from }, options, (fault) => {
            const looks = fault?.kind === 'cut-page' ? fault.looks : wanted.looks
            const { rows, next } = account.partition(table).page({ ...wanted, looks })
            account.spend(table, entitiesOf(rows))
            const found = rows.map((row) => entityOf(row, options.queryOptions.select))
            return { done: false, value: Object.assign(found, { continuationToken: next }) }
          })
        },
      }),
    }),
    submitTransaction: (actions: TransactionAction[], options: Calling) => {
      const writes = actions.map(writeOf)
      return ask({ operation: 'commit', key: writes[0]?.key ?? '' }, options, () => {
        account.spend(table, writes.length)
        const rows = account.partition(table).transact(writes)
        return { subResponses: rows.map((row) => ({ etag: row && etagOf(row) })) }
      })
    },
    createTable: (options: Calling) =>
      ask({ operation: 'create-table', key: '' }, options, () => {
        account.create(table)
      }).catch(unless('TableAlreadyExists')),
    deleteTable: (options: Calling) =>
      ask({ operation: 'drop-table', key: '' }, options, () => {
        account.drop(table)
      }).catch(unless('TableNotFound')),
  }
  return client as unknown as TableClient // its types have generics and options that nobody here uses
}

const entitiesOf = (rows: readonly StoredRow[]) => rows.reduce((sum, { bytes }) => sum + Math.ceil(bytes / 1024), 1)

/** The client takes these as done. */
const unless = (code: string) => (error: unknown) => {
  if (!(error instanceof RestError) || error.code !== code) throw error
}

interface Asked<T> extends Calling {
  readonly work: (fault: Fault | undefined) => T
}

async function repeated<T>(connection: Connection, call: Omit<Call, 'repeat'>, asked: Asked<T>): Promise<T> {
  for (let repeat = 0; ; repeat += 1) {
    try {
      return await once(connection, { ...call, repeat }, asked.work)
    } catch (error) {
      if (repeat === REPEATS.maxRetries || !isRepeated(error)) throw error
      const delayMs = Math.min(REPEATS.maxRetryDelayInMs, REPEATS.retryDelayInMs * 2 ** repeat)
      await connection.link.wait(delayMs / 2 + (connection.link.random() * delayMs) / 2)
      asked.abortSignal?.throwIfAborted()
    }
  }
}

async function once<T>({ account, link, trouble }: Connection, call: Call, work: Asked<T>['work']): Promise<T> {
  const fault = trouble(call)
  await link.travel(call, 'request')
  if (fault?.kind === 'request-lost') throw connectionReset()
  if (fault?.kind === 'moved' && account.tables().includes(call.table)) account.partition(call.table).moveTo(fault.skewMs)
  const answer = answerOf(fault, work)
  if (fault?.kind === 'silent') return new Promise<never>(() => undefined)
  await link.travel(call, 'answer')
  if (fault?.kind === 'answer-lost') throw connectionReset()
  return answer()
}

/** What the service does, and as a function what its answer comes to at the client. */
function answerOf<T>(fault: Fault | undefined, work: Asked<T>['work']): () => T {
  try {
    if (fault?.kind === 'busy') throw serverBusy()
    if (fault?.kind === 'timed-out') throw timedOut()
    const answer = work(fault)
    return () => answer
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return () => {
      throw restError(error)
    }
  }
}

/** As a RestError carries it: a transaction's message begins with the index of the action. */
function restError({ status, code, message, index }: Refusal): RestError {
  const text = index === undefined ? message : `${index}:${message}`
  return Object.assign(new RestError(text, { code, statusCode: status }), { details: { odataError: { code } } })
}

const connectionReset = () => new RestError('read ECONNRESET', { code: 'ECONNRESET' })

const isRepeated = (error: unknown) =>
  error instanceof RestError && (error.statusCode === undefined ? error.code === 'ECONNRESET' : error.statusCode >= 500)

/** What is under way goes on, and nobody waits for it any more. */
function untilAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(new DOMException('The operation was aborted.', 'AbortError'))
    }
    signal.addEventListener('abort', abort)
    const end = () => {
      signal.removeEventListener('abort', abort)
    }
    work.finally(end).then(resolve, reject)
  })
}

interface Query {
  readonly filter: string
  readonly select?: readonly string[]
}

interface Paging {
  readonly maxPageSize: number
  readonly continuationToken?: string
}

const text = `'((?:[^']|'')*)'`
const range = `^PartitionKey eq 't' and RowKey ge ${text} and RowKey lt ${text}`
const filterShape = new RegExp(`${range}(?: and (\\w+) ge ${text} and (\\w+) le ${text})?$`, 's')

/** A page has 1,000 rows at most: https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination */
function wantedOf({ filter }: Query, { maxPageSize, continuationToken }: Paging): Wanted {
  const match = filterShape.exec(filter)
  if (match === null) throw new Error(`The store does not know this filter: ${filter}`)
  const [, from = '', before = '', property, low = '', , high = ''] = match.map((part?: string) => part?.replaceAll("''", "'"))
  const where = property === undefined ? undefined : { property, from: low, to: high }
  return { from: continuationToken ?? from, before, where, rows: Math.min(maxPageSize, 1000), looks: Number.POSITIVE_INFINITY }
}

/** The service answers null for a property that was selected and that the row lacks. */
function entityOf(row: StoredRow, select?: readonly string[]): object {
  const own = { partitionKey: 't', rowKey: row.key, etag: etagOf(row), timestamp: timestampOf(row.ticks) }
  if (select === undefined) return { ...row.values, ...own }
  return { ...Object.fromEntries(select.map((name) => [name, row.values[name] ?? null])), ...own }
}

function writeOf([kind, entity, mode, options]: TransactionAction): Write {
  const { rowKey: key, ...others } = entity
  const values = Object.fromEntries(Object.entries(others).filter(([name]) => name !== 'partitionKey'))
  const etag = typeof options === 'object' && 'etag' in options ? options.etag : undefined
  return {
    kind,
    key,
    values: kind === 'delete' ? {} : values,
    ...(typeof mode === 'string' && { mode }),
    ...(etag !== undefined && { etag }),
  }
}
