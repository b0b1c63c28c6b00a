import { parseFilter } from '../scim/filter/filter'
import { foldCase } from '../scim/fold'
import { isObject, own } from '../scim/json'
import { emailKey, encodeValue, lastPart, productIdKey, userKey } from '../storage/keys'
import { prefixRange, type Row } from '../storage/table'
import type { DirectoryContext } from '../directory/context'
import { readDocument, type Document } from '../directory/documents/document'
import { isId } from '../directory/identifiers'
import { visitRowsAt } from '../directory/query/near'
import { findMatching } from '../directory/query/query'

export interface PeopleSearch {
  /** Beginning of a userName or e-mail address, or a whole id, externalId or product id. Empty: everybody. */
  readonly text: string
  /** Looks into names as well, for which no index serves: the whole directory is read. */
  readonly names: boolean
  /** How many people are read next, at most 1,000, by how many were read in this way before. */
  readonly atOnce: (read: number) => number
}

/** Where a search goes on: behind that key of that stage. */
export interface PeoplePlace {
  readonly stage: string
  readonly behind: string
}

export interface FoundPerson {
  readonly document: Document
  readonly place: PeoplePlace
}

/** What one step of a search came to; it may have read people without finding any. */
export interface FoundPeople {
  readonly found: readonly FoundPerson[]
  readonly read: number
  readonly reached: PeoplePlace
}

interface Candidate {
  readonly key: string
  /** Undefined for who is gone by now. */
  readonly document: Document | undefined
}

interface Stage {
  readonly name: string
  readonly read: (context: DirectoryContext, search: PeopleSearch, behind: string) => AsyncGenerator<readonly Candidate[]>
  /** Whether the stage finds the person: later ones leave out whom an earlier one has shown. */
  readonly finds: (document: Document, text: string) => boolean
}

/**
 * The people whom the search finds, each once, step by step: cheap in a directory of any size unless names are looked
 * into. Without a text in the order of the ids.
 */
export async function* findPeople(
  context: DirectoryContext,
  search: PeopleSearch,
  from: PeoplePlace | undefined,
): AsyncGenerator<FoundPeople> {
  const stages = search.text === '' ? [everybody] : [exact, byUserName, byEmail, ...(search.names ? [byName] : [])]
  const begun = from === undefined ? 0 : stages.findIndex(({ name }) => name === from.stage)
  if (begun < 0) return // names are looked into no more: the directory has grown meanwhile
  for (const [index, { name, read, finds }] of stages.entries()) {
    if (index < begun) continue
    const isShown = (document: Document) => stages.slice(0, index).some((stage) => stage.finds(document, search.text))
    for await (const candidates of read(context, search, index === begun ? (from?.behind ?? '') : '')) {
      const placeOf = ({ key }: Candidate) => ({ stage: name, behind: key })
      const last = candidates.at(-1)
      if (last === undefined) continue
      yield {
        found: candidates.flatMap((candidate) => {
          const { document } = candidate
          if (document === undefined || !finds(document, search.text) || isShown(document)) return []
          return [{ document, place: placeOf(candidate) }]
        }),
        read: candidates.length,
        reached: placeOf(last),
      }
    }
  }
}

const everybody: Stage = {
  name: 'everybody',
  finds: () => true,
  async *read({ table }, { atOnce }, behind) {
    const range = prefixRange('u')
    const keys = { from: behind === '' ? range.from : `${behind}!`, before: range.before }
    let read = 0
    let next: string | undefined
    do {
      const page = await table.page(keys, { limit: atOnce(read), ...(next !== undefined && { next }) })
      yield page.rows.map((row) => ({ key: row.key, document: readDocument(row) }))
      read += page.rows.length
      next = page.next
    } while (next !== undefined)
  },
}

/** Several people may have one externalId, but never many. */
const MAX_EXACT = 100

const exact: Stage = {
  name: 'exact',
  finds: ({ id, attributes, access }, text) => id === text || own(attributes, 'externalId') === text || access.productId === text,
  async *read(context, { text }, behind) {
    const { table } = context
    const [named, linked] = await Promise.all([
      table.all(prefixRange(`x!ext!u!${encodeValue(text)}`), { limit: MAX_EXACT }),
      table.get(productIdKey(text)),
    ])
    const ids = new Set([...(isId(text) ? [text] : []), ...[...named, ...(linked ? [linked] : [])].map(idOf)])
    const left = [...ids].sort().filter((id) => id > behind)
    const documents = await readDocuments(context, left)
    yield left.map((id) => ({ key: id, document: documents.get(id) }))
  },
}

const byUserName: Stage = {
  name: 'userName',
  finds: ({ attributes }, text) => beginsWith(own(attributes, 'userName'), text),
  read: (context, search, behind) => readIndex(context, search, { prefix: 'x!un!', behind }),
}

/** Who has two addresses that begin so is found at the first. */
const byEmail: Stage = {
  name: 'email',
  finds: (document, text) => emailsOf(document, text).length > 0,
  async *read(context, search, behind) {
    for await (const candidates of readIndex(context, search, { prefix: 'x!em!', behind })) {
      yield candidates.map(({ key, document }) => {
        const keys = document && emailsOf(document, search.text).map((email) => emailKey(email, document.id))
        return { key, document: keys?.sort()[0] === key ? document : undefined }
      })
    }
  },
}

const byName: Stage = {
  name: 'name',
  finds: () => true, // read as what a filter matches
  async *read(context, { text, atOnce }, behind) {
    const value = JSON.stringify(text)
    const filter = `displayName co ${value} or name.familyName sw ${value} or name.givenName sw ${value}`
    const found = await findMatching(context, context.types.User, parseFilter(filter, context.types.User))
    const left = found.filter(({ id }) => id > behind).map((document) => ({ key: document.id, document }))
    for (let read = 0; read < left.length;) {
      const step = left.slice(read, read + atOnce(read))
      yield step
      read += step.length
    }
  },
}

/** Longer ones are hashed in part (encodeValue), so a longer prefix is cut, and the documents are compared. */
const MAX_PREFIX_LENGTH = 160
const MAX_ESCAPED_UNITS = 32

function encodedPrefix(text: string): string {
  const folded = foldCase(text)
  const encoded = encodeValue(folded)
  return encoded.length <= MAX_PREFIX_LENGTH ? encoded : encodeValue(folded.slice(0, MAX_ESCAPED_UNITS))
}

/** The range of an index whose values begin with the text; `{` comes after every character of a value. */
export function valueRange(prefix: string, { text, behind }: { readonly text: string; readonly behind: string }) {
  const begin = prefix + encodedPrefix(text)
  return { from: behind === '' ? begin : `${behind}!`, before: `${begin}{` }
}

export const beginsWith = (value: unknown, text: string) =>
  typeof value === 'string' && foldCase(value).startsWith(foldCase(text))

async function* readIndex(
  context: DirectoryContext,
  { text, atOnce }: PeopleSearch,
  { prefix, behind }: { readonly prefix: string; readonly behind: string },
): AsyncGenerator<readonly Candidate[]> {
  let last = behind
  for (let read = 0; ;) {
    const limit = atOnce(read)
    const rows = await context.table.all(valueRange(prefix, { text, behind: last }), { limit, select: ['id'] })
    const documents = await readDocuments(context, rows.map(idOf))
    yield rows.map((row) => ({ key: row.key, document: documents.get(idOf(row)) }))
    if (rows.length < limit) return
    read += rows.length
    last = rows.at(-1)?.key ?? last
  }
}

const idOf = (row: Row) => String(row.values['id'] ?? lastPart(row.key))

/** Those who exist, by id. */
async function readDocuments({ table }: DirectoryContext, ids: readonly string[]): Promise<ReadonlyMap<string, Document>> {
  const documents = new Map<string, Document>()
  await visitRowsAt(table, ids.map(userKey), (row) => {
    const document = readDocument(row)
    if (document !== undefined) documents.set(document.id, document)
  })
  return documents
}

/** Those of the person's addresses that begin with the text, folded as their keys are. */
function emailsOf({ attributes }: Document, text: string): string[] {
  const entries = own(attributes, 'emails')
  const values = Array.isArray(entries) ? entries.map((entry) => (isObject(entry) ? own(entry, 'value') : undefined)) : []
  return values
    .filter((value) => typeof value === 'string')
    .map(foldCase)
    .filter((value) => beginsWith(value, text))
}
