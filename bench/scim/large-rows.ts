import { numbers } from '../bounds/row'
import type { Outcome } from '../service/exchange'
import type { Contender } from './contender'
import type { Directory, Group } from './directory'
import type { Options } from './options'
import { bodyOf, holds, lists, resourcesOf } from './people'
import { LARGE, type Row, type Turn } from './row'
import { filterBy, patchBody } from './sync-rows'

/** Requests of one turn: members added, filters, pages. */
const ADDS = 40
const FILTERS = 40
const PAGES = 20
const PAGE = 100

const letter = (i: number) => String.fromCodePoint('a'.codePointAt(0)! + i)

/** Rows of one large directory, which grows from row to row, with one request in flight. */
export function largeRows({ sizes, members, rounds }: Pick<Options, 'sizes' | 'members' | 'rounds'>): readonly Row[] {
  const largest = members.at(-1) ?? 0
  /** Everybody who is added was no member before. */
  const grown = largest + rounds * ADDS
  const few = Math.max(PAGE, sizes[0] ?? 0)

  async function filled(contender: Contender, count: number): Promise<Directory> {
    const directory = contender.directory(LARGE)
    await directory.fill(count)
    return directory
  }

  const adds =
    (size: number) =>
    async (contender: Contender, round: number): Promise<Turn> => {
      const directory = await filled(contender, grown)
      const group = await directory.group(size)
      const from = size + (round - 1) * ADDS
      const joining = directory.people.slice(from, from + ADDS).map(({ id }) => id)
      const path = `/Groups/${group.id}`
      return {
        items: joining.map((value) => [directory.request('PATCH', path, patchBody('Add', { members: [{ $ref: null, value }] }))]),
        inFlight: 1,
        async judge(answers) {
          for (const id of joining) group.members.add(id)
          const [stored] = await directory.ask([directory.request('GET', path)])
          return answers.flat().filter(({ status }) => status !== 204).length + wrongMembers(stored, group)
        },
      }
    }

  const filters =
    (size: number) =>
    async (contender: Contender, round: number): Promise<Turn> => {
      const directory = await filled(contender, size)
      const wanted = numbers(FILTERS).map((i) => directory.people[((i * rounds + round) * 37) % directory.people.length])
      return {
        items: wanted.map((person) => [filterBy(directory, 'externalId', person?.attributes['externalId'])]),
        inFlight: 1,
        judge: (answers) => answers.filter(([outcome], i) => outcome === undefined || !lists(outcome, wanted[i])).length,
      }
    }

  async function pages(contender: Contender): Promise<Turn> {
    const directory = await filled(contender, few)
    return {
      items: numbers(PAGES).map(() => [directory.request('GET', `/Users?count=${PAGE}&startIndex=1`)]),
      inFlight: 1,
      judge: (answers) => answers.flat().filter((outcome) => !isPage(outcome, directory)).length,
    }
  }

  async function readGroup(contender: Contender): Promise<Turn> {
    const directory = await filled(contender, grown)
    const group = await directory.group(largest)
    return {
      items: numbers(PAGES).map(() => [directory.request('GET', `/Groups/${group.id}`)]),
      inFlight: 1,
      judge: (answers) => answers.flat().reduce((sum, outcome) => sum + wrongMembers(outcome, group), 0),
    }
  }

  const rows: Pick<Row, 'key' | 'name' | 'needs' | 'stores' | 'prepare'>[] = [
    ...members.map((size, i) => ({
      key: `5${letter(i)}`,
      name: `add a member to a group of ${size}`,
      needs: grown,
      stores: true,
      prepare: adds(size),
    })),
    ...sizes.map((size, i) => ({
      key: `6${letter(i)}`,
      name: `filter on externalId, ${size} people`,
      needs: size,
      stores: false,
      prepare: filters(size),
    })),
    { key: '7a', name: `page of ${PAGE} of ${few} people`, needs: few, stores: false, prepare: pages },
    { key: '7b', name: `GET of a group of ${largest} with members`, needs: grown, stores: false, prepare: readGroup },
  ]
  return rows.map((row) => ({ ...row, unit: 'ms' }))
}

/** A hundred people, each as stored and each once. */
function isPage(outcome: Outcome, directory: Directory): boolean {
  const body = bodyOf(outcome)
  const people = new Map(directory.people.map((person) => [person.id, person]))
  const shown = resourcesOf(body)
  const isRight = shown.every((resource) => {
    const person = people.get(String(resource['id']))
    people.delete(person?.id ?? '')
    return person !== undefined && holds(resource, person)
  })
  return outcome.status === 200 && isRight && shown.length === PAGE && body['totalResults'] === directory.people.length
}

/** How many members are missing, or are there and should not be; all when there is no answer. */
function wrongMembers(outcome: Outcome | undefined, { members }: Group): number {
  if (outcome?.status !== 200) return members.size
  const shown = bodyOf(outcome)['members']
  const ids = Array.isArray(shown) ? (shown as readonly { readonly value: string }[]).map(({ value }) => value) : []
  const right = new Set(ids.filter((id) => members.has(id))).size
  return members.size - right + ids.length - right
}
