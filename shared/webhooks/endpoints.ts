import * as z from 'zod'
import { consumerKey } from '../storage/keys'
import { prefixRange, type Action, type Row, type Table, type Values } from '../storage/table'
import type { SigningSecret } from './secrets'
import { removeDeliveries } from './delivery-rows'

/** Where a tenant's events go. */
export interface WebhookEndpoint {
  readonly id: string
  readonly url: string
  readonly label: string
  /** Types of records, or `*` for all. */
  readonly events: readonly string[]
  readonly state: 'active' | 'paused' | 'removed'
  /** The receiver answered 410, and the service paused it. */
  readonly isGone: boolean
  /** ISO 8601. */
  readonly created: string
  readonly by: string
  /** Whose it is: what an operator made, a customer's setup link cannot change. */
  readonly owner: 'operator' | 'customer'
  /** It gets what comes after this number. */
  readonly begin: number
  readonly secrets: readonly SigningSecret[]
  readonly commands: Commands
  readonly etag: string
}

/** What people want of the endpoint's consumer. It alone writes the rows of deliveries, so it is asked through this row. */
export interface Commands {
  /** Send everything after this number again. */
  readonly replayAfter?: number | undefined
  /** Numbers of dead letters to try again. */
  readonly retry?: readonly number[] | undefined
  /** Try at once what waits for its next try. */
  readonly retryNow?: true | undefined
}

const stored = z.object({
  url: z.string(),
  label: z.string(),
  events: z.array(z.string()),
  state: z.enum(['active', 'paused', 'removed']),
  isGone: z.boolean(),
  created: z.string(),
  by: z.string(),
  owner: z.enum(['operator', 'customer']),
  begin: z.number(),
  secrets: z.array(z.object({ number: z.number(), key: z.string(), created: z.string(), ends: z.string().optional() })),
  commands: z.object({
    replayAfter: z.number().optional(),
    retry: z.array(z.number()).optional(),
    retryNow: z.literal(true).optional(),
  }),
})

/** Rows for the transaction of a change, such as a record of it. */
export type Beside = (before: WebhookEndpoint, after: WebhookEndpoint) => readonly Action[]

const ENDPOINTS = prefixRange('w!e')
const ID = /^[0-9a-f]{32}$/

const keyOf = (id: string) => ENDPOINTS.from + id
/** The name of the endpoint's consumer. */
export const consumerOf = (id: string) => `w!${id}`

/** Those that are not removed, by id. One trip. */
export async function listEndpoints(table: Table): Promise<WebhookEndpoint[]> {
  return (await table.all(ENDPOINTS)).map(endpointOf).filter(({ state }) => state !== 'removed')
}

/** Also one whose removal is not finished. */
export async function readEndpoint(table: Table, id: string): Promise<WebhookEndpoint | undefined> {
  const row = ID.test(id) ? await table.get(keyOf(id)) : undefined
  return row && endpointOf(row)
}

/** With rows of the same transaction. */
export async function createEndpoint(
  table: Table,
  endpoint: Omit<WebhookEndpoint, 'etag'>,
  beside: readonly Action[] = [],
): Promise<void> {
  await table.commit([{ type: 'create', key: keyOf(endpoint.id), values: valuesOf(endpoint) }, ...beside])
}

/**
 * Changes the endpoint, again when somebody else did meanwhile, with rows of the same transaction. Undefined when there is none or it is
 * being removed.
 */
export async function changeEndpoint(
  table: Table,
  id: string,
  change: (current: WebhookEndpoint) => Partial<WebhookEndpoint>,
  beside: Beside = () => [],
): Promise<WebhookEndpoint | undefined> {
  for (;;) {
    const current = await readEndpoint(table, id)
    if (current === undefined || current.state === 'removed') return undefined
    const next = { ...current, ...change(current) }
    const outcome = await table.commit([replacement(next), ...beside(current, next)])
    if (outcome.ok) return { ...next, etag: outcome.etags[0] ?? '*' }
  }
}

/** Stores the endpoint in place of the one that was read. */
export const replacement = (endpoint: WebhookEndpoint): Action => ({
  type: 'replace',
  key: keyOf(endpoint.id),
  values: valuesOf(endpoint),
  etag: endpoint.etag,
})

/**
 * Removes the endpoint with all that its consumer keeps. The mark comes first, so that no consumer begins; without its own row
 * one that is at work stores nothing more. False when there is none. Repeatable after a failure in the middle.
 */
export async function removeEndpoint(table: Table, id: string, beside?: Beside): Promise<boolean> {
  const marked = await changeEndpoint(table, id, () => ({ state: 'removed' }), beside)
  if (marked === undefined && (await readEndpoint(table, id)) === undefined) return false
  await table.commit([{ type: 'delete', key: consumerKey(consumerOf(id)) }])
  await removeDeliveries(table, id)
  await table.commit([{ type: 'delete', key: keyOf(id) }])
  return true
}

/** Whether the endpoint wants records of the type. */
export const wants = ({ events }: WebhookEndpoint, type: string) => events.includes('*') || events.includes(type)

function valuesOf(endpoint: Omit<WebhookEndpoint, 'etag'>): Values {
  return { j: JSON.stringify(stored.parse(endpoint)) }
}

function endpointOf({ key, etag, values }: Row): WebhookEndpoint {
  return { ...stored.parse(JSON.parse(String(values['j']))), id: key.slice(ENDPOINTS.from.length), etag }
}
