import { inLanes, numbers } from '../bounds/row'
import type { Outcome, Sent } from '../service/exchange'
import type { Server } from '../service/server'
import { untilQuiet } from './processor'
import { bodyOf, personBody, shows, type Json, type Person } from './people'

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
/** A group with thousands of members is stored in many steps. */
const MAX_MS = 60_000
export const AT_ONCE = 8

export interface Group {
  readonly id: string
  readonly members: Set<string>
}

/** One tenant of a contender, and what must be stored in it. */
export interface Directory {
  people: Person[]
  readonly request: (method: string, path: string, body?: Json) => Sent
  /** Sends what is not measured, eight at once. */
  readonly ask: (all: readonly Sent[]) => Promise<readonly Outcome[]>
  /** Somebody whom nobody has stored here yet. */
  readonly nextPerson: () => Json
  /** Stores people until there are so many. */
  readonly fill: (count: number) => Promise<void>
  /** The group that began with the first so many people. */
  readonly group: (members: number) => Promise<Group>
}

/** @param headers that open the tenant */
export function openDirectory(slug: string, headers: Record<string, string>, server: () => Server): Directory {
  const groups = new Map<number, Group>()
  let made = 0

  function request(method: string, path: string, body?: Json): Sent {
    return { method, path: `/scim/${slug}${path}`, headers, ...(body && { body: JSON.stringify(body) }) }
  }

  async function ask(all: readonly Sent[]): Promise<readonly Outcome[]> {
    const client = server().client(MAX_MS)
    const outcomes = await inLanes(all, AT_ONCE, (sent) => client.send(sent, { keep: true }))
    client.close()
    return outcomes
  }

  function nextPerson(): Json {
    made += 1
    return personBody(made)
  }

  async function fill(count: number): Promise<void> {
    const missing = count - directory.people.length
    if (missing <= 0) return
    const bodies = numbers(missing).map(nextPerson)
    const outcomes = await ask(bodies.map((body) => request('POST', '/Users', body)))
    directory.people.push(...outcomes.map((outcome, i) => ({ id: idOf(outcome), attributes: bodies[i] ?? {} })))
    await settle()
  }

  async function group(count: number): Promise<Group> {
    const held = groups.get(count)
    if (held !== undefined) return held
    const ids = directory.people.slice(0, count).map(({ id }) => id)
    const members = ids.map((value) => ({ value }))
    const body = { schemas: [GROUP], displayName: `Group ${count}`, members }
    const [outcome] = await ask([request('POST', '/Groups', body)])
    const fresh = { id: idOf(outcome), members: new Set(ids) }
    groups.set(count, fresh)
    await settle()
    return fresh
  }

  /** What was stored to prepare a row is no part of it. */
  const settle = () => untilQuiet(server().pid)

  const directory: Directory = { people: [], request, ask, nextPerson, fill, group }
  return directory
}

/** @throws Error when nothing was created */
function idOf(outcome: Outcome | undefined): string {
  const { status = 0, text = '' } = outcome ?? {}
  if (status !== 201) throw new Error(`A POST that prepares a row answers ${status}: ${text.slice(0, 500)}`)
  return String(bodyOf({ text })['id'])
}

export const byId = (directory: Directory, id: string) => directory.request('GET', `/Users/${id}`)

/** How many people are not stored as they should be. */
export async function wrongPeople(directory: Directory): Promise<number> {
  const outcomes = await directory.ask(directory.people.map(({ id }) => byId(directory, id)))
  return outcomes.filter((outcome, i) => {
    const person = directory.people[i]
    return person === undefined || !shows(outcome, 200, person)
  }).length
}
