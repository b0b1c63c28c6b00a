import type { TokenSource } from '../sign-in/token-source'
import { shown } from '../simulator/client'
import type { Answer, Client, ScimRequest } from '../simulator/client'
import { objects, own, text } from '../simulator/json'
import type { Json, JsonObject } from '../simulator/json'
import { differences } from '../simulator/mapping'
import type { ResourceKind, Value } from '../simulator/mapping'
import { attributesPatch } from '../simulator/patch-bodies'
import type { Changes } from '../simulator/patch-bodies'
import { groupPost, userPost } from '../simulator/post-bodies'
import { equals, matchingPath } from '../simulator/resources'
import { endpoint } from '../simulator/world'
import type { Family } from '../simulator/world'
import { NotApplicable, Unmet } from './outcome'
import type { Discovered } from './schemas'

/** A user or group that a test makes. */
export interface Made {
  readonly kind: ResourceKind
  readonly values: Map<string, Value>
  /** Undefined while its POST is not answered, and when it has been deleted. */
  id: string | undefined
  state: 'posted' | 'deleted'
}

export interface Run {
  readonly client: Client
  /** What the client signs in with. */
  readonly tokens: TokenSource
  /** One request with another token. */
  readonly visit: (token: string, request: ScimRequest) => Promise<Answer | undefined>
  /** In the name of everything that is made. */
  readonly marker: string
  readonly seconds: number
  /** Names of attributes that the application does not map, in lower case. */
  readonly without: ReadonlySet<string>
  /** Undefined when /Schemas was not answered. */
  discovered: Discovered | undefined
  /** Everything made, in the order of creation. */
  readonly made: Made[]
}

const MAX_DETAIL_CHARACTERS = 200

/** What came, for the table. */
function came({ status, body }: Answer): string {
  const type = text(own(body, 'scimType'))
  const detail = text(own(body, 'detail'))?.slice(0, MAX_DETAIL_CHARACTERS)
  return [String(status), type, detail === undefined ? undefined : `"${detail}"`].filter((part) => part !== undefined).join(' ')
}

const isQuery = ({ method, query = [] }: ScimRequest) => method === 'GET' && query.some(([name]) => name === 'filter')

/** What to change, by the request and the status that came. */
function adviceFor(request: ScimRequest, status: number, wanted: readonly number[]): string {
  if (status === 401 || status === 403)
    return 'Keep the token valid for the whole run: 24 hours for a bearer token, 60 minutes to 6 hours for one by OAuth.'
  if (status === 429 || status === 503) return 'Allow at least 25 requests a second for each tenant.'
  if (status >= 500) return 'Mend the endpoint: the reason is in its log.'
  if (isQuery(request) && status === 404)
    return 'Answer a query that finds nothing with 200, totalResults 0 and an empty Resources; Entra ID stops at a 404.'
  if (isQuery(request)) return 'Understand this filter, or do not let customers match by the attribute.'
  return `Answer it with ${wanted.join(' or ')}.`
}

/** @throws Unmet when no answer came, or one with another status */
export async function ask(run: Run, request: ScimRequest, ...wanted: number[]): Promise<Answer> {
  const answer = await run.client.send(request)
  if (answer === undefined)
    throw new Unmet(
      `${shown(request)}: no complete answer.`,
      'Answer within 60 seconds, with JSON and without 429 again and again.',
    )
  if (wanted.includes(answer.status)) return answer
  throw new Unmet(
    `${shown(request)}: wanted ${wanted.join(' or ')}, came ${came(answer)}.`,
    adviceFor(request, answer.status, wanted),
  )
}

/** What a filter finds, asked as Entra ID asks: groups without their members. */
export async function find(run: Run, kind: ResourceKind, path: string, value: string): Promise<JsonObject[]> {
  const excluded = kind === 'Group' ? ([['excludedAttributes', 'members']] as const) : []
  const query = [...excluded, ['filter', equals(path, value)] as const]
  const { body } = await ask(run, { method: 'GET', path: endpoint(kind), query }, 200)
  return objects(own(body, 'Resources'))
}

/** @throws Unmet unless the filter finds this one alone */
export async function mustFind(run: Run, made: Made, path = matchingPath(made.kind), value = String(made.values.get(path))) {
  const ids = (await find(run, made.kind, path, value)).map((one) => own(one, 'id'))
  if (ids.length === 1 && ids[0] === made.id) return
  const seen = ids.length === 0 ? 'did not find the one that is there' : `found ${ids.length} where one matches`
  throw new Unmet(
    `GET ${endpoint(made.kind)}: the filter ${path} eq "…" ${seen}.`,
    'Let the filter find exactly those that match.',
  )
}

/** @throws Unmet when the filter finds anybody */
export async function mustFindNone(run: Run, kind: ResourceKind, path: string, value: string): Promise<void> {
  const found = await find(run, kind, path, value)
  if (found.length === 0) return
  const came = `GET ${endpoint(kind)}: the filter ${path} eq "…" found ${found.length} where none matches.`
  throw new Unmet(came, 'Let the filter find exactly those that match.')
}

/** POSTs it. @throws Unmet without 201, an id, and the values that were sent */
export async function create(run: Run, kind: ResourceKind, values: Map<string, Value>): Promise<Made & { id: string }> {
  const made: Made = { kind, values, id: undefined, state: 'posted' }
  run.made.push(made)
  const body = kind === 'User' ? userPost(values, 0) : groupPost(values, 0)
  const answer = await ask(run, { method: 'POST', path: endpoint(kind), body }, 201, 200)
  const id = text(own(answer.body, 'id'))
  const path = matchingPath(kind)
  if (id === undefined || id === '')
    throw new Unmet(`POST ${endpoint(kind)}: the answer has no id.`, 'Return the resource with its id.')
  made.id = id
  if (own(answer.body, path) !== values.get(path))
    throw new Unmet(`POST ${endpoint(kind)}: ${path} did not come back as sent.`, 'Return values exactly as they were sent.')
  return Object.assign(made, { id })
}

export const at = ({ kind, id = '' }: Made) => `${endpoint(kind)}/${encodeURIComponent(id)}`

/** @throws Unmet without 200 */
export const read = async (run: Run, made: Made): Promise<Json | undefined> =>
  (await ask(run, { method: 'GET', path: at(made) }, 200)).body

/** @throws Unmet when what was sent is not what comes back */
export async function mustHold(run: Run, made: Made): Promise<void> {
  const resource = await read(run, made)
  const off = differences(made.kind, made.values, (resource ?? {}) as JsonObject).filter(({ path }) => made.values.has(path))
  if (off.length === 0) return
  throw new Unmet(
    `GET ${endpoint(made.kind)}/{id}: not as it was sent: ${off.map(({ path }) => path).join(', ')}.`,
    'Store these values and return them exactly as they were sent.',
  )
}

/** @throws Unmet without 200 or 204 */
export const patch = (run: Run, made: Made, body: JsonObject) => ask(run, { method: 'PATCH', path: at(made), body }, 200, 204)

/** PATCHes attributes, and keeps the new values. @throws Unmet as `patch` does */
export async function update(run: Run, made: Made, family: Family, changes: Changes): Promise<void> {
  await patch(run, made, attributesPatch(family, made.values, changes, 0))
  for (const [path, value] of changes) {
    if (value === undefined) made.values.delete(path)
    else made.values.set(path, value)
  }
}

/** @throws Unmet without 204 (200 and 202 are let pass) */
export async function remove(run: Run, made: Made): Promise<void> {
  await ask(run, { method: 'DELETE', path: at(made) }, 204, 200, 202)
  made.state = 'deleted'
}

/** Microsoft's tests send each update in a compact body, one operation with everything, and a verbose one, an operation for each. */
export async function inBothShapes(work: (family: Family) => Promise<void>): Promise<void> {
  for (const [family, shape] of [
    ['modern', 'compact'],
    ['legacy', 'verbose'],
  ] as const) {
    // prettier-ignore
    try {
      await work(family)
    } catch (error) {
      throw error instanceof Unmet ? new Unmet(`With a ${shape} body, ${error.message}`, error.change) : error
    }
  }
}

/** @throws Unmet when /Schemas has no Group: Microsoft's group tests fail then */
export function needGroups(run: Run): void {
  if (run.discovered?.hasGroup === true) return
  throw new Unmet(
    '/Schemas has no schema of groups.',
    'Support /Groups, and publish its schema; Microsoft fails its group tests without.',
  )
}

/** @throws NotApplicable when the application maps no manager */
export function needManager(run: Run): void {
  if (run.without.has('manager')) throw new NotApplicable('manager is not mapped (--without).')
}
