import { REGIONS } from '../names'
import { choose, vary } from '../simulator/variation'
import { addressOf, nameOf, type DemoPerson } from './customer'

const SEED = 1

interface Department {
  readonly name: string
  /** Of how many in a hundred. */
  readonly share: number
  readonly head: string
  readonly lead: string
  readonly titles: readonly [string, ...string[]]
  /** One of them for each. */
  readonly groups: readonly [string, ...string[]]
}

/** Of every customer; small ones have fewer people in each. */
export const DEPARTMENTS: readonly Department[] = [
  {
    name: 'Sales',
    share: 26,
    head: 'Head of sales',
    lead: 'Sales manager',
    titles: ['Account manager', 'Sales representative', 'Key account manager', 'Trainee'],
    groups: ['Sales North', 'Sales South'],
  },
  {
    name: 'Workshop',
    share: 22,
    head: 'Head of workshops',
    lead: 'Workshop foreman',
    titles: ['Mechanic', 'Senior mechanic', 'Electrician', 'Apprentice'],
    groups: ['Workshop'],
  },
  {
    name: 'Logistics',
    share: 20,
    head: 'Head of logistics',
    lead: 'Fleet planner',
    titles: ['Driver', 'Dispatcher', 'Warehouse clerk'],
    groups: ['Drivers', 'Dispatch'],
  },
  {
    name: 'Customer care',
    share: 12,
    head: 'Head of customer care',
    lead: 'Team lead',
    titles: ['Service agent', 'Claims handler'],
    groups: ['Customer care'],
  },
  {
    name: 'Finance',
    share: 7,
    head: 'Head of finance',
    lead: 'Controller',
    titles: ['Accountant', 'Payroll clerk', 'Internal auditor'],
    groups: ['Finance', 'Finance', 'Auditors'],
  },
  {
    name: 'Operations',
    share: 6,
    head: 'Head of operations',
    lead: 'Operations manager',
    titles: ['Site coordinator', 'Safety officer'],
    groups: ['Operations'],
  },
  {
    name: 'IT',
    share: 4,
    head: 'Head of IT',
    lead: 'IT manager',
    titles: ['Support engineer', 'Software developer', 'Systems engineer'],
    groups: ['IT', 'IT', 'Fleet administrators'],
  },
  {
    name: 'People',
    share: 3,
    head: 'Head of people',
    lead: 'People partner',
    titles: ['Recruiter', 'Training officer'],
    groups: ['People'],
  },
]

const CITIES = ['Gothenburg', 'Hamburg', 'Kraków', 'Lyon', 'Manchester', 'Rotterdam', 'Valencia'] as const
export const CONTRACTORS = 'Contractors'
export const ALL_EMPLOYEES = 'All employees'
/** One in so many is no employee. */
const CONTRACTOR_EVERY = 14
const TEAM_SIZE = 10

/**
 * As many people of one company, the same each time: those given, then invented ones, no two of whom have the same name or address.
 * A department has a head and leads of teams of ten.
 */
export function makePeople(domain: string, count: number, first: readonly DemoPerson[] = []): DemoPerson[] {
  const people = [...first]
  const taken = new Set(first.flatMap((one) => [nameOf(one), addressOf(one, domain)]))
  const teams = new Map<string, Team>()
  while (people.length < count) {
    const index = people.length
    const department = departmentOf(`${domain} ${index}`)
    const team = teams.get(department.name) ?? { size: 0, head: undefined, lead: undefined }
    people.push({ ...freeName(domain, index, taken), ...work(domain, index, { department, team }) })
    teams.set(department.name, grown(team, index))
  }
  return people
}

/** How far a department has come. */
interface Team {
  readonly size: number
  readonly head: number | undefined
  readonly lead: number | undefined
}

const isHead = ({ size }: Team) => size === 0
const isLead = ({ size }: Team) => size % TEAM_SIZE === 1

const grown = (team: Team, index: number): Team => ({
  size: team.size + 1,
  head: isHead(team) ? index : team.head,
  lead: isLead(team) ? index : team.lead,
})

function departmentOf(key: string): Department {
  let left = vary(SEED, `department of ${key}`, 100)
  const found = DEPARTMENTS.find(({ share }) => (left -= share) < 0)
  if (found === undefined) throw new Error('The shares of the departments do not come to a hundred.')
  return found
}

function freeName(domain: string, index: number, taken: Set<string>): Pick<DemoPerson, 'given' | 'family'> {
  for (let attempt = 0; ; attempt += 1) {
    const key = `${domain} ${index} ${attempt}`
    const region = choose(SEED, `region ${key}`, REGIONS)
    const name = { given: choose(SEED, `given ${key}`, region.given), family: choose(SEED, `family ${key}`, region.family) }
    const address = addressOf({ ...name, department: '', title: '', groups: [] }, domain)
    if (taken.has(nameOf(name)) || taken.has(address)) continue
    taken.add(nameOf(name)).add(address)
    return name
  }
}

function work(
  domain: string,
  index: number,
  { department, team }: { readonly department: Department; readonly team: Team },
): Omit<DemoPerson, 'given' | 'family'> {
  const key = `${domain} ${index}`
  const city = choose(SEED, `city ${key}`, CITIES)
  const isContractor = !isHead(team) && !isLead(team) && vary(SEED, `contractor ${key}`, CONTRACTOR_EVERY) === 0
  const manager = isHead(team) ? (index === 0 ? undefined : 0) : isLead(team) ? team.head : team.lead
  return {
    department: department.name,
    title: isHead(team) ? department.head : isLead(team) ? department.lead : choose(SEED, `title ${key}`, department.titles),
    groups: isContractor ? [CONTRACTORS] : [choose(SEED, `group ${key}`, department.groups), `Site ${city}`, ALL_EMPLOYEES],
    city,
    ...(!isContractor && { employeeNumber: String(10_000 + index) }),
    ...(vary(SEED, `mobile ${key}`, 3) === 0 && { mobile: `+46 70 555 ${String(index).padStart(4, '0')}` }),
    ...(manager !== undefined && { manager }),
  }
}
