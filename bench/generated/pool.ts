import type { Call } from '../service/world'

/** What the requests of a tenant name. */
export interface Pool {
  readonly slug: string
  readonly people: readonly string[]
  readonly groups: readonly string[]
}

const PEOPLE = 20
const GROUPS = 6
const LARGE_LIST = 300

/** Fills a tenant with people, every fourth of whom has long lists, and with groups. */
export async function makePool(slug: string, make: Call): Promise<Pool> {
  const people: string[] = []
  for (let i = 0; i < PEOPLE; i += 1) {
    const long = i % 4 === 0 && {
      phoneNumbers: Array.from({ length: LARGE_LIST }, (_, n) => ({ value: `n${n}`, type: `t${n}` })),
      entitlements: Array.from({ length: LARGE_LIST }, (_, n) => ({ value: `Entitlement ${n} Straße` })),
    }
    people.push(String((await make('POST', '/Users', { userName: `pool${i}@contoso.example`, ...long }))['id']))
  }
  const groups: string[] = []
  for (let i = 0; i < GROUPS; i += 1) {
    const members = people.filter((_, n) => n % (i + 1) === 0).map((value) => ({ value }))
    groups.push(String((await make('POST', '/Groups', { displayName: `pool group ${i}`, members }))['id']))
  }
  return { slug, people, groups }
}
