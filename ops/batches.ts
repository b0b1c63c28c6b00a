import type { Action, Values } from '../shared/storage/table'

const MAX_ACTIONS = 100
/** Half of what Azure takes: the request has headers and boundaries beside the rows, and larger ones are slower to repeat. */
const MAX_BYTES = 2 * 1024 * 1024

/** The rows in transactions of at most 100 and 2 MiB; a row that is larger by itself goes alone. */
export async function* batches(rows: AsyncIterable<{ key: string; values: Values }>): AsyncGenerator<Action[]> {
  let actions: Action[] = []
  let bytes = 0
  for await (const { key, values } of rows) {
    const size = Buffer.byteLength(JSON.stringify(values)) + 3 * key.length
    if (actions.length === MAX_ACTIONS || (actions.length > 0 && bytes + size > MAX_BYTES)) {
      yield actions
      actions = []
      bytes = 0
    }
    actions.push({ type: 'upsert', key, values })
    bytes += size
  }
  if (actions.length > 0) yield actions
}
