import { Refusal } from './refusal'

/**
 * What the service refuses, by its own reckoning of sizes: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 * and https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions. The codes:
 * https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes
 */
const MAX_ROW_BYTES = 1024 * 1024
/** 255 less PartitionKey, RowKey and Timestamp. */
const MAX_PROPERTIES = 252
const MAX_TEXT_BYTES = 64 * 1024
const MAX_KEY_BYTES = 1024
const MAX_NAME_CHARACTERS = 255
const MAX_ACTIONS = 100
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024

const forbiddenInKey = /[/\\#?\p{Cc}]/u
const PARTITION_KEY_BYTES = 2

export type Properties = Readonly<Record<string, unknown>>
export type Scalars = Readonly<Record<string, string | number | boolean>>

/** @throws Refusal 400 */
export function checkKey(key: string): void {
  if (2 * key.length > MAX_KEY_BYTES) throw tooLarge('PropertyValueTooLarge', 'property value')
  if (forbiddenInKey.test(key)) throw new Refusal(400, 'OutOfRangeInput', 'One of the request inputs is out of range.')
}

/** The properties as the service keeps them. @throws Refusal 400 for what it does not keep */
export function storedValues(key: string, properties: Properties): Scalars {
  checkKey(key)
  const entries = Object.entries(properties)
  if (entries.length > MAX_PROPERTIES)
    throw new Refusal(400, 'TooManyProperties', 'The entity contains more properties than allowed.')
  return Object.fromEntries(entries.map(([name, value]) => [name, storedValue(name, value)]))
}

/** Bytes of the row: 4, both keys, and of each property 8, its name and its value. @throws Refusal 400 over 1 MiB */
export function rowBytes(key: string, values: Scalars): number {
  let bytes = 4 + PARTITION_KEY_BYTES + 2 * key.length
  for (const name in values) bytes += 8 + 2 * name.length + valueBytes(values[name])
  if (bytes > MAX_ROW_BYTES) throw tooLarge('EntityTooLarge', 'entity')
  return bytes
}

/** @throws Refusal 400 for a transaction of too many actions, or with a row twice; 413 for one over 4 MiB */
export function checkTransaction(actions: readonly { readonly key: string; readonly values: Properties }[]): void {
  if (actions.length > MAX_ACTIONS)
    throw new Refusal(400, 'InvalidInput', 'The batch request operation exceeds the maximum 100 changes per change set.')
  const keys = new Set<string>()
  for (const [index, { key }] of actions.entries()) {
    if (keys.has(key)) throw new Refusal(400, 'InvalidDuplicateRow', 'An entity can appear only once in a batch.', index)
    keys.add(key)
  }
  const bytes = actions.reduce((sum, { values }) => sum + Buffer.byteLength(JSON.stringify(values)), 0)
  if (bytes > MAX_TRANSACTION_BYTES)
    throw new Refusal(413, 'RequestBodyTooLarge', 'The request body is too large and exceeds the maximum permissible limit.')
}

const tooLarge = (code: string, what: string) => new Refusal(400, code, `The ${what} is larger than the maximum size permitted.`)

/** A number of JSON without a decimal point is an Int32, unless its type is named. */
function storedValue(name: string, value: unknown): string | number | boolean {
  if (name.length > MAX_NAME_CHARACTERS)
    throw new Refusal(400, 'PropertyNameTooLong', 'The property name exceeds the maximum allowed length.')
  if (typeof value === 'string') {
    if (2 * value.length > MAX_TEXT_BYTES) throw tooLarge('PropertyValueTooLarge', 'property value')
    return value
  }
  if (typeof value === 'boolean') return value
  if (typeof value === 'number' && (!Number.isInteger(value) || value === (value | 0))) return value
  if (isDouble(value)) return value.value
  throw new Refusal(400, 'InvalidInput', 'One of the request inputs is not valid.')
}

const isDouble = (value: unknown): value is { readonly value: number } =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Double' && 'value' in value

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return 4 + 2 * value.length
  return typeof value === 'number' ? 8 : 1
}
