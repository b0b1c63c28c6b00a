import { numbers } from '../bounds/row'
import type { Outcome, Sent } from '../service/exchange'
import type { Contender } from './contender'
import { AT_ONCE, byId, wrongPeople, type Directory } from './directory'
import { bodyOf, lists, shows, type Json, type Person } from './people'
import { slugOf, type Row, type Turn } from './row'

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export const patchBody = (op: string, values: Json): Json => ({
  schemas: [PATCH],
  Operations: Object.entries(values).map(([path, value]) => ({ op, path, value })),
})

export const filterBy = (directory: Directory, name: string, value: unknown) =>
  directory.request('GET', `/Users?filter=${encodeURIComponent(`${name} eq "${String(value)}"`)}`)

const byUserName = (directory: Directory, attributes: Json) => filterBy(directory, 'userName', attributes['userName'])

type Answers = readonly (readonly Outcome[])[]

/** How many answers are wrong, of those at one place of each item. */
function wrong<T>(answers: Answers, at: number, all: readonly T[], isRight: (outcome: Outcome, of: T) => boolean): number {
  return all.filter((one, i) => {
    const outcome = answers[i]?.[at]
    return outcome === undefined || !isRight(outcome, one)
  }).length
}

/** @param people of each round */
export function syncRows(people: number): readonly Row[] {
  async function filled(contender: Contender, round: number): Promise<Directory> {
    const directory = contender.directory(slugOf(round))
    await directory.fill(people)
    return directory
  }

  function firstSync(contender: Contender, round: number): Promise<Turn> {
    const directory = contender.directory(slugOf(round))
    const bodies = numbers(people).map(directory.nextPerson)
    return Promise.resolve({
      items: bodies.map((body) => [byUserName(directory, body), directory.request('POST', '/Users', body)]),
      inFlight: AT_ONCE,
      async judge(answers) {
        const made = bodies.map((attributes, i) => ({ id: String(bodyOf(answers[i]?.[1] ?? { text: '' })['id']), attributes }))
        const wrongFilters = wrong(answers, 0, made, (outcome) => lists(outcome, undefined))
        const wrongPosts = wrong(answers, 1, made, (outcome, person) => shows(outcome, 201, person))
        directory.people = made
        return wrongFilters + wrongPosts + (await wrongPeople(directory))
      },
    })
  }

  /** Changes everybody by PATCH. @param before what is sent before each, and answered with that person as it was */
  const patches =
    (changes: (person: Person, round: number) => Changes, before?: (directory: Directory, person: Person) => Sent) =>
    async (contender: Contender, round: number): Promise<Turn> => {
      const directory = await filled(contender, round)
      const old = directory.people
      const items = old.map((person) => {
        const patch = directory.request('PATCH', `/Users/${person.id}`, patchBody('Replace', changes(person, round).sent))
        return before === undefined ? [patch] : [before(directory, person), patch]
      })
      return {
        items,
        inFlight: AT_ONCE,
        async judge(answers) {
          const wrongFilters = before === undefined ? 0 : wrong(answers, 0, old, lists)
          const changed = old.map((person) => ({
            ...person,
            attributes: { ...person.attributes, ...changes(person, round).kept },
          }))
          const last = before === undefined ? 0 : 1
          const wrongPatches = wrong(answers, last, changed, (outcome, person) => shows(outcome, 200, person))
          directory.people = changed
          return wrongFilters + wrongPatches + (await wrongPeople(directory))
        },
      }
    }

  async function reads(contender: Contender, round: number): Promise<Turn> {
    const directory = await filled(contender, round)
    return {
      items: directory.people.map(({ id }) => [byId(directory, id)]),
      inFlight: AT_ONCE,
      judge: (answers) => wrong(answers, 0, directory.people, (outcome, person) => shows(outcome, 200, person)),
    }
  }

  async function deletes(contender: Contender, round: number): Promise<Turn> {
    const directory = await filled(contender, round)
    const gone = directory.people
    return {
      items: gone.map(({ id }) => [directory.request('DELETE', `/Users/${id}`)]),
      inFlight: AT_ONCE,
      async judge(answers) {
        directory.people = []
        const looks = await directory.ask(gone.map(({ id }) => byId(directory, id)))
        const filters = await directory.ask(gone.map(({ attributes }) => byUserName(directory, attributes)))
        return (
          wrong(answers, 0, gone, ({ status }) => status === 204) +
          looks.filter(({ status }) => status !== 404).length +
          filters.filter((outcome) => !lists(outcome, undefined)).length
        )
      },
    }
  }

  const rows = [
    { key: '1', name: 'first sync: filter without a match, POST', unit: 'pairs/s', prepare: firstSync },
    {
      key: '2',
      name: 'filter with a match, PATCH of two attributes',
      unit: 'pairs/s',
      prepare: patches(renamed, (directory, { attributes }) => byUserName(directory, attributes)),
    },
    { key: '3', name: 'GET by id', unit: '/s', prepare: reads },
    { key: '4a', name: 'PATCH active false', unit: '/s', prepare: patches(disabled) },
    { key: '4b', name: 'DELETE', unit: '/s', prepare: deletes },
  ] as const
  return rows.map((row) => ({ ...row, needs: 0, stores: row.key !== '3' }))
}

interface Changes {
  readonly sent: Json
  readonly kept: Json
}

function renamed({ attributes }: Person, round: number): Changes {
  const values = { displayName: `${String(attributes['displayName'])} (${round})`, title: 'Chief of Staff' }
  return { sent: values, kept: values }
}

/** As Entra ID writes it: the boolean as text. */
const disabled = (): Changes => ({ sent: { active: 'False' }, kept: { active: false } })
