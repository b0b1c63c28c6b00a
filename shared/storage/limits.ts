import type { Action, Scalar } from './table'

/**
 * What Azure Tables refuses and Azurite lets through, so it is checked before anything is sent. Sizes are Azure's own
 * reckoning: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 */
const MAX_ACTIONS = 100
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024
const MAX_ENTITY_BYTES = 1024 * 1024
const MAX_PROPERTIES = 252
const MAX_STRING_UNITS = 32 * 1024
const MAX_KEY_UNITS = 512

/** Room for the request line, headers and boundary of one action inside a transaction's body. */
const ACTION_OVERHEAD_BYTES = 1024

const forbiddenInKey = /[/\\#?\p{Cc}]/u
const loneSurrogate = /\p{Surrogate}/u
const propertyName = /^[A-Za-z][A-Za-z0-9_]{0,254}$/
/** Names that the client or the service gives a meaning of their own. */
const reservedNames = new Set(['PartitionKey', 'RowKey', 'Timestamp', 'partitionKey', 'rowKey', 'timestamp', 'etag'])

/**
 * Refuses a transaction that Azure would refuse or store differently than given.
 * @throws Error naming the limit; the caller has a defect, so values and keys are not repeated in it
 */
export function checkTransaction(actions: readonly Action[]): void {
  if (actions.length < 1 || actions.length > MAX_ACTIONS) {
    throw new Error(`A transaction holds 1 to ${MAX_ACTIONS} actions, not ${actions.length}`)
  }
  if (new Set(actions.map((action) => action.key)).size < actions.length) {
    throw new Error('A transaction touches a key at most once')
  }
  let bytes = 0
  for (const action of actions) {
    checkKey(action.key)
    // An update sent with an empty If-Match would be an unconditional insert-or-replace.
    if ('etag' in action && action.etag === '') throw new Error('An update needs an ETag')
    bytes += ACTION_OVERHEAD_BYTES + 2 * encodeURIComponent(action.key).length
    if ('values' in action) {
      checkValues(action.key, action.values)
      bytes += Buffer.byteLength(JSON.stringify(action.values))
    }
  }
  if (bytes > MAX_TRANSACTION_BYTES) throw new Error(`A transaction takes at most ${MAX_TRANSACTION_BYTES} bytes`)
}

/** @throws Error when Azure does not allow the key; keys made from what users type must be encoded first */
export function checkKey(key: string): void {
  if (key === '' || key.length > MAX_KEY_UNITS) throw new Error(`A key has 1 to ${MAX_KEY_UNITS} characters, not ${key.length}`)
  if (forbiddenInKey.test(key)) throw new Error('A key must not hold / \\ # ? or control characters')
  if (loneSurrogate.test(key)) throw new Error('A key must not hold a lone surrogate')
}

function checkValues(key: string, values: Readonly<Record<string, Scalar>>): void {
  const properties = Object.entries(values)
  if (properties.length > MAX_PROPERTIES)
    throw new Error(`A row has at most ${MAX_PROPERTIES} properties, not ${properties.length}`)
  let bytes = 4 + 2 * ('t'.length + key.length)
  for (const [name, value] of properties) {
    checkProperty(name, value)
    bytes += 8 + 2 * name.length + valueBytes(value)
  }
  if (bytes > MAX_ENTITY_BYTES) throw new Error(`A row takes at most ${MAX_ENTITY_BYTES} bytes, not ${bytes}`)
}

function checkProperty(name: string, value: Scalar): void {
  if (!propertyName.test(name) || reservedNames.has(name)) throw new Error('A property name is not allowed')
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`Property ${name} is not a finite number`)
  if (typeof value !== 'string') return
  if (value.length > MAX_STRING_UNITS) throw new Error(`Property ${name} has more than ${MAX_STRING_UNITS} characters`)
  // JSON could carry it as an escape, but the service stores well-formed text only: it would come back as U+FFFD.
  if (loneSurrogate.test(value)) throw new Error(`Property ${name} holds a lone surrogate`)
}

function valueBytes(value: Scalar): number {
  if (typeof value === 'string') return 4 + 2 * value.length
  return typeof value === 'number' ? 8 : 1
}
