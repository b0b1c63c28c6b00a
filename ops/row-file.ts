import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { isObject } from '../shared/scim/json'
import type { Row, Scalar } from '../shared/storage/table'

/**
 * A row as a file holds it: one line of JSON. JSON tells apart exactly what the storage layer does: a whole number of 32
 * bits is Int32, another number Double, the rest Boolean and String.
 */
export type ExportedRow = Omit<Row, 'etag'>

export interface FileFacts {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** Writes the rows as gzipped lines into a new file that only its owner can read. */
export async function writeRows(path: string, rows: AsyncIterable<ExportedRow>): Promise<FileFacts> {
  const hash = createHash('sha256')
  let count = 0
  let bytes = 0
  async function* lines() {
    for await (const { key, timestamp, values } of rows) {
      count += 1
      yield `${JSON.stringify({ key, timestamp, values })}\n`
    }
  }
  async function* hashed(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  await pipeline(Readable.from(lines()), createGzip(), hashed, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
  return { rows: count, bytes, sha256: hash.digest('hex') }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex')
}

/** The rows of a file in its order. @throws Error for a line that is no row */
export async function* readRows(path: string): AsyncGenerator<ExportedRow> {
  const source = createReadStream(path)
  const text = source.pipe(createGunzip()).setEncoding('utf8')
  source.on('error', (error) => text.destroy(error))
  // Not readline: it also ends lines at U+2028, which JSON leaves as it is.
  let rest = ''
  for await (const chunk of text as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield parseRow(line)
  }
  if (rest !== '') throw new Error('The last line of a file is cut short.')
}

function parseRow(line: string): ExportedRow {
  const row: unknown = JSON.parse(line)
  if (!isObject(row)) throw new Error('A line holds no row.')
  const { key, timestamp, values } = row
  if (typeof key !== 'string' || typeof timestamp !== 'string' || !isObject(values) || !Object.values(values).every(isScalar)) {
    throw new Error('A line holds no row.')
  }
  return { key, timestamp, values: values as Record<string, Scalar> }
}

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
