import type { ToldRecord } from '../../feed/tell-record'
import { isObject, type JsonObject } from '../../scim/json'
import { byWhom, listIn, objectIn, plural, stringOf, textIn, type Say } from './wording'

export const locked: Say = (told, { shownRole }) => {
  const after = objectIn(told, 'after')
  if (Object.keys(after).length > 0)
    return { phrases: [`role locked as ${shownRole(stringOf(after, 'role'))}${byWhom(told)}`], kind: 'role' }
  const role = stringOf(objectIn(told, 'before'), 'role')
  return { phrases: [`lock on ${role === '' ? 'the role' : `role ${shownRole(role)}`} taken off${byWhom(told)}`], kind: 'role' }
}

export const linked: Say = (told) => {
  const [before, after] = [textIn(told, 'before'), textIn(told, 'after')]
  const value =
    before !== undefined && after !== undefined
      ? `${before} → ${after}`
      : after === undefined
        ? (before ?? '')
        : `set to ${after}`
  return { phrases: [`product id ${value}${after === undefined ? ' taken away' : ''}${byWhom(told)}`.replace('  ', ' ')] }
}

export const replaced: Say = (told) => {
  const groups = listIn(told, 'groups').length
  const lost = [
    ...(groups > 0 ? [plural(groups, 'membership')] : []),
    ...(Object.keys(objectIn(told, 'lock')).length > 0 ? ['lock'] : []),
    ...(textIn(told, 'productId') === undefined ? [] : ['product id']),
  ]
  const left = lost.length === 0 ? '' : `; dropped of the old one: ${lost.join(', ')}`
  return { phrases: [`a new person under the same user name${left}`] }
}

export const held: Say = (told) => {
  const count = Number(textIn(told, 'count') ?? 0)
  const names = listIn(told, 'items').filter(isObject).slice(0, 3).map(sayItem)
  return {
    phrases: [`${stateOf(told)} and still holds ${plural(count, 'item')}${names.length > 0 ? `: ${names.join(', ')}` : ''}`],
  }
}
export const returned: Say = (told) => ({
  phrases: [`${stateOf(told)}; the last item came back: ${sayItem(objectIn(told, 'item'))}`],
})
const stateOf = (told: ToldRecord) => textIn(told, 'state') ?? 'gone'
const sayItem = (item: JsonObject) => `${stringOf(item, 'model')} ${stringOf(item, 'assetTag')}`.trim()

export const rulesSaved: Say = (told, { shownRole }) => ({
  phrases: [
    `Roles and rules saved${byWhom(told)}: ${plural(Number(textIn(told, 'rules') ?? 0), 'rule')}, default ${shownRole(textIn(told, 'defaultRole') ?? 'unknown')}`,
  ],
})

const expiring =
  (what: string): Say =>
  (told) => {
    const days = Number(textIn(told, 'days') ?? 0)
    const label = textIn(told, 'label')
    return {
      phrases: [
        `The ${what} ending in ${textIn(told, 'lastFour') ?? '????'}${label === undefined ? '' : ` (${label})`} ends on ${(textIn(told, 'expires') ?? '').slice(0, 10)}, in ${plural(days, 'day')}`,
      ],
    }
  }

export const tokenExpiring = expiring('token')
export const secretExpiring = expiring('client secret')

export const health: Say = (told) => ({
  phrases: [
    `Connection with Entra ID: ${textIn(told, 'before') ?? 'unknown'} → ${textIn(told, 'after') ?? 'unknown'}. ${textIn(told, 'reason') ?? ''}`.trim(),
  ],
})

export const captureChanged: Say = (told) => {
  const state = textIn(told, 'state')
  const whom = textIn(told, 'scope') === 'person' ? 'requests about one person' : 'all requests'
  if (state === 'on')
    return {
      phrases: [`Capture of ${whom} turned on${byWhom(told)} for ${plural(Number(textIn(told, 'minutes') ?? 0), 'minute')}`],
    }
  if (state === 'full') return { phrases: ['Capture ended by itself: it holds as much as it may'] }
  return { phrases: [`Capture turned off${byWhom(told)}`] }
}

export const report: Say = (told) => ({
  phrases: [
    `Equipment report: ${plural(Number(textIn(told, 'people') ?? 0), 'disabled person', 'disabled people')} still holding ${plural(Number(textIn(told, 'items') ?? 0), 'item')}`,
  ],
})

/** What needs no more words than who did it. */
export const simply =
  (what: string): Say =>
  (told) => ({ phrases: [`${what}${byWhom(told)}`] })
