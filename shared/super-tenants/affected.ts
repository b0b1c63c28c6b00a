import { readBody } from '../directory/documents/record'
import { membersIn, tellsOf } from '../access/role-effects'
import { own } from '../scim/json'
import type { Row } from '../storage/table'
import type { EventType } from '../events/catalogue'

/** The settings that the record tells of; 0 when any will do. */
export function versionOf(record: Row): number {
  const type = String(record.values['type'])
  const version = SETTING_TYPES.has(type) ? own(readBody(record), 'version') : undefined
  return typeof version === 'number' ? version : 0
}

const SETTING_TYPES: ReadonlySet<string> = new Set<EventType>(['routes.saved', 'rules.saved'])

/** What the records of one step may mean for copies. */
export interface Affected {
  /** People whose groups may have changed, or who may be gone. Ids of other things among them do no harm. */
  readonly people: Set<string>
  /** People whose attributes alone changed: only where they are routed is anything to do. */
  readonly updated: Set<string>
  readonly groups: Set<string>
  /** People of whom every record is erased. */
  readonly erased: Set<string>
  /** Groups that may be one of which a route has lost its own. */
  readonly bound: Set<string>
  isSweep: boolean
  /** The policy that targets inherit may have changed. */
  isPolicy: boolean
}

export const nothingAffected = (): Affected => ({
  people: new Set(),
  updated: new Set(),
  groups: new Set(),
  erased: new Set(),
  bound: new Set(),
  isSweep: false,
  isPolicy: false,
})

/** Adds what the record means. A group that no route names counts for nothing; when a route names it later, that save sweeps. */
export function addAffected(affected: Affected, record: Row, routed: ReadonlySet<string>): void {
  const type = String(record.values['type'])
  const given = { record, id: String(record.values['id']), isRouted: routed.has(String(record.values['id'])) }
  if (Object.hasOwn(EFFECTS, type)) EFFECTS[type as EventType]?.(affected, given)
}

interface Given {
  readonly record: Row
  readonly id: string
  readonly isRouted: boolean
}

type Effect = (affected: Affected, given: Given) => void

const addPerson: Effect = ({ people }, { id }) => people.add(id)

const EFFECTS: Readonly<Partial<Record<EventType, Effect>>> = {
  'user.updated': ({ updated }, { id }) => updated.add(id),
  'user.created': addPerson,
  'user.deleted': addPerson,
  'person.replaced': addPerson,
  'person.unlinked': addPerson,
  'person.erased': ({ erased }, { id }) => erased.add(id),
  'group.created': addGroup,
  'group.updated': addGroup,
  'group.deleted': (affected, { isRouted }) => {
    affected.isSweep ||= isRouted
  },
  'routes.saved': (affected) => {
    affected.isSweep = true
  },
  'rules.saved': (affected) => {
    affected.isPolicy = true
  },
}

function addGroup(affected: Affected, { record, id, isRouted }: Given): void {
  const body = readBody(record)
  if (!isRouted) {
    if (tellsOf(body, 'externalId')) affected.bound.add(id)
    return
  }
  const members = membersIn(body)
  for (const member of members) affected.people.add(member)
  if (own(body, 'changed') !== undefined || Object.keys(own(body, 'changes') ?? {}).length > 0) {
    affected.groups.add(id)
    affected.isPolicy = true
  }
}

export const sizeOf = ({ people, updated, groups, erased }: Affected) => people.size + updated.size + groups.size + erased.size
