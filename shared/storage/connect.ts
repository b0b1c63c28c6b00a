import { LRUCache } from 'lru-cache'
import { TableClient } from '@azure/data-tables'
import type { TableServiceClientOptions } from '@azure/data-tables'
import type { Meter } from './meter'
import { openTable } from './azure-table'
import type { Table } from './table'
import { bounded, DEFAULT_TIMEOUT_MS, retryAfterSeconds, StorageUnavailable } from './unavailable'

/** One storage account's tables. */
export interface Tables {
  /** The table, which must exist by the first call. */
  open(name: string, meter: Meter): Table
  /** Creates the table; an existing one is left as it is. Throws RestError TableBeingDeleted for some 40 s after a drop. */
  create(name: string): Promise<void>
  /** Deletes the table with all its rows; an absent one is no error. */
  drop(name: string): Promise<void>
}

/** A connection string (local, tests), or the account's table endpoint, reached by managed identity. */
export type Connection = ({ readonly connectionString: string } | { readonly url: string; readonly clientId?: string }) & {
  /** Bound of one call with its repeats; default 8,000. */
  readonly timeoutMs?: number
}

const MAX_CLIENTS = 1000
const MAX_RETRY_DELAY_MS = 2000
/** How the client repeats a call by itself. */
export const REPEATS = { maxRetries: 2, retryDelayInMs: 150, maxRetryDelayInMs: MAX_RETRY_DELAY_MS }
/** Azure's rule for table names. It also keeps a name from reaching out of its place in the URL. */
const tableName = /^[A-Za-z][A-Za-z0-9]{2,62}$/

/** Makes the clients of the account's tables, lazily and once for each table; nothing is sent until a table is used. */
export function connectTables(connection: Connection): Tables {
  return tablesOver(clientMaker(connection), connection.timeoutMs)
}

/** The tables that these clients reach, each made once and on first use. timeoutMs bounds one call with its repeats. */
export function tablesOver(makeClient: (name: string) => TableClient, timeoutMs = DEFAULT_TIMEOUT_MS): Tables {
  const clients = new LRUCache<string, TableClient>({ max: MAX_CLIENTS })

  function client(name: string): TableClient {
    if (!tableName.test(name)) throw new Error('A table name has 3 to 63 letters and digits and begins with a letter')
    const held = clients.get(name) ?? makeClient(name)
    clients.set(name, held)
    return held
  }

  return {
    open: (name, meter) => openTable(client(name), meter, timeoutMs),
    create: (name) => bounded(timeoutMs, (abortSignal) => client(name).createTable({ abortSignal })),
    drop: (name) => bounded(timeoutMs, (abortSignal) => client(name).deleteTable({ abortSignal })),
  }
}

function clientMaker(connection: Connection): (name: string) => TableClient {
  const options = {
    retryOptions: REPEATS,
    additionalPolicies,
  } satisfies TableServiceClientOptions
  if ('connectionString' in connection) {
    const { connectionString } = connection
    const allowInsecureConnection = /=http:\/\/|DefaultEndpointsProtocol=http;|UseDevelopmentStorage=true/i.test(connectionString)
    return (name) => TableClient.fromConnectionString(connectionString, name, { ...options, allowInsecureConnection })
  }
  const credential = managedIdentity(connection.clientId)
  return (name) => new TableClient(connection.url, name, credential, options)
}

const additionalPolicies: NonNullable<TableServiceClientOptions['additionalPolicies']> = [
  {
    position: 'perRetry',
    policy: {
      name: 'refuseLongRetryAfter',
      // The client waits out any Retry-After, be it minutes; a caller that waits on us is better told at once.
      async sendRequest(request, next) {
        const response = await next(request)
        const seconds = retryAfterSeconds(response.headers)
        const isThrottled = response.status === 429 || response.status === 503
        if (!isThrottled || seconds === undefined || seconds * 1000 <= MAX_RETRY_DELAY_MS) return response
        throw new StorageUnavailable(`${response.status}, Retry-After ${seconds} s`, {
          retryAfterSeconds: seconds,
          throttled: true,
        })
      },
    },
  },
  {
    position: 'perCall',
    policy: {
      name: 'escapeLineSeparators',
      // Legal in JSON, but Azurite takes them for the end of a line and refuses the transaction.
      async sendRequest(request, next) {
        if (typeof request.body === 'string') {
          request.body = request.body.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
        }
        return next(request)
      },
    },
  },
]

async function loadCredential(clientId: string | undefined) {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity')
  return clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId })
}

/** Loads @azure/identity with the first token: it is slow to load, and a local run never needs it. */
function managedIdentity(clientId: string | undefined) {
  type Credential = Awaited<ReturnType<typeof loadCredential>>
  let held: Promise<Credential> | undefined
  return {
    async getToken(scopes: string | string[], options?: Parameters<Credential['getToken']>[1]) {
      held ??= loadCredential(clientId)
      return (await held).getToken(scopes, options)
    },
  }
}
