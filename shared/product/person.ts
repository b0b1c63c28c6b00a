import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { DirectoryContext } from '../directory/context'
import { managerOf, readDocument, type Document } from '../directory/document'
import { isId } from '../directory/identifiers'
import { derive } from '../directory/read-access'
import { time } from '../manage/page'
import { isActive, sayReason } from '../roles/derive'
import type { Policy } from '../roles/rules'
import { own } from '../scim/json'
import { anchorKey, groupKey, lastPart, userKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Range, type Row, type Table } from '../storage/table'

const text = z.string().nullable()
const anything = z.record(z.string(), z.unknown())

export const person = z.object({
  id: z.string().describe('Never changes and is never used again'),
  productId: text.describe("The product's own key"),
  userName: text,
  externalId: text.describe("The directory's key; docs/entra.md tells how to make it the object id"),
  active: z.boolean(),
  role: z.string().describe('The access role. Disabled and Pending may do nothing'),
  reason: anything.describe('What gives the role; `kind` says which'),
  reasonText: z.string().describe('The same in words'),
  displayName: text,
  name: z.unknown().describe('As SCIM has it, or null'),
  emails: z.unknown().describe('As SCIM has them; empty when there is none'),
  attributes: anything.describe('All SCIM attributes, those of extensions under their URN'),
  groups: z.array(z.object({ id: z.string(), displayName: text })).describe('Direct memberships'),
  manager: z.object({ id: z.string(), productId: text, displayName: text }).nullable(),
  revision: z.int().describe('Counts the changes of the attributes; records of the change feed carry it'),
  lastModified: time.describe('When an attribute last changed'),
  version: z.string().describe('Entity tag of all that is shown here, role and groups included'),
})

export type Person = z.infer<typeof person>

const PARALLEL_READS = 64

/** The person as the product sees it, or undefined. Two trips, one for a person without groups and manager. */
export async function readPerson(context: DirectoryContext, policy: Policy, id: string): Promise<Person | undefined> {
  if (!isId(id)) return undefined
  const [row, groups] = await Promise.all([context.table.get(userKey(id)), groupsIn(context.table, prefixRange(anchorKey(id)))])
  const document = row && readDocument(row)
  if (document === undefined) return undefined
  const [shown] = await shownWith(context, policy, [document], groups)
  return shown
}

/** The people of a page in the order of their ids, whose memberships lie side by side: two trips or few more. */
export async function showPage(context: DirectoryContext, policy: Policy, documents: readonly Document[]): Promise<Person[]> {
  const [first, last] = [documents[0], documents.at(-1)]
  if (first === undefined || last === undefined) return []
  const range = { from: anchorKey(first.id), before: prefixRange(anchorKey(last.id)).before }
  return shownWith(context, policy, documents, await groupsIn(context.table, range))
}

/** People from anywhere: two trips, with a read for each. */
export async function showFound(context: DirectoryContext, policy: Policy, documents: readonly Document[]): Promise<Person[]> {
  const held = await inParallel(documents, PARALLEL_READS, ({ id }) => groupsIn(context.table, prefixRange(anchorKey(id))))
  return shownWith(context, policy, documents, new Map(held.flatMap((groups) => [...groups])))
}

type GroupsByPerson = ReadonlyMap<string, readonly string[]>

async function groupsIn(table: Table, range: Range): Promise<GroupsByPerson> {
  const groups = new Map<string, string[]>()
  for (const { key } of await table.all(range, { select: ['w'] })) {
    const [, id = '', group] = key.split('!')
    if (group !== undefined) groups.set(id, [...(groups.get(id) ?? []), group]) // else an anchor
  }
  return groups
}

/**
 * Groups are read after the memberships: one whose DELETE is committed has no document any more, whatever rows of
 * memberships its job has not cleared, and gives no role.
 */
async function shownWith(
  context: DirectoryContext,
  policy: Policy,
  documents: readonly Document[],
  held: GroupsByPerson,
): Promise<Person[]> {
  const groupIds = new Set(documents.flatMap(({ id }) => held.get(id) ?? []))
  const managerIds = new Set(documents.map(({ attributes }) => managerOf(attributes) ?? '').filter(isId))
  const keys = [...[...groupIds].map(groupKey), ...[...managerIds].map(userKey)]
  const rows = await inParallel(keys, PARALLEL_READS, (key) => context.table.get(key))
  const around = new Map(rows.map(documentOf).filter((one) => one !== undefined))
  return documents.map((document) => shown(policy, document, { groupIds: held.get(document.id) ?? [], around }))
}

function documentOf(row: Row | undefined): [string, Document] | undefined {
  const document = row && readDocument(row)
  return document && [lastPart(row.key), document]
}

interface Surroundings {
  readonly groupIds: readonly string[]
  /** Groups and managers, by id. */
  readonly around: ReadonlyMap<string, Document>
}

function shown(policy: Policy, document: Document, { groupIds, around }: Surroundings): Person {
  const { id, attributes, access, revision, lastModified } = document
  const groups = groupIds.map((group) => around.get(group)).filter((group) => group !== undefined)
  const manager = around.get(managerOf(attributes) ?? '')
  const { role, reason } = derive({ document, groupIds: groups.map((group) => group.id) }, policy)
  const facts = {
    id,
    productId: access.productId ?? null,
    userName: textOf(document, 'userName'),
    externalId: textOf(document, 'externalId'),
    active: isActive(attributes),
    role,
    reason: { ...reason },
    reasonText: sayReason(reason),
    displayName: textOf(document, 'displayName'),
    name: own(attributes, 'name') ?? null,
    emails: own(attributes, 'emails') ?? [],
    attributes: { ...attributes },
    groups: groups.map((group) => ({ id: group.id, displayName: textOf(group, 'displayName') })),
    manager: manager === undefined ? null : managerFacts(manager),
    revision,
    lastModified,
  }
  return { ...facts, version: versionOf(facts) }
}

const managerFacts = (manager: Document) => ({
  id: manager.id,
  productId: manager.access.productId ?? null,
  displayName: textOf(manager, 'displayName'),
})

/** Of everything that is shown: a role may change without any change of the person. */
const versionOf = (facts: object) => `W/"${createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 22)}"`

export function textOf({ attributes }: Document, name: string): string | null {
  const value = own(attributes, name)
  return typeof value === 'string' ? value : null
}
