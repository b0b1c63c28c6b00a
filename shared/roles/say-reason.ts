import type { Reason, RuleCause } from './derive'

/**
 * The reason in plain words, for the console, the CSV and the product.
 * @param shown what the reader calls a role; by its name unless given
 */
export function sayReason(reason: Reason, shown = (role: string) => role): string {
  switch (reason.kind) {
    case 'inactive':
      return 'The directory has set this person inactive.'
    case 'staged':
      return 'Newcomers are held back, and this person is not released yet.'
    case 'locked':
      return `Locked by ${reason.by} on ${reason.at.slice(0, 10)}. Without the lock the role would be ${shown(reason.would)}.`
    case 'rule':
      return `${sayCause(reason)}${sayOthers(reason, shown)}`
    case 'default':
      return 'No rule matches, so the default role applies.'
    case 'deleted':
      return 'The directory has deleted this person.'
  }
}

/** What the rule looks at, as a sentence. */
export function sayCause(cause: RuleCause): string {
  switch (cause.ruleKind) {
    case 'group':
      return `Member of ${nameOf(cause)}.`
    case 'appRole':
      return `Assigned as ${cause.appRole} in Entra ID.`
    case 'attribute':
      return `${sayAttribute(cause.attribute)} is ${cause.value}.`
  }
}

function sayOthers({ others, more }: Extract<Reason, { kind: 'rule' }>, shown: (role: string) => string): string {
  if (others.length === 0) return ''
  const names = others.map((other) => `${nameCause(other)} (${shown(other.role)})`).join(', ')
  return ` Rules further down match as well: ${names}${more > 0 ? ` and ${more} more` : ''}.`
}

/** What a rule looks at, as its name: `Sales North`, `app role Auditor`, `department Sales`. */
export function nameCause(cause: RuleCause): string {
  switch (cause.ruleKind) {
    case 'group':
      return nameOf(cause)
    case 'appRole':
      return `app role ${cause.appRole}`
    case 'attribute':
      return `${sayAttribute(cause.attribute).toLowerCase()} ${cause.value}`
  }
}

const nameOf = ({ groupId, groupName }: { groupId: string; groupName: string }) => (groupName === '' ? groupId : groupName)

/** An attribute in words: `urn:…:User:costCenter` is "Cost center". */
function sayAttribute(path: string): string {
  const words = path
    .slice(path.lastIndexOf(':') + 1)
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
