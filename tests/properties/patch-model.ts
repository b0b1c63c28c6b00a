import { ENTERPRISE_URN } from '../../shared/scim/schema/schemas'

/**
 * What PATCH has to do, written as plainly as it can be and without the code it checks: a person of a few attributes of each
 * kind, and one function for each kind of change. How a request spells the change is its `wire`.
 */

export interface Email {
  readonly type?: string
  readonly value?: string
  readonly display?: string
  readonly primary?: boolean
}

export interface Person {
  readonly userName: string
  readonly active?: boolean
  readonly title?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly department?: string
  readonly manager?: string
  readonly emails: readonly Email[]
}

type Text = 'title' | 'givenName' | 'familyName' | 'department' | 'manager'

export type Change =
  | { readonly kind: 'rename'; readonly to: string }
  | { readonly kind: 'activate'; readonly to: boolean }
  /** Undefined clears. */
  | { readonly kind: 'text'; readonly name: Text; readonly to: string | undefined }
  | { readonly kind: 'add e-mails'; readonly entries: readonly Email[] }
  | { readonly kind: 'replace e-mails'; readonly entries: readonly Email[] }
  | { readonly kind: 'remove e-mails'; readonly entries: readonly Email[] }
  | { readonly kind: 'remove e-mails of type'; readonly type: string }
  /** Of the entries of that type, of which there is one afterwards at least unless it is cleared. */
  | { readonly kind: 'e-mail part'; readonly type: string; readonly part: 'value' | 'display'; readonly to: string | undefined }
  | { readonly kind: 'primary e-mail'; readonly type: string }

export function changed(person: Person, change: Change): Person {
  switch (change.kind) {
    case 'rename':
      return { ...person, userName: change.to }
    case 'activate':
      return { ...person, active: change.to }
    case 'text':
      return withText(person, change.name, change.to)
    case 'add e-mails':
    case 'replace e-mails':
    case 'remove e-mails':
    case 'remove e-mails of type':
    case 'e-mail part':
    case 'primary e-mail':
      return { ...person, emails: changedEmails(person.emails, change) }
  }
}

/** The object with the property set, or without it. */
function withText<T extends object>(object: T, name: keyof T, text: string | undefined): T {
  const result = { ...object, [name]: text }
  if (text === undefined) Reflect.deleteProperty(result, name)
  return result
}

type EmailChange = Exclude<Change, { kind: 'rename' | 'activate' | 'text' }>

function changedEmails(held: readonly Email[], change: EmailChange): Email[] {
  switch (change.kind) {
    case 'add e-mails':
      return tidy(held, tidy([], change.entries))
    case 'replace e-mails':
      return tidy([], change.entries)
    case 'remove e-mails':
      return held.filter(({ type, value }) => !change.entries.some((one) => one.value === value && (one.type ?? type) === type))
    case 'remove e-mails of type':
      return held.filter(({ type }) => type !== change.type)
    case 'e-mail part':
      return withPart(held, change)
    case 'primary e-mail': {
      const isMeant = ({ type }: Email) => type === change.type
      if (!held.some(isMeant)) return tidy(held, [{ type: change.type, primary: true }])
      const [first] = held.filter(isMeant)
      return held.map((entry) => {
        if (entry === first) return { ...entry, primary: true }
        return isMeant(entry) || entry.primary === true ? { ...entry, primary: false } : entry
      })
    }
  }
}

function withPart(held: readonly Email[], { type, part, to }: Extract<Change, { kind: 'e-mail part' }>): Email[] {
  if (to !== undefined && !held.some((entry) => entry.type === type)) return tidy(held, [{ type, [part]: to }])
  const set = held.flatMap((entry) => {
    if (entry.type !== type) return [entry]
    const next = withText(entry, part, to)
    const isUnfinished = entry.value === undefined && next.display !== undefined
    return next.value !== undefined || isUnfinished ? [next] : [] // an entry goes with its value
  })
  return tidy([], set)
}

/** Entries that mean the same become one, in the first one's place; of several primary ones a given one keeps the mark. */
function tidy(held: readonly Email[], given: readonly Email[]): Email[] {
  const entries: Email[] = []
  let primary: number | undefined
  for (const [index, entry] of [...held, ...given].entries()) {
    const at = entries.findIndex((one) => isSame(one, entry))
    const place = at < 0 ? entries.length : at
    entries[place] = { ...entries[place], ...entry }
    const takesMark =
      primary === undefined || (index >= held.length && !given.slice(0, index - held.length).some((one) => one.primary))
    if (entry.primary === true && takesMark) primary = place
  }
  return entries.map((entry, place) => (entry.primary === true && place !== primary ? { ...entry, primary: false } : entry))
}

function isSame(a: Email, b: Email): boolean {
  if (a.type !== b.type || a.value !== b.value) return false
  return a.value !== undefined || a.display === b.display
}

/** The attributes as a GET shows them. */
export function shown({ userName, active, title, givenName, familyName, department, manager, emails }: Person): object {
  const name = defined({ givenName, familyName })
  const enterprise = defined({ department, manager: manager === undefined ? undefined : { value: manager } })
  return {
    ...defined({ userName, active, title }),
    ...(Object.keys(name).length > 0 && { name }),
    ...(emails.length > 0 && { emails }),
    ...(Object.keys(enterprise).length > 0 && { [ENTERPRISE_URN]: enterprise }),
  }
}

const defined = (object: object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
