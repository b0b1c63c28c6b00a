import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { DirectoryContext } from '../directory/context'
import { managerOf, readDocument, type Document } from '../directory/documents/document'
import { readGroupNames } from '../directory/memberships/group-names'
import { isId } from '../directory/identifiers'
import { linksOf, type Links } from '../directory/memberships/links'
import { visitRowsAt } from '../directory/query/near'
import { derive } from '../access/read-access'
import { time } from '../api/page'
import { isActive } from '../roles/derive'
import { sayReason } from '../roles/say-reason'
import type { Policy } from '../roles/rules'
import { own } from '../scim/json'
import { userKey } from '../storage/keys'

const text = z.string().nullable()
const anything = z.record(z.string(), z.unknown())

export const person = z
  .object({
    id: z.string().describe('Never changes and is never used again'),
    productId: text.describe("The product's own key"),
    userName: text,
    externalId: text.describe("The directory's key; docs/entra.md tells how to make it the object id"),
    active: z.boolean(),
    role: z.string().describe('The access role. The customer may have named it'),
    grantsAccess: z.boolean().describe('Whether the person may enter the product: decide by this, never by the name of a role'),
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
  .meta({ id: 'Person' })

export type Person = z.infer<typeof person>

/** The person as the product sees it, or undefined. Two trips, one for a person without groups and manager. */
export async function readPerson(context: DirectoryContext, policy: Policy, id: string): Promise<Person | undefined> {
  if (!isId(id)) return undefined
  const [row, groups] = await Promise.all([context.table.get(userKey(id)), linksOf(context.table, 'r', [id])])
  const document = row && readDocument(row)
  if (document === undefined) return undefined
  const [shown] = await shownWith(context, policy, [document], groups)
  return shown
}

/** The people of a page: two trips when they are neighbours by id, or few more. What they have in common is read once. */
export async function showPeople(context: DirectoryContext, policy: Policy, documents: readonly Document[]): Promise<Person[]> {
  const links = await linksOf(
    context.table,
    'r',
    documents.map(({ id }) => id),
  )
  return shownWith(context, policy, documents, links)
}

/**
 * Groups are read after the memberships: one whose DELETE is committed has no document any more, whatever rows of
 * memberships its job has not cleared, and gives no role.
 */
async function shownWith(
  context: DirectoryContext,
  policy: Policy,
  documents: readonly Document[],
  links: Links,
): Promise<Person[]> {
  const groupsOf = ({ id }: Document) => (links.get(id) ?? []).map((group) => group.id)
  const managerIds = new Set(documents.map(({ attributes }) => managerOf(attributes) ?? '').filter(isId))
  const managers = new Map<string, NonNullable<Person['manager']>>()
  const [names] = await Promise.all([
    readGroupNames(context.table, documents.flatMap(groupsOf)),
    visitRowsAt(context.table, [...managerIds].map(userKey), (row) => {
      const manager = readDocument(row)
      if (manager !== undefined) managers.set(manager.id, managerFacts(manager))
    }),
  ])
  return documents.map((document) => shown(policy, document, { groupIds: groupsOf(document), names, managers }))
}

interface Surroundings {
  readonly groupIds: readonly string[]
  /** Of the groups that there are. */
  readonly names: ReadonlyMap<string, string>
  readonly managers: ReadonlyMap<string, NonNullable<Person['manager']>>
}

function shown(policy: Policy, document: Document, { groupIds, names, managers }: Surroundings): Person {
  const { id, attributes, access, revision, lastModified } = document
  const groups = groupIds.filter((group) => names.has(group))
  const { role, grantsAccess, reason } = derive({ document, groupIds: groups }, policy)
  const facts = {
    id,
    productId: access.productId ?? null,
    userName: textOf(document, 'userName'),
    externalId: textOf(document, 'externalId'),
    active: isActive(attributes),
    role,
    grantsAccess,
    reason: { ...reason },
    reasonText: sayReason(reason),
    displayName: textOf(document, 'displayName'),
    name: own(attributes, 'name') ?? null,
    emails: own(attributes, 'emails') ?? [],
    attributes: { ...attributes },
    groups: groups.map((group) => ({ id: group, displayName: names.get(group) ?? null })),
    manager: managers.get(managerOf(attributes) ?? '') ?? null,
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
