import type { CountedRefusal } from '../../usage/refusal-rows'

type Words = readonly [what: string, advice: string]

const NEW_TOKEN = 'Paste the newest token into Entra.'

/** Why a token did not open the tenant; `…` stands for its last four characters. */
const TOKEN_WORDS: Readonly<Record<string, Words>> = {
  missing: ['A request without a token came', 'Paste the token into Secret Token in Entra.'],
  malformed: [
    'A request came whose Authorization header is no bearer token',
    'Copy the token again, without spaces, into Secret Token.',
  ],
  unknown: [
    'A token that this tenant never had was used',
    'Check that Tenant URL and token are of the same tenant, then paste the newest token.',
  ],
  expired: ['An expired token… was used', NEW_TOKEN],
  revoked: ['A revoked token… was used', NEW_TOKEN],
  notYetValid: ['A token… that is not valid yet was used', 'Paste one that is valid already, or wait.'],
  bearerOff: [
    'A Secret Token… was used, which this tenant has switched off',
    'Choose the method in Entra that Connect shows, or switch Secret Tokens on again.',
  ],
  'access.unknown': [
    'An access token was used that was not given for this tenant',
    'Copy Tenant URL and Token endpoint from Connect again: both are of one tenant. A client gets another token by itself.',
  ],
  'access.ended': [
    'An access token was used whose client secret was deleted or has expired, or whose identity was removed',
    'Give Entra the newest client secret, or trust the identity again, in Connect.',
  ],
  'access.expired': [
    'An access token was used after its end',
    'Nothing to do once: the client gets another one. If it goes on, the client does not ask for one at a 401.',
  ],
  'client.unknown': [
    "An access token was asked for by a client that is not this tenant's",
    'Copy Client identifier and Token endpoint from Connect again: both are of one tenant.',
  ],
  'client.wrongSecret': [
    'An access token was asked for with a client secret that this tenant does not have',
    'Make a new client secret in Connect and paste it into Client Secret in Entra.',
  ],
  'client.expiredSecret': [
    'An access token was asked for with an expired client secret…',
    'Make a new client secret in Connect and paste it into Client Secret in Entra.',
  ],
  ...assertionWords(),
}

/** Which claim it was, Connect shows beside what was expected. */
function assertionWords(): Readonly<Record<string, Words>> {
  const advice = 'Connect shows the last refused assertion, each claim beside what is expected.'
  const refused = (what: string): Words => [`An assertion was refused ${what}`, advice]
  return {
    'assertion.malformed': refused('that is no signed token of Entra ID'),
    'assertion.unknownIssuer': refused('of an issuer that this tenant does not trust'),
    'assertion.unknownSubject': refused('of a subject that this tenant does not trust'),
    'assertion.wrongTenant': refused('of another Entra ID tenant than its issuer says'),
    'assertion.wrongAudience': refused('that was made for another audience'),
    'assertion.wrongAlgorithm': refused('that is not signed with RS256'),
    'assertion.unknownKey': refused('that is signed with a key that its issuer does not have'),
    'assertion.badSignature': refused('whose signature is not that of its issuer'),
    'assertion.expired': refused('that had expired'),
    'assertion.notYetValid': refused('that is not valid yet'),
  }
}

/** Refused after the token was accepted, by scimType or status. */
const REQUEST_WORDS: Readonly<Record<string, Words>> = {
  uniqueness: [
    'A user or group was to be made or renamed whose name is taken',
    'Look whether two accounts in Entra have the same userName.',
  ],
  invalidFilter: ['A query could not be understood', 'Check the matching attributes in the attribute mapping.'],
  invalidValue: ['A value did not fit its attribute', 'Check the attribute mapping: type, length and required values.'],
  invalidPath: [
    'An attribute was named that the schema does not have',
    'Check the names in the attribute mapping, or declare the attribute.',
  ],
  invalidSyntax: ['A request was not in the form of SCIM', 'Check which client sends to this Tenant URL.'],
  mutability: ['A read-only attribute was to be changed', 'Take it out of the attribute mapping.'],
  noTarget: ['A change named a value that is not there', 'Entra ID puts it right in its next cycle.'],
  tooMany: ['A query had more matches than one answer may hold', 'Narrow the query.'],
  expiredCursor: ['A list was read on after too long a pause', 'The client has to begin the list again.'],
  '403': ['A change was refused that this tenant protects', 'Look for protected people, or change it where it is owned.'],
  '404': ['A user or group was to be changed that is not here', 'If it was deleted here, restart provisioning in Entra.'],
  '405': ['A method was used that the address does not take', 'Check the Tenant URL.'],
  '412': ['A change was made to another version than the stored one', 'The client has to read again.'],
  '413': ['A request was larger than 1 MiB', 'The client has to split it.'],
  '429': ['More requests came than one tenant may make', 'Nothing to do: the client comes again.'],
}

/** For an admin: what happened, how often, when, and what to do about it. */
export function explain({ status, reason, lastFour, count, minute }: CountedRefusal): string {
  const words = status === 401 ? TOKEN_WORDS : REQUEST_WORDS
  const fallback: Words = [`A request was answered ${status}`, 'Look at the provisioning log in Entra.']
  const [what, advice] = (Object.hasOwn(words, reason) ? words[reason] : undefined) ?? fallback
  const token = lastFour === undefined ? '' : ` ending in ${lastFour}`
  const times = count === 1 ? 'once' : `${count} times`
  return `${what.replace('…', token)} ${times} at ${new Date(minute).toISOString().slice(11, 16)} UTC. ${advice}`
}

/** What tells one counted refusal of a tenant from another. */
export const refusalKey = ({ minute, status, reason, lastFour = '', operation }: CountedRefusal) =>
  [minute, status, reason, lastFour, operation].join('.')
