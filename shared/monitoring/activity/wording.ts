import type { ToldRecord } from '../../feed/tell-record'
import { isObject, own, type Json, type JsonObject } from '../../scim/json'
import type { FieldChange, NameOf } from './field-changes'

export const KINDS = [
  'person',
  'group',
  'role',
  'settings',
  'equipment',
  'connection',
  'administration',
  'refusal',
  'other',
] as const
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
  /** What the tenant calls a role. */
  readonly shownRole: (role: string) => string
  /** A person whose history is read: named first among the members of a group. */
  readonly focus?: string | undefined
}

/** How a type of record is told. */
export type Say = (told: ToldRecord, wording: Wording) => Pick<Described, 'phrases'> & Partial<Described>

export const textIn = (told: ToldRecord, name: string) => {
  const value = isObject(told.facts) ? own(told.facts, name) : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
export const byWhom = (told: ToldRecord) => {
  const by = textIn(told, 'by')
  return by === undefined ? '' : ` by ${by}`
}
export const objectIn = (told: ToldRecord, name: string): JsonObject => {
  const value = isObject(told.facts) ? own(told.facts, name) : undefined
  return isObject(value) ? value : {}
}
export const listIn = (told: ToldRecord, name: string): readonly Json[] => {
  const value = isObject(told.facts) ? own(told.facts, name) : undefined
  return Array.isArray(value) ? value : []
}
export const stringOf = (object: JsonObject, name: string) => {
  const value = own(object, name)
  return typeof value === 'string' ? value : ''
}
export const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`
