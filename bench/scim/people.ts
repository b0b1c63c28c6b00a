import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Outcome } from '../service/exchange'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const GIVEN = ['Anna', 'Bastian', 'Chloé', 'Dimitri', 'Elif', 'Farid', 'Grace', 'Henrik']
const FAMILY = ['Bergmann', 'Okafor', 'Lindqvist', 'Ferrari', 'Novák', 'Tanaka', 'Schmidt']
const TITLES = ['Engineer', 'Account Manager', 'Head of Purchasing', 'Nurse', 'Controller']
const DEPARTMENTS = ['Research', 'Sales', 'Purchasing', 'Care', 'Finance']

export type Json = Readonly<Record<string, unknown>>

/** Somebody as stored: what was sent, and what must come back. */
export interface Person {
  readonly id: string
  readonly attributes: Json
}

const pick = (words: readonly string[], i: number) => words[i % words.length] ?? ''

const userNameOf = (i: number) => `${pick(GIVEN, i).replace('é', 'e')}.${i}@contoso.example`.toLowerCase()

/** A person as Entra ID creates one with its default mappings. @param i different each time */
export function personBody(i: number): Json {
  const [givenName, familyName] = [pick(GIVEN, i), pick(FAMILY, i)]
  const displayName = `${givenName} ${familyName} ${i}`
  return {
    schemas: [USER, ENTERPRISE],
    userName: userNameOf(i),
    active: true,
    displayName,
    emails: [{ primary: true, type: 'work', value: `mail.${userNameOf(i)}` }],
    name: { formatted: displayName, familyName, givenName },
    externalId: randomUUID(),
    title: pick(TITLES, i),
    [ENTERPRISE]: { department: pick(DEPARTMENTS, i), employeeNumber: String(10_000 + i) },
    meta: { resourceType: 'User' },
  }
}

/** An answer's body; an empty one for what is no JSON object. */
export function bodyOf({ text }: Pick<Outcome, 'text'>): Json {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Json) : {}
  } catch {
    return {}
  }
}

const OF_THE_SERVER = new Set(['schemas', 'meta'])

/** Whether a resource has every value as it was sent. */
export const holds = (resource: Json, { id, attributes }: Person) =>
  resource['id'] === id &&
  Object.keys(attributes).every((name) => OF_THE_SERVER.has(name) || isDeepStrictEqual(resource[name], attributes[name]))

/** Whether an answer has this status and shows the person as it should be. */
export const shows = (outcome: Outcome, status: number, person: Person) =>
  outcome.status === status && holds(bodyOf(outcome), person)

/** The resources of a list's answer. */
export function resourcesOf(list: Json): readonly Json[] {
  const resources = list['Resources']
  return Array.isArray(resources) ? (resources as readonly Json[]) : []
}

/** Whether an answer is a list of nobody, or of this person alone. */
export function lists(outcome: Outcome, person: Person | undefined): boolean {
  const body = bodyOf(outcome)
  const [first, ...others] = resourcesOf(body)
  if (outcome.status !== 200 || others.length > 0) return false
  if (person === undefined) return body['totalResults'] === 0 && first === undefined
  return body['totalResults'] === 1 && first !== undefined && holds(first, person)
}
