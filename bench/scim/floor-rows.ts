import { randomUUID } from 'node:crypto'
import { odata, RestError } from '@azure/data-tables'
import type { TableClient, TransactionAction } from '@azure/data-tables'

/**
 * The least that tables can be asked for to answer SCIM: rows of the shape that the service keeps, and no call that only checks
 * something. Keys hold values as they come, since the benchmark sends none that a key forbids.
 */

export type Attributes = Readonly<Record<string, unknown>>
export type Kind = 'u' | 'g'

export interface Document {
  readonly id: string
  readonly attributes: Attributes
  readonly created: string
  readonly modified: string
  readonly etag: string
}

const PARTITION = 't'
const MAX_PAGE_ROWS = 1000
/** Three rows for each, and a transaction takes 100. */
const MEMBERS_AT_ONCE = 32

interface Row {
  readonly rowKey: string
  readonly etag: string
  readonly id: string
  readonly j: string
  readonly c: string
  readonly m: string
}

/** @param table that exists */
export function floorRows(table: TableClient) {
  const commit = (actions: readonly TransactionAction[]) => table.submitTransaction([...actions])

  async function read(key: string): Promise<Row | undefined> {
    try {
      return (await table.getEntity(PARTITION, key)) as unknown as Row
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404) return undefined
      throw error
    }
  }

  async function document(kind: Kind, id: string): Promise<Document | undefined> {
    const row = await read(`${kind}!${id}`)
    return row && documentOf(row)
  }

  return {
    document,

    /** One point read, one more with a match. @param index of a userName or an externalId */
    async find(index: 'un' | 'ext', value: string): Promise<Document | undefined> {
      const row = await read(`x!${index}!${value.toLowerCase()}`)
      return row && document('u', row.id)
    },

    /** One transaction: document, anchor, userName, externalId, e-mail, record. */
    async createPerson(attributes: Attributes): Promise<Document> {
      const made = newDocument(attributes)
      const { id } = made
      const [email] = attributes['emails'] as readonly { readonly value: string }[]
      const keys = [
        `un!${text(attributes, 'userName')}`,
        `ext!${text(attributes, 'externalId')}`,
        `em!${email?.value ?? ''}!${id}`,
      ]
      const indexes = keys.map((key) => create(`x!${key.toLowerCase()}`, { id }))
      const etag = await committed([
        create(`u!${id}`, documentValues(made)),
        create(`r!${id}`, { k: 'u' }),
        ...indexes,
        record('user.created', id, attributes),
      ])
      return { ...made, etag }
    },

    /** One transaction for the group, and one for each 32 members. */
    async createGroup(attributes: Attributes, members: readonly string[]): Promise<Document> {
      const made = newDocument(attributes)
      const { id } = made
      const etag = await committed([
        create(`g!${id}`, documentValues(made)),
        create(`r!${id}`, { k: 'g' }),
        create(`x!gn!${text(attributes, 'displayName')}`, { id }),
        record('group.created', id, attributes),
      ])
      for (let from = 0; from < members.length; from += MEMBERS_AT_ONCE)
        await commit(members.slice(from, from + MEMBERS_AT_ONCE).flatMap((member) => joins(id, member)))
      return { ...made, etag }
    },

    /** One point read and one transaction: the document under its ETag, and a record. */
    async change(id: string, changes: Attributes): Promise<Document | undefined> {
      const held = await document('u', id)
      if (held === undefined) return undefined
      const changed = { ...held, attributes: { ...held.attributes, ...changes }, modified: new Date().toISOString() }
      const entity = { partitionKey: PARTITION, rowKey: `u!${id}`, ...documentValues(changed) }
      const etag = await committed([['update', entity, 'Replace', { etag: held.etag }], record('user.updated', id, changes)])
      return { ...changed, etag }
    },

    /** One transaction. The index rows then lead to nobody. */
    async remove(id: string): Promise<void> {
      const keys = [`u!${id}`, `r!${id}`]
      await commit(keys.map((rowKey) => ['delete', { partitionKey: PARTITION, rowKey }]))
    },

    /** One transaction: two membership rows, two anchors, a record. */
    async addMember(group: string, id: string): Promise<void> {
      const touched = { partitionKey: PARTITION, rowKey: `r!${group}`, m: new Date().toISOString() }
      await commit([
        ...joins(group, id),
        ['update', touched, 'Merge', { etag: '*' }],
        record('group.updated', group, { added: [id] }),
      ])
    },

    /** One range for each 1,000. */
    async members(group: string): Promise<string[]> {
      const found: string[] = []
      for await (const page of ranges(`m!${group}`, MAX_PAGE_ROWS, ['rowKey']))
        found.push(...page.map(({ rowKey }) => lastPart(rowKey)))
      return found
    },

    /** One range. */
    async firstPeople(count: number): Promise<Document[]> {
      const page = await ranges('u', count).next()
      return page.done === true ? [] : page.value.map(documentOf)
    },
  }

  async function committed(actions: readonly TransactionAction[]): Promise<string> {
    const { subResponses } = await commit(actions)
    return subResponses[0]?.etag ?? ''
  }

  function ranges(prefix: string, maxPageSize: number, select?: string[]): AsyncIterableIterator<Row[]> {
    const filter = odata`PartitionKey eq ${PARTITION} and RowKey ge ${`${prefix}!`} and RowKey lt ${`${prefix}"`}`
    const queryOptions = { filter, ...(select && { select }) }
    return table.listEntities({ queryOptions }).byPage({ maxPageSize }) as unknown as AsyncIterableIterator<Row[]>
  }
}

export type FloorRows = ReturnType<typeof floorRows>

const text = (attributes: Attributes, name: string) => String(attributes[name])
const lastPart = (key: string) => key.slice(key.lastIndexOf('!') + 1)

function newDocument(attributes: Attributes): Omit<Document, 'etag'> {
  const created = new Date().toISOString()
  return { id: randomUUID(), attributes, created, modified: created }
}

const documentValues = ({ attributes, created, modified }: Omit<Document, 'etag'>) => ({
  j: JSON.stringify(attributes),
  c: created,
  m: modified,
})

function documentOf({ rowKey, etag, j, c, m }: Row): Document {
  return { id: lastPart(rowKey), attributes: JSON.parse(j) as Attributes, created: c, modified: m, etag }
}

const create = (rowKey: string, values: Readonly<Record<string, string>>): TransactionAction => [
  'create',
  { partitionKey: PARTITION, rowKey, ...values },
]

const record = (type: string, id: string, changes: Attributes) =>
  create(`p!${randomUUID()}`, { type, id, time: new Date().toISOString(), j: JSON.stringify(changes) })

const joins = (group: string, id: string): TransactionAction[] => [
  ['update', { partitionKey: PARTITION, rowKey: `r!${id}` }, 'Merge', { etag: '*' }],
  create(`r!${id}!${group}`, { w: '' }),
  create(`m!${group}!${id}`, { k: 'u' }),
]
