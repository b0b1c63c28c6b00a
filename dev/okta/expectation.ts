import type { Json } from '../simulator/json'
import { isObject, own } from '../simulator/json'
import { Unmet } from '../gallery/outcome'

/** What Okta asserts of a value in an answer. */
export interface Expectation {
  /** Such as `Resources[0].name.givenName`. */
  readonly path: string
  readonly holds: (value: Json | undefined) => boolean
  /** Ends the sentence "Let it be …". */
  readonly wanted: string
}

/** The value at a path of names and indexes; undefined where there is none. */
export function valueAt(body: Json | undefined, path: string): Json | undefined {
  return path.split(/[.[\]]+/).reduce<Json | undefined>((value, step) => {
    if (step === '') return value
    return Array.isArray(value) ? value[Number(step)] : own(value, step)
  }, body)
}

/** Runscope's not_empty: there, and no empty text, list or object. A false is not empty. */
function isFilled(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false
  if (Array.isArray(value)) return value.length > 0
  return !isObject(value) || Object.keys(value).length > 0
}

export const filled = (path: string): Expectation => ({ path, holds: isFilled, wanted: 'there, and not empty' })
export const isNumber = (path: string): Expectation => ({ path, holds: (value) => typeof value === 'number', wanted: 'a number' }) // prettier-ignore
export const hasValue = (path: string, wanted: string): Expectation => ({
  path,
  holds: (value) => Array.isArray(value) && value.includes(wanted),
  wanted: `a list with ${wanted}`,
})
/** Runscope compares as text: 0 equals "0". The value is in no message where it is a person's: then `wanted` stands for it. */
export const equal = (path: string, value: string | number | boolean, wanted = String(value)): Expectation => ({
  path,
  holds: (seen) => seen === value || (typeof seen !== 'object' && String(seen) === String(value)),
  wanted,
})

/** @throws Unmet that names every value that is not as Okta wants it */
export function mustBe(request: string, body: Json | undefined, expectations: readonly Expectation[]): void {
  const off = expectations.filter(({ path, holds }) => !holds(valueAt(body, path)))
  if (off.length === 0) return
  throw new Unmet(
    `${request}: not as Okta wants it: ${off.map(({ path }) => path).join(', ')}.`,
    off.map(({ path, wanted }) => `Let ${path} be ${wanted}.`).join(' '),
  )
}
