import { BADGE_COLOR, DEPARTMENT, EMPLOYEE_NUMBER, FAX, MAIL, MOBILE, OTHER_MAIL, PHONE, ROLE } from './mapping'
import type { Value } from './mapping'
import { REGIONS } from '../names'
import { choose, guid, vary } from './variation'
import type { Family, HeldGroup, HeldUser } from './world'

const DEPARTMENTS = ['Operations', 'Research & Development', 'Räumliche Planung', 'Sales "North"', 'IT'] as const
const GROUP_NAMES = [
  'Sales & Field',
  'Zürich (Büro)',
  'R&D "Alpha"',
  'Éducation',
  'Back\\slash',
  "Driver's Desk",
  'C++ Guild',
] as const

/** Whom a population belongs to; two families never share a person. */
interface Origin {
  readonly seed: number
  readonly family: Family
}

interface Name {
  readonly given: string
  readonly family: string
  readonly nick: string
}

const compact = (name: string) => name.replaceAll(' ', '')

function name({ seed, family }: Origin, index: number): Name {
  const region = choose(seed, `region ${index}`, REGIONS)
  const given = choose(seed, `given ${index}`, region.given)
  const surname = choose(seed, `family ${index}`, region.family)
  return { given, family: surname, nick: `${compact(given)}${index}.${family}.${seed}` }
}

/** Plain, with a plus sign, or a guest of another directory; always unique in the population. */
function userName({ seed, family }: Origin, index: number, { given, family: surname }: Name): string {
  const local = `${compact(given)}.${compact(surname)}`
  if (index % 10 === 5) return `${local}_${index}.fabrikam.example#EXT#@${family}${seed}.contoso.example`
  return `${local}${index % 4 === 1 ? '+' : '.'}${index}@${family}${seed}.contoso.example`
}

/** Everything that fills a row beside the name. */
function details({ seed }: Origin, index: number): [string, Value][] {
  const number = String(index).padStart(5, '0')
  const rows: [string, Value][] = [
    ['title', choose(seed, `title ${index}`, ['Planner', 'Ingénieur', 'Head of "Things"', 'Clerk, 2nd class'])],
    ['preferredLanguage', choose(seed, `language ${index}`, ['en-US', 'de', 'fr-CA', 'es'])],
    ['addresses[type eq "work"].locality', choose(seed, `city ${index}`, ['Zürich', 'Gdańsk', "L'Aquila", 'Oslo'])],
    ['addresses[type eq "work"].country', choose(seed, `country ${index}`, ['CH', 'PL', 'IT', 'NO'])],
    [PHONE, `+41 44 555 ${number}`],
    [EMPLOYEE_NUMBER, number],
    [DEPARTMENT, choose(seed, `department ${index}`, DEPARTMENTS)],
  ]
  if (index % 3 === 0)
    rows.push([MOBILE, `(079) 555-${number}`], ['addresses[type eq "work"].streetAddress', `${index} Main St.\nFloor 2`])
  if (index % 5 === 0) rows.push([FAX, `0041445550${number}`], ['addresses[type eq "work"].postalCode', `0${number}`])
  if (index % 5 === 1) rows.push([BADGE_COLOR, 'Blue '], ['addresses[type eq "work"].region', 'ZH'])
  if (index % 8 === 2) rows.push([ROLE, 'Editor'], ['addresses[type eq "work"].formatted', 'Büro 12'])
  return rows
}

/** The mapped values of one person: in ten, one has only a userName and one no mail. */
function userValues(origin: Origin, index: number): Map<string, Value> {
  const person = name(origin, index)
  const login = userName(origin, index, person)
  const values = new Map<string, Value>([
    ['userName', login],
    ['active', true],
  ])
  if (index % 10 === 9) return values
  const fullName = `${person.given} ${person.family}`
  values.set('displayName', fullName).set('externalId', person.nick)
  values.set('name.givenName', person.given).set('name.familyName', person.family).set('name.formatted', fullName)
  if (index % 10 !== 2) values.set(MAIL, login.replace('#EXT#', ''))
  if (index % 6 === 0) values.set(OTHER_MAIL, `old${index}@fabrikam.example`)
  for (const [path, value] of details(origin, index)) values.set(path, value)
  return values
}

/** Five in a straight chain, then a tree; a person with nothing but a userName has no manager. */
function managerOf(index: number, users: readonly HeldUser[]): HeldUser | undefined {
  if (index === 0 || index % 10 === 9) return undefined
  return users[index < 6 ? index - 1 : Math.floor(index / 3)]
}

/** The person with that number. Managers are sought among the users given. */
export function makeUser(origin: Origin, index: number, users: readonly HeldUser[]): HeldUser {
  return {
    kind: 'User',
    key: `user ${index}`,
    values: userValues(origin, index),
    id: undefined,
    plannedManager: managerOf(index, users),
    managerId: undefined,
    managerGone: false,
  }
}

export function makeGroup(origin: Origin, index: number, plannedMembers: readonly HeldUser[]): HeldGroup {
  const { seed, family } = origin
  const displayName = `${choose(seed, `group ${index}`, GROUP_NAMES)} ${index} ${family}${seed}`
  const externalId = guid(seed, `${family} group ${index}`)
  return {
    kind: 'Group',
    key: `group ${index}`,
    values: new Map<string, Value>([
      ['displayName', displayName],
      ['externalId', externalId],
    ]),
    id: undefined,
    plannedMembers,
    memberIds: new Set(),
  }
}

/** Group 0 holds everybody, the last two nobody, the others about one to all of three quarters. */
function membersOf(seed: number, index: number, groups: number, users: readonly HeldUser[]): readonly HeldUser[] {
  if (index === 0) return users
  if (index >= groups - 2) return []
  const one = vary(seed, `only member ${index}`, users.length)
  const outOfFour = index % 4
  return users.filter((user, at) => at === one || vary(seed, `${user.key} in ${index}`, 4) < outOfFour)
}

/** The directory that Entra provisions: the same for the same seed, family and numbers. */
export function makePopulation(origin: Origin, users: number, groups: number): { users: HeldUser[]; groups: HeldGroup[] } {
  const people: HeldUser[] = []
  for (let index = 0; index < users; index++) people.push(makeUser(origin, index, people))
  return {
    users: people,
    groups: Array.from({ length: groups }, (_, index) => makeGroup(origin, index, membersOf(origin.seed, index, groups, people))),
  }
}
