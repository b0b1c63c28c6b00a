import type { ToldRecord } from '../../feed/tell-record'
import { isObject, own, type Json } from '../../scim/json'
import { ENTERPRISE_URN } from '../../scim/schema/schemas'
import {
  captureChanged,
  health,
  held,
  linked,
  locked,
  replaced,
  report,
  returned,
  rulesSaved,
  secretExpiring,
  simply,
  tokenExpiring,
} from './fact-words'
import { bounded, fieldChanges, labelOf, MANAGER, sayField, type FieldChange } from './field-changes'
import { sayRole } from './role-words'
import { byWhom, listIn, plural, type Described, type Kind, type Say, type Wording } from './wording'
import { eventOf, type EventType } from '../../events/catalogue'

/** Fields that say most of a newcomer; all are in `changes`. */
const TELLING: ReadonlySet<string> = new Set(['userName', 'title', `${ENTERPRISE_URN}:department`, MANAGER])
const MAX_PHRASES = 8

function fieldsOf({ changes = {} }: ToldRecord, { nameOf }: Wording): FieldChange[] {
  return fieldChanges(changes, nameOf)
}

/** Names alone, when the values were too large for a record or were erased. */
function namesAlone({ changed, erased }: ToldRecord): string[] {
  const names = Array.isArray(changed) ? changed.filter((name) => typeof name === 'string').map(labelOf) : []
  if (names.length === 0) return []
  const why = erased ? 'the values are erased' : 'too large to show'
  return [`${cut([...new Set(names)]).join(', ')} changed (${why})`]
}

function cut(phrases: readonly string[]): string[] {
  if (phrases.length <= MAX_PHRASES) return [...phrases]
  return [...phrases.slice(0, MAX_PHRASES - 1), `${phrases.length - MAX_PHRASES + 1} more`]
}

const personAdded: Say = (told, wording) => {
  const changes = fieldsOf(told, wording)
  const isDisabled = changes.some(({ attribute, after }) => attribute === 'active' && after === 'false')
  const telling = changes.filter(({ attribute }) => TELLING.has(attribute))
  return {
    phrases: [
      isDisabled ? 'added, disabled' : 'added',
      ...telling.map(({ label, after = '' }) => `${label} ${bounded(after, 80)}`),
    ],
    changes,
  }
}

const changed: Say = (told, wording) => {
  const changes = fieldsOf(told, wording)
  const phrases = [...changes.map(sayField), ...namesAlone(told), ...memberPhrases(told, wording)]
  return { phrases: phrases.length > 0 ? cut(phrases) : ['changed'], changes }
}

const groupAdded: Say = (told, wording) => ({
  phrases: ['group added', ...memberPhrases(told, wording)],
  changes: fieldsOf(told, wording),
})

function memberPhrases({ members }: ToldRecord, wording: Wording): string[] {
  if (!isObject(members)) return []
  return [
    ...memberPhrase(idsIn(own(members, 'added')), 'joined', wording),
    ...memberPhrase(idsIn(own(members, 'removed')), 'left', wording),
  ]
}

export const idsIn = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []

/** Such as `Ana Ruiz and 12 others joined`. */
function memberPhrase(ids: readonly string[], verb: string, { nameOf, focus }: Wording): string[] {
  if (ids.length === 0) return []
  const first =
    focus !== undefined && ids.includes(focus) ? focus : (namedFirst(ids).find((id) => nameOf(id) !== undefined) ?? '')
  const name = nameOf(first)
  if (name === undefined) return [`${ids.length === 1 ? 'somebody who is gone' : `${ids.length} members`} ${verb}`]
  const others = ids.length - 1
  if (others === 0) return [`${name} ${verb}`]
  return [`${name} and ${plural(others, 'other')} ${verb}`]
}

const MEMBERS_NAMED = 2
/** The members whose names are looked up. */
export const namedFirst = (ids: readonly string[]) => ids.slice(0, MEMBERS_NAMED)

const roleChanged: Say = ({ role }, wording) => ({ phrases: [sayRole(isObject(role) ? role : {}, wording)] })

/** Types that have more to tell than who did it. */
const SAID: Readonly<Partial<Record<EventType, Say>>> = {
  'user.created': personAdded,
  'user.updated': changed,
  'group.created': groupAdded,
  'group.updated': changed,
  'role.changed': roleChanged,
  'lock.changed': locked,
  'person.replaced': replaced,
  'person.unlinked': (told) => ({
    phrases: [`left ${plural(listIn(told, 'groups').length, 'group')}, since a new person takes the user name`],
  }),
  'product.linked': linked,
  'product.unlinked': linked,
  'rules.saved': rulesSaved,
  'capture.changed': captureChanged,
  'equipment.held': held,
  'equipment.returned': returned,
  'equipment.report': report,
  'token.expiring': tokenExpiring,
  'clientSecret.expiring': secretExpiring,
  'health.changed': health,
}

/** A record of which the service says more than this page knows is told by its type. */
const unknown: Say = (told) => ({ phrases: [`recorded as ${told.type}${byWhom(told)}`] })

/** The record's own kind, told without words, for filters. */
export const kindOf = (type: string): Kind => eventOf(type)?.kind ?? 'other'

export function describeRecord(told: ToldRecord, wording: Wording): Described {
  const event = eventOf(told.type)
  if (event === undefined) return { kind: 'other', changes: [], ...unknown(told, wording) }
  const { kind, said } = event
  const isEmptied = told.erased === true && told.changed === undefined && told.type !== 'person.erased'
  if (isEmptied) return { kind, phrases: [said], changes: [] }
  return { kind, changes: [], ...(SAID[told.type as EventType] ?? simply(said))(told, wording) }
}
