import type { Answer } from './instance'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** What a directory has been told of one person, and what has to be there therefore. */
export interface KnownPerson {
  readonly slot: number
  id: string | undefined
  userName: string
  active: boolean
  /** Title and department as they were written together last. */
  mark: string
  readonly groups: Set<string>
}

/** How the directory talks to the service; 'lost': no answer came. */
export interface Wire {
  readonly ask: (method: string, path: string, body?: object) => Promise<Answer | 'lost'>
  readonly rest: () => Promise<void>
  readonly random: () => number
  /** What no answer may be. */
  readonly object: (what: string) => void
}

const MAX_TRIES = 60
const isUnclear = (answer: Answer | 'lost'): answer is 'lost' => answer === 'lost' || [429, 500, 503].includes(answer.status)

export const RESERVED_NAME = 'reserved@contoso.example'

/** Repeats until the answer says what is: Entra ID does, in this cycle or in the next. */
export async function insist(wire: Wire, method: string, path: string, body?: object): Promise<Answer> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const answer = await wire.ask(method, path, body)
    if (!isUnclear(answer)) return answer
    await wire.rest()
  }
  wire.object(`${method} ${path} got no clear answer in ${MAX_TRIES} tries`)
  return { status: 0, body: {} }
}

const idOf = ({ body }: Answer) => String(body['id'])
const patchOf = (...operations: object[]) => ({ schemas: [PATCH], Operations: operations })
const marked = (mark: string) => [
  { op: 'Replace', path: 'title', value: mark },
  { op: 'Replace', path: `${ENTERPRISE}:department`, value: mark },
]

export async function createGroup(wire: Wire, displayName: string): Promise<string> {
  return idOf(await insist(wire, 'POST', '/Groups', { displayName }))
}

/** Entra's filter, then the POST if nobody is there. The person is as the directory wants afterwards. */
export async function bring(wire: Wire, person: KnownPerson): Promise<void> {
  const found = await find(wire, person.userName)
  if (found !== undefined) {
    if (person.id !== found['id']) wire.object(`${person.userName} was found, and had never been acknowledged or was deleted`)
    return
  }
  if (person.id !== undefined) wire.object(`${person.userName} was acknowledged and is not found`)
  await create(wire, person)
}

async function find(wire: Wire, userName: string): Promise<Record<string, unknown> | undefined> {
  const { status, body } = await insist(wire, 'GET', `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`)
  const resources = (body['Resources'] ?? []) as Record<string, unknown>[]
  if (status !== 200 || resources.length > 1) wire.object(`${userName} by filter: ${status}, ${resources.length} people`)
  return resources[0]
}

/** Sometimes over two connections at once, as when Entra ID repeats a POST whose answer is late. */
async function create(wire: Wire, person: KnownPerson): Promise<void> {
  const { userName, mark } = person
  const body = { userName, active: true, title: mark, [ENTERPRISE]: { department: mark } }
  const isTwice = wire.random() < 0.2
  const post = async () => {
    const first = await wire.ask('POST', '/Users', body)
    if (!isTwice && !isUnclear(first) && first.status !== 201)
      wire.object(`POST of ${userName}, which nobody had, was answered ${first.status} at once`)
    return isUnclear(first) ? insist(wire, 'POST', '/Users', body) : first
  }
  const answers = await Promise.all(isTwice ? [post(), post()] : [post()])
  const made = answers.filter(({ status }) => status === 201)
  if (made.length > 1) wire.object(`two POSTs of ${userName} were both answered 201`)
  if (answers.some(({ status }) => status !== 201 && status !== 409)) wire.object(`POST of ${userName} was refused`)
  const found = await find(wire, userName)
  if (found === undefined) wire.object(`${userName} was created and is not found`)
  Object.assign(person, { id: found?.['id'], active: true })
  if (made[0] !== undefined && idOf(made[0]) !== person.id) wire.object(`${userName} was created under another id`)
}

/** A change of both texts; where its outcome is unclear the directory may look instead of repeating. */
export async function change(wire: Wire, person: KnownPerson, mark: string): Promise<void> {
  const path = `/Users/${person.id}`
  const body = patchOf(...marked(mark))
  const answer = await wire.ask('PATCH', path, body)
  if (isUnclear(answer) && wire.random() < 0.5) {
    await wire.rest()
    await look(wire, person, [person.mark, mark])
    return
  }
  const final = isUnclear(answer) ? await insist(wire, 'PATCH', path, body) : answer
  if (final.status !== 200) wire.object(`PATCH of ${person.userName} was answered ${final.status}`)
  person.mark = mark
}

/** What is there has to be one of these marks, whole. It is what the directory knows from now on. */
export async function look(wire: Wire, person: KnownPerson, marks = [person.mark]): Promise<void> {
  const { status, body } = await insist(wire, 'GET', `/Users/${person.id}`)
  const { title, userName, active, [ENTERPRISE]: enterprise } = body
  const department = (enterprise as Record<string, unknown> | undefined)?.['department']
  if (status !== 200) wire.object(`GET of ${person.userName} was answered ${status}`)
  if (title !== department) wire.object(`half of a write of ${person.userName} is there: ${String(title)}, ${String(department)}`)
  if (!marks.includes(String(title)))
    wire.object(`${person.userName} has the mark ${String(title)} instead of ${marks.join(' or ')}`)
  if (userName !== person.userName || active !== person.active)
    wire.object(`${person.userName} is ${String(userName)}, active ${String(active)} instead of ${person.active}`)
  person.mark = String(title)
}

export async function rename(wire: Wire, person: KnownPerson, userName: string): Promise<void> {
  const { status } = await insist(
    wire,
    'PATCH',
    `/Users/${person.id}`,
    patchOf({ op: 'Replace', path: 'userName', value: userName }),
  )
  if (status !== 200) wire.object(`renaming ${person.userName} to ${userName} was answered ${status}`)
  const before = person.userName
  person.userName = userName
  if ((await find(wire, before)) !== undefined) wire.object(`${before} was renamed and is found`)
}

/** The name is somebody else's, so nothing of the PATCH may be there afterwards. */
export async function refusedRename(wire: Wire, person: KnownPerson, mark: string): Promise<void> {
  const body = patchOf({ op: 'Replace', path: 'userName', value: RESERVED_NAME }, ...marked(mark))
  const { status } = await insist(wire, 'PATCH', `/Users/${person.id}`, body)
  if (status !== 409) wire.object(`a name that somebody has was answered ${status}`)
  await look(wire, person)
}

export async function toggle(wire: Wire, person: KnownPerson): Promise<void> {
  const value = person.active ? 'False' : 'True'
  const { status } = await insist(wire, 'PATCH', `/Users/${person.id}`, patchOf({ op: 'Replace', path: 'active', value }))
  if (status !== 200) wire.object(`active of ${person.userName} was answered ${status}`)
  person.active = !person.active
}

export async function joinOrLeave(wire: Wire, person: KnownPerson, group: string): Promise<void> {
  const op = person.groups.has(group) ? 'Remove' : 'Add'
  const body = patchOf({ op, path: 'members', value: [{ value: person.id }] })
  const { status } = await insist(wire, 'PATCH', `/Groups/${group}`, body)
  if (status !== 204) wire.object(`${op} of ${person.userName} was answered ${status}`)
  if (op === 'Add') person.groups.add(group)
  else person.groups.delete(group)
}

export async function remove(wire: Wire, person: KnownPerson): Promise<void> {
  const { status } = await insist(wire, 'DELETE', `/Users/${person.id}`)
  if (status !== 204 && status !== 404) wire.object(`DELETE of ${person.userName} was answered ${status}`)
  if ((await find(wire, person.userName)) !== undefined) wire.object(`${person.userName} was deleted and is found`)
  person.id = undefined
  person.groups.clear()
}
