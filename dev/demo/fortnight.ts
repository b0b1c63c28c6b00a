import { choose, vary } from '../simulator/variation'
import { CONTOSO } from './contoso'
import { nameOf, type Customer, type DemoPerson } from './customer'
import type { DemoTenant } from './customers'
import { ALL_EMPLOYEES, CONTRACTORS, DEPARTMENTS } from './people'

const SEED = 1
/** Days with changes; on the first one the customer connects. */
export const DAYS = 13

/** What one cycle brings. */
export interface Changes {
  readonly joiners: readonly DemoPerson[]
  readonly moves: readonly ({ readonly name: string } & ({ readonly title: string } | { readonly department: string }))[]
  /** Somebody comes into another group. */
  readonly grants: readonly { readonly group: string; readonly name: string }[]
  readonly leavers: readonly string[]
}

/** The customer on the first day: without those who join later, and what they get. */
export function atFirst({ customer, fortnight }: DemoTenant): Customer {
  const people = customer.people.slice(0, -fortnight.joiners)
  const names = new Set(people.map(nameOf))
  return { ...customer, people, equipment: customer.equipment.filter(({ holder }) => names.has(holder)) }
}

/** The changes of each day, the same each time. Whoever has left is changed no more, and nobody of those in the story is. */
export function changesByDay(tenant: DemoTenant): readonly Changes[] {
  const { customer, fortnight } = tenant
  const present = atFirst(tenant).people.filter((one) => !CONTOSO.people.includes(one) && one.groups.includes(ALL_EMPLOYEES))
  const joiners = customer.people.slice(-fortnight.joiners)
  return Array.from({ length: DAYS }, (_, day): Changes => {
    const key = `${tenant.slug} ${day}`
    const those = (what: keyof typeof fortnight) => range(fortnight[what], day)
    const taken = (what: keyof typeof fortnight) => those(what).flatMap((i) => takeOne(present, `${what} ${key} ${i}`))
    return {
      joiners: those('joiners')
        .map((i) => joiners[i])
        .filter((one) => one !== undefined),
      moves: taken('moves').map(moveOf),
      grants: taken('grants').flatMap((one) => grantOf(customer, one)),
      leavers: taken('leavers').map(nameOf),
    }
  })
}

/** The numbers of a day when so many are spread over all days. */
function range(total: number, day: number): number[] {
  const from = Math.floor((total * day) / DAYS)
  return Array.from({ length: Math.floor((total * (day + 1)) / DAYS) - from }, (_, i) => from + i)
}

function takeOne(from: DemoPerson[], key: string): DemoPerson[] {
  return from.splice(vary(SEED, key, from.length), 1)
}

/** Every third one goes to another department, the others are promoted. */
function moveOf(one: DemoPerson): Changes['moves'][number] {
  const name = nameOf(one)
  if (vary(SEED, `kind of move ${name}`, 3) > 0) return { name, title: `${one.title}, team ${vary(SEED, `team ${name}`, 9) + 1}` }
  const [first, ...others] = DEPARTMENTS.map((department) => department.name).filter(
    (department) => department !== one.department,
  )
  return { name, department: choose(SEED, `department ${name}`, [first ?? '', ...others]) }
}

function grantOf({ groups }: Customer, one: DemoPerson): Changes['grants'] {
  const [first, ...others] = groups.filter((group) => ![...one.groups, CONTRACTORS].includes(group))
  return first === undefined ? [] : [{ name: nameOf(one), group: choose(SEED, `grant ${nameOf(one)}`, [first, ...others]) }]
}
