/** A customer to show: what its directory holds, and what it has decided in Rollcall. */
export interface Customer {
  /** Of user names and addresses. */
  readonly domain: string
  /** No two of the same name. A manager stands before whoever has them. */
  readonly people: readonly DemoPerson[]
  readonly groups: readonly string[]
  readonly roles: Roles
  readonly equipment: readonly Item[]
}

export interface DemoPerson {
  readonly given: string
  readonly family: string
  readonly department: string
  readonly title: string
  readonly groups: readonly string[]
  /** Index of the manager in the list. */
  readonly manager?: number
  readonly city?: string
  readonly employeeNumber?: string
  readonly mobile?: string
}

interface Roles {
  readonly roles: readonly string[]
  readonly grantsAccess: readonly string[]
  readonly defaultRole: string
  /** In the order in which they are tried; a group is named by its name. */
  readonly rules: readonly Rule[]
}

type Rule =
  | { readonly group: string; readonly role: string }
  | { readonly kind: 'appRole'; readonly appRole: string; readonly role: string }
  | { readonly kind: 'attribute'; readonly attribute: string; readonly value: string; readonly role: string }

interface Item {
  readonly assetTag: string
  readonly model: string
  readonly serial: string
  /** By name. */
  readonly holder: string
}

export const nameOf = ({ given, family }: Pick<DemoPerson, 'given' | 'family'>) => `${given} ${family}`

/** Letters that are no Latin letter with a mark. */
const PLAIN: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', æ: 'ae', đ: 'd' }
const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[łøæđ]/g, (letter) => PLAIN[letter] ?? '')
    .normalize('NFD')
    .replace(/[^a-z]/g, '')

/** The user name and address of a person, as most companies form it. */
export const addressOf = ({ given, family }: DemoPerson, domain: string) => `${plain(given)}.${plain(family)}@${domain}`
