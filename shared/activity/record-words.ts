import type { ToldRecord } from '../feed/tell-record'
import { isObject, own, type Json, type JsonObject } from '../scim/json'
import { bounded, fieldChanges, labelOf, MANAGER, sayField, type FieldChange, type NameOf } from './field-changes'
import { sayRole } from './role-words'

export const KINDS = ['person', 'group', 'role', 'settings', 'equipment', 'connection', 'refusal', 'other'] as const
export type Kind = (typeof KINDS)[number]

/** A record in an administrator's words. */
export interface Described {
  readonly kind: Kind
  /** Each such as `department Logistics → Sales`. */
  readonly phrases: readonly string[]
  readonly changes: readonly FieldChange[]
}

export interface Wording {
  readonly nameOf: NameOf
  /** A person whose history is read: named first among the members of a group. */
  readonly focus?: string | undefined
}

type Say = (told: ToldRecord, wording: Wording) => Pick<Described, 'phrases'> & Partial<Described>

/** Fields that say most of a newcomer; all are in `changes`. */
const TELLING: ReadonlySet<string> = new Set(['userName', 'title', `${MANAGER.slice(0, -7)}department`, MANAGER])
const MAX_PHRASES = 8

const textIn = (told: ToldRecord, name: string) => {
  const value = isObject(told.facts) ? own(told.facts, name) : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
const byWhom = (told: ToldRecord) => {
  const by = textIn(told, 'by')
  return by === undefined ? '' : ` by ${by}`
}
const objectIn = (told: ToldRecord, name: string): JsonObject => {
  const value = isObject(told.facts) ? own(told.facts, name) : undefined
  return isObject(value) ? value : {}
}
const listIn = (told: ToldRecord, name: string): readonly Json[] => {
  const value = isObject(told.facts) ? own(told.facts, name) : undefined
  return Array.isArray(value) ? value : []
}
const stringOf = (object: JsonObject, name: string) => {
  const value = own(object, name)
  return typeof value === 'string' ? value : ''
}
const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

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

const locked: Say = (told) => {
  const after = objectIn(told, 'after')
  if (Object.keys(after).length > 0)
    return { phrases: [`role locked as ${stringOf(after, 'role')}${byWhom(told)}`], kind: 'role' }
  const role = stringOf(objectIn(told, 'before'), 'role')
  return { phrases: [`lock on ${role === '' ? 'the role' : `role ${role}`} taken off${byWhom(told)}`], kind: 'role' }
}

const linked: Say = (told) => {
  const [before, after] = [textIn(told, 'before'), textIn(told, 'after')]
  const value =
    before !== undefined && after !== undefined
      ? `${before} → ${after}`
      : after === undefined
        ? (before ?? '')
        : `set to ${after}`
  return { phrases: [`product id ${value}${after === undefined ? ' taken away' : ''}${byWhom(told)}`.replace('  ', ' ')] }
}

const replaced: Say = (told) => {
  const groups = listIn(told, 'groups').length
  const lost = [
    ...(groups > 0 ? [plural(groups, 'membership')] : []),
    ...(Object.keys(objectIn(told, 'lock')).length > 0 ? ['lock'] : []),
    ...(textIn(told, 'productId') === undefined ? [] : ['product id']),
  ]
  const left = lost.length === 0 ? '' : `; dropped of the old one: ${lost.join(', ')}`
  return { phrases: [`a new person under the same user name${left}`] }
}

const held: Say = (told) => {
  const count = Number(textIn(told, 'count') ?? 0)
  const names = listIn(told, 'items').filter(isObject).slice(0, 3).map(sayItem)
  return {
    phrases: [`${stateOf(told)} and still holds ${plural(count, 'item')}${names.length > 0 ? `: ${names.join(', ')}` : ''}`],
  }
}
const returned: Say = (told) => ({ phrases: [`${stateOf(told)}; the last item came back: ${sayItem(objectIn(told, 'item'))}`] })
const stateOf = (told: ToldRecord) => textIn(told, 'state') ?? 'gone'
const sayItem = (item: JsonObject) => `${stringOf(item, 'model')} ${stringOf(item, 'assetTag')}`.trim()

const rulesSaved: Say = (told) => ({
  phrases: [
    `Roles and rules saved${byWhom(told)}: ${plural(Number(textIn(told, 'rules') ?? 0), 'rule')}, default ${textIn(told, 'defaultRole') ?? 'unknown'}`,
  ],
})

const expiring: Say = (told) => {
  const days = Number(textIn(told, 'days') ?? 0)
  const label = textIn(told, 'label')
  return {
    phrases: [
      `The token ending in ${textIn(told, 'lastFour') ?? '????'}${label === undefined ? '' : ` (${label})`} ends on ${(textIn(told, 'expires') ?? '').slice(0, 10)}, in ${plural(days, 'day')}`,
    ],
  }
}

const health: Say = (told) => ({
  phrases: [
    `Connection with Entra ID: ${textIn(told, 'before') ?? 'unknown'} → ${textIn(told, 'after') ?? 'unknown'}. ${textIn(told, 'reason') ?? ''}`.trim(),
  ],
})

const captureChanged: Say = (told) => {
  const state = textIn(told, 'state')
  const whom = textIn(told, 'scope') === 'person' ? 'requests about one person' : 'all requests'
  if (state === 'on')
    return {
      phrases: [`Capture of ${whom} turned on${byWhom(told)} for ${plural(Number(textIn(told, 'minutes') ?? 0), 'minute')}`],
    }
  if (state === 'full') return { phrases: ['Capture ended by itself: it holds as much as it may'] }
  return { phrases: [`Capture turned off${byWhom(told)}`] }
}

const report: Say = (told) => ({
  phrases: [
    `Equipment report: ${plural(Number(textIn(told, 'people') ?? 0), 'disabled person', 'disabled people')} still holding ${plural(Number(textIn(told, 'items') ?? 0), 'item')}`,
  ],
})

const roleChanged: Say = ({ role }, { nameOf }) => ({ phrases: [sayRole(isObject(role) ? role : {}, nameOf)] })
const simply =
  (what: string): Say =>
  (told) => ({ phrases: [`${what}${byWhom(told)}`] })

/** Every type of record that there is. */
const WORDS: ReadonlyMap<string, readonly [Kind, Say]> = new Map<string, readonly [Kind, Say]>([
  ['user.created', ['person', personAdded]],
  ['user.updated', ['person', changed]],
  ['user.deleted', ['person', simply('deleted')]],
  ['group.created', ['group', groupAdded]],
  ['group.updated', ['group', changed]],
  ['group.deleted', ['group', simply('group deleted')]],
  ['role.changed', ['role', roleChanged]],
  ['lock.changed', ['role', locked]],
  ['person.released', ['person', simply('released, no longer Pending,')]],
  ['person.replaced', ['person', replaced]],
  [
    'person.unlinked',
    [
      'person',
      (told) => ({ phrases: [`left ${plural(listIn(told, 'groups').length, 'group')}, since a new person takes the user name`] }),
    ],
  ],
  ['person.erased', ['person', simply('everything erased')]],
  ['person.adopted', ['person', simply('taken over into this tenant')]],
  ['group.adopted', ['group', simply('taken over into this tenant')]],
  ['product.linked', ['person', linked]],
  ['product.unlinked', ['person', linked]],
  ['rules.saved', ['settings', rulesSaved]],
  ['routes.saved', ['settings', simply('Routes to other tenants saved')]],
  ['capture.changed', ['settings', captureChanged]],
  ['equipment.held', ['equipment', held]],
  ['equipment.returned', ['equipment', returned]],
  ['equipment.report', ['equipment', report]],
  ['token.expiring', ['connection', expiring]],
  ['health.changed', ['connection', health]],
])

/** A record of which the service says more than this page knows is told by its type. */
const unknown: Say = (told) => ({ phrases: [`recorded as ${told.type}${byWhom(told)}`] })

/** The record's own kind, told without words, for filters. */
export const kindOf = (type: string): Kind => WORDS.get(type)?.[0] ?? 'other'

export function describeRecord(told: ToldRecord, wording: Wording): Described {
  const [kind, say] = WORDS.get(told.type) ?? (['other', unknown] as const)
  if (told.erased === true && told.changed === undefined && told.type !== 'person.erased')
    return { kind, phrases: [ERASED_WORDS.get(told.type) ?? 'what happened is erased'], changes: [] }
  return { kind, changes: [], ...say(told, wording) }
}

/** What is left to say when values are gone. */
const ERASED_WORDS: ReadonlyMap<string, string> = new Map([
  ['user.created', 'added'],
  ['user.updated', 'changed'],
  ['user.deleted', 'deleted'],
  ['role.changed', 'role changed'],
  ['lock.changed', 'lock changed'],
])
