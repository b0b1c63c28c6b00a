import { foldCase } from '../../scim/fold'
import { isObject, own, type Json } from '../../scim/json'
import type { CapturedPerson } from '../../tenants/capture'

/** A request and its answer, as far as they may name somebody. */
export interface Naming {
  /** Decoded. */
  readonly path: string
  /** Decoded. */
  readonly query: string
  /** Undefined: none, or not read. A text that is no JSON stays a text. */
  readonly body: Json | undefined
  readonly answer: Json | undefined
}

/**
 * Whether the request names one of the people: the id anywhere in path, query or body; userName or externalId as a whole value,
 * or quoted inside of a filter; or the answer is that person. Letter case does not count. Each text is folded once, however many
 * people there are, and in linear time.
 */
export function namesOneOf({ path, query, body, answer }: Naming, people: readonly CapturedPerson[]): boolean {
  const ids = people.flatMap(({ id }) => (id === undefined ? [] : [id]))
  const names = people.flatMap(({ userName, externalId }) => [userName, externalId].filter((name) => name !== undefined))
  const whole = new Set(names.map(foldCase))
  const quoted = [...whole].map((name) => JSON.stringify(name))
  const isNaming = (text: string) => {
    const lower = text.toLowerCase() // ids are made here, of letters a to f and digits
    if (ids.some((id) => lower.includes(id))) return true
    if (names.length === 0) return false
    const form = foldCase(text)
    return whole.has(form) || quoted.some((name) => form.includes(name))
  }
  return [path, query, ...textsIn(body)].some(isNaming) || people.some((person) => isPerson(answer, person))
}

/** Whether the answer is one resource, and that is the person. A list may hold anybody. */
export function isPerson(answer: Json | undefined, person: CapturedPerson): boolean {
  if (!isObject(answer)) return false
  const isSame = (name: 'id' | 'userName' | 'externalId') => {
    const [wanted, value] = [person[name], own(answer, name)]
    return wanted !== undefined && typeof value === 'string' && foldCase(value) === foldCase(wanted)
  }
  return isSame('id') || isSame('userName') || isSame('externalId')
}

/** Names and texts at any depth, without recursion: a body may be nested as deep as it is long. */
function textsIn(value: Json | undefined): string[] {
  const texts: string[] = []
  const waiting: (Json | undefined)[] = [value]
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (typeof one === 'string') texts.push(one)
    else if (Array.isArray(one)) for (const entry of one) waiting.push(entry)
    else if (isObject(one)) for (const [name, held] of Object.entries(one)) waiting.push(name, held)
  }
  return texts
}
