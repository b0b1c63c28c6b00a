import type { DirectoryContext } from '../../directory/context'
import { readDocument } from '../../directory/documents/document'
import { isActive } from '../../roles/derive'
import type { Policy, Rule } from '../../roles/rules'
import { isObject, own, type Json, type JsonObject } from '../../scim/json'
import { ENTERPRISE_URN } from '../../scim/schema/schemas'
import { prefixRange } from '../../storage/table'

/** How often each attribute has a value. Values are nobody's business here, and are not kept. */
export interface Coverage {
  /** Documents that were read. */
  readonly read: number
  /** Whether that was everybody. */
  readonly complete: boolean
  readonly active: number
  /** By attribute, named as the target of a mapping row: how many active people have a value. */
  readonly counts: ReadonlyMap<string, number>
  /** Active people whose externalId looks like the object id of Entra ID. */
  readonly objectIds: number
  /** More attributes came than are counted. */
  readonly isCut: boolean
}

/** A row that an administrator can add in Entra, in the words of docs/entra.md. */
export interface MissingAttribute {
  readonly attribute: string
  readonly source: string
  readonly target: string
  readonly text: string
}

const MAX_READ = 10_000
/** Documents have up to 200 KiB, and a page of them is held in memory. */
const DOCUMENTS_AT_ONCE = 500
const MAX_ATTRIBUTES = 1_000
const OBJECT_ID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i

/** Reads at most 10,000 people; ids are random, so that these are a fair sample of more. */
export async function readCoverage({ table }: Pick<DirectoryContext, 'table'>, maxRead = MAX_READ): Promise<Coverage> {
  const tally: Tally = { counts: new Map(), active: 0, objectIds: 0, isCut: false }
  let read = 0
  let next: string | undefined
  do {
    const limit = Math.min(DOCUMENTS_AT_ONCE, maxRead - read)
    const page = await table.page(prefixRange('u'), { limit, ...(next !== undefined && { next }) })
    next = page.next
    read += page.rows.length
    for (const row of page.rows) count(tally, readDocument(row)?.attributes)
  } while (next !== undefined && read < maxRead)
  return { ...tally, read, complete: next === undefined }
}

interface Tally {
  readonly counts: Map<string, number>
  active: number
  objectIds: number
  isCut: boolean
}

function count(tally: Tally, attributes: JsonObject | undefined): void {
  if (attributes === undefined || !isActive(attributes)) return
  tally.active += 1
  if (OBJECT_ID.test(textOf(own(attributes, 'externalId')))) tally.objectIds += 1
  for (const name of attributesOf(attributes)) {
    const held = tally.counts.get(name)
    if (held !== undefined || tally.counts.size < MAX_ATTRIBUTES) tally.counts.set(name, (held ?? 0) + 1)
    else tally.isCut = true
  }
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : '')

/** What has a value, such as `name.givenName`, `emails[type eq "work"].value`, and an extension's as `urn:attribute`. */
function attributesOf(attributes: JsonObject): ReadonlySet<string> {
  const names = Object.entries(attributes).flatMap(([name, value]) => {
    if (name === 'schemas') return []
    if (!name.includes(':') || !isObject(value)) return namesOf(name, value)
    return Object.entries(value).flatMap(([part, held]) => namesOf(`${name}:${part}`, held))
  })
  return new Set(names)
}

function namesOf(name: string, value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => entryNames(name, entry))
  if (!isObject(value)) return hasValue(value) ? [name] : []
  if (hasValue(own(value, 'value'))) return [name] // a reference, such as the manager
  return subNames(name, value)
}

function entryNames(name: string, entry: Json): string[] {
  if (!isObject(entry)) return hasValue(entry) ? [name] : []
  const type = textOf(own(entry, 'type'))
  return subNames(type === '' ? name : `${name}[type eq ${JSON.stringify(type)}]`, entry)
}

/** Marks of an entry, which are no values of their own. */
const MARKS: ReadonlySet<string> = new Set(['type', 'primary', '$ref'])

const subNames = (name: string, entry: JsonObject) =>
  Object.entries(entry).flatMap(([part, held]) => (MARKS.has(part) || !hasValue(held) ? [] : [`${name}.${part}`]))

const hasValue = (value: Json | undefined) => value !== undefined && value !== null && value !== ''

const ROWS: readonly Row[] = [
  {
    attribute: 'e-mail',
    source: 'mail',
    target: 'emails[type eq "work"].value',
    isMissing: ({ counts }: Coverage) => [...counts.keys()].every((name) => !/^emails\b.*\.value$/.test(name)),
    text: 'Nobody has an e-mail address.',
  },
  {
    attribute: 'department',
    source: 'department',
    target: `${ENTERPRISE_URN}:department`,
    isMissing: ({ counts }: Coverage) => !counts.has(`${ENTERPRISE_URN}:department`),
    text: 'Nobody has a department.',
  },
  {
    attribute: 'manager',
    source: 'manager',
    target: `${ENTERPRISE_URN}:manager`,
    isMissing: ({ counts }: Coverage) => !counts.has(`${ENTERPRISE_URN}:manager`),
    text: 'Nobody has a manager. A manager comes only when he is in scope himself.',
  },
  {
    attribute: 'object id',
    source: 'objectId',
    target: 'externalId',
    isMissing: ({ objectIds }: Coverage) => objectIds === 0,
    text: 'No externalId looks like an object id, which never changes and is the oid of the sign-in. Change the source of the row mailNickname → externalId.',
  },
]

/** Attributes that are expected, or that rules look at, and that nobody has. Nothing is missed while there is nobody. */
export function missingAttributes(coverage: Coverage, { rules }: Pick<Policy, 'rules'>): MissingAttribute[] {
  if (coverage.active === 0) return []
  const expected = ROWS.filter(({ isMissing }) => isMissing(coverage))
  const known: ReadonlySet<string> = new Set(expected.map(({ target }) => target))
  const ruled = rules
    .flatMap((rule) => rowOfRule(rule) ?? [])
    .filter(({ target, isMissing }) => !known.has(target) && isMissing(coverage))
  const byTarget = new Map([...expected, ...ruled].map((row) => [row.target, row]))
  return [...byTarget.values()].map(({ attribute, source, target, text }) => ({
    attribute,
    source,
    target,
    text: `${text} Mapping row in Entra: ${source} → ${target}. If it is there, look whether the source has a value for people in scope.`,
  }))
}

type Row = MissingAttribute & { readonly isMissing: (coverage: Coverage) => boolean }

/** What a rule looks at has to come, or the rule holds for nobody. */
function rowOfRule(rule: Rule): Row | undefined {
  if (rule.kind === 'group') return undefined
  const text = 'Nobody has it, and a rule of the access roles looks at it.'
  if (rule.kind === 'appRole') {
    const isMissing = ({ counts }: Coverage) =>
      [...counts.keys()].every((name) => !/^(?:roles|entitlements)\b.*\.value$/.test(name))
    return { attribute: 'app roles', source: APP_ROLES, target: 'roles', text, isMissing }
  }
  const { attribute } = rule
  const name = attribute.slice(attribute.lastIndexOf(':') + 1)
  return { attribute: name, source: name, target: attribute, text, isMissing: ({ counts }) => !counts.has(attribute) }
}

const APP_ROLES = 'AssertiveAppRoleAssignmentsComplex([appRoleAssignments])'
