import { randomUUID } from 'node:crypto'
import { objects, own } from '../simulator/json'
import type { Json, JsonObject } from '../simulator/json'
import { DEPARTMENT, ENTERPRISE_URN, MAIL } from '../simulator/mapping'
import type { Values } from '../simulator/mapping'
import { attributesPatch, membersAdd } from '../simulator/patch-bodies'
import { groupPost, userPost } from '../simulator/post-bodies'
import { Unexpected } from './client'
import type { Answer, ScimRequest } from './client'

/** A user or group that the check makes. */
export interface Resource {
  readonly path: '/Users' | '/Groups'
  /** Finds it, also when the answer to its POST was lost. */
  readonly filter: string
  readonly values: Values
  state: 'absent' | 'posted' | 'deleted'
  id: string | undefined
}

export interface Run {
  readonly user: Resource
  readonly group: Resource
  /** @throws Unexpected for another status */
  send(request: ScimRequest, ...wanted: number[]): Promise<Answer>
}

export interface Step {
  readonly name: string
  readonly run: (run: Run) => Promise<void>
}

/** The two resources, named so that nobody else's can be meant. */
export function newResources(): Pick<Run, 'user' | 'group'> {
  const marker = `rollcall-smoke-${randomUUID()}`
  const userName = `${marker}@smoke.invalid`
  const fresh = { state: 'absent', id: undefined } as const
  const user = new Map<string, string | boolean>([
    ['userName', userName],
    ['active', true],
    ['displayName', 'Smoke test'],
    ['externalId', marker],
    [MAIL, userName],
  ])
  const group = new Map([
    ['displayName', marker],
    ['externalId', marker],
  ])
  return {
    user: { path: '/Users', filter: `userName eq "${userName}"`, values: user, ...fresh },
    group: { path: '/Groups', filter: `displayName eq "${marker}"`, values: group, ...fresh },
  }
}

const MAX_SHOWN_CHARACTERS = 300

/** @throws Unexpected when what came is not what was wanted, whatever the order of properties */
function compare(request: ScimRequest, what: string, wanted: Json, came: Json | undefined): void {
  const shown = JSON.stringify(came) as string | undefined
  if (shown === JSON.stringify(wanted)) return
  throw new Unexpected(request, `${what} ${JSON.stringify(wanted)}`, (shown ?? 'nothing').slice(0, MAX_SHOWN_CHARACTERS))
}

async function found(run: Run, request: ScimRequest, totalResults: number): Promise<JsonObject[]> {
  const { body } = await run.send(request, 200)
  compare(request, 'totalResults', totalResults, own(body, 'totalResults'))
  const resources = objects(own(body, 'Resources'))
  compare(request, 'resources', totalResults, resources.length)
  return resources
}

/** Asks for somebody who cannot exist, as Entra does before it does anything else (entra 1.1). */
const probe = (run: Run, path: '/Users' | '/Groups', attribute: string) =>
  found(run, { method: 'GET', path, filter: `${attribute} eq "${randomUUID()}"` }, 0)

async function testConnection(run: Run): Promise<void> {
  await probe(run, '/Users', 'userName')
  await probe(run, '/Groups', 'displayName')
}

/** And nobody by another name: where the filter is ignored, an empty tenant does not show it in Test Connection. */
async function findUser(run: Run): Promise<void> {
  const request = { method: 'GET', path: '/Users', filter: run.user.filter } as const
  const [user] = await found(run, request, 1)
  compare(request, 'id', run.user.id ?? '', own(user, 'id'))
  await probe(run, '/Users', 'userName')
}

/** A deployment that lets anybody in passes every other step. */
async function refuseStranger(run: Run): Promise<void> {
  await run.send({ method: 'GET', path: '/Users', filter: run.user.filter, token: `stranger-${randomUUID()}` }, 401)
}

async function create(run: Run, resource: Resource, body: JsonObject): Promise<void> {
  resource.state = 'posted'
  const request = { method: 'POST', path: resource.path, body } as const
  const answer = await run.send(request, 201)
  const id = own(answer.body, 'id')
  if (typeof id !== 'string' || id === '') throw new Unexpected(request, 'an id', 'none')
  resource.id = id
}

const at = ({ path, id = '' }: Resource) => `${path}/${encodeURIComponent(id)}`

async function patch(run: Run, resource: Resource, body: JsonObject): Promise<void> {
  await run.send({ method: 'PATCH', path: at(resource), body }, 200, 204)
}

async function readUser(run: Run, wanted: readonly (readonly [string, Json, (user: Json | undefined) => Json | undefined])[]) {
  const request = { method: 'GET', path: at(run.user) } as const
  const { body } = await run.send(request, 200)
  for (const [what, value, read] of wanted) compare(request, what, value, read(body))
}

const attribute = (name: string, value: Json) => [name, value, (user: Json | undefined) => own(user, name)] as const
const enterprise = (user: Json | undefined) => own(own(user, ENTERPRISE_URN), 'department')

async function setActive(run: Run, family: 'legacy' | 'modern', active: boolean): Promise<void> {
  await patch(run, run.user, attributesPatch(family, run.user.values, new Map([['active', active]]), 0))
  const request = { method: 'GET', path: '/Users', filter: run.user.filter } as const // inactive people stay findable
  const [user] = await found(run, request, 1)
  compare(request, 'active', active, own(user, 'active'))
}

async function remove(run: Run, resource: Resource): Promise<void> {
  await run.send({ method: 'DELETE', path: at(resource) }, 204)
  resource.state = 'deleted'
}

/** What is checked, in this order. */
export const steps: readonly Step[] = [
  { name: 'Test Connection', run: testConnection },
  { name: 'refuse another token', run: refuseStranger },
  { name: 'create a user', run: (run) => create(run, run.user, userPost(run.user.values, 3)) },
  { name: 'find the user by filter', run: findUser },
  {
    name: 'PATCH without the feature flag',
    run: async (run) => {
      const changes = new Map([
        ['displayName', 'Smoke test, first change'],
        ['title', 'Tester'],
      ])
      await patch(run, run.user, attributesPatch('legacy', run.user.values, changes, 0))
      await readUser(run, [attribute('displayName', 'Smoke test, first change'), attribute('title', 'Tester')])
    },
  },
  {
    name: 'PATCH with the feature flag',
    run: async (run) => {
      const changes = new Map([
        ['displayName', 'Smoke test, second change'],
        [DEPARTMENT, 'Testing'],
      ])
      await patch(run, run.user, attributesPatch('modern', run.user.values, changes, 0))
      await readUser(run, [
        attribute('displayName', 'Smoke test, second change'),
        attribute('title', 'Tester'),
        ['department', 'Testing', enterprise],
      ])
    },
  },
  { name: 'create a group', run: (run) => create(run, run.group, groupPost(run.group.values, 0)) },
  { name: 'add the user to the group', run: (run) => patch(run, run.group, membersAdd('modern', [run.user.id ?? ''])) },
  {
    name: 'read the group back',
    run: async (run) => {
      const request = { method: 'GET', path: at(run.group) } as const
      const { body } = await run.send(request, 200)
      const members = objects(own(body, 'members')).map((member) => own(member, 'value') ?? null)
      compare(request, 'members', [run.user.id ?? ''], members)
    },
  },
  { name: 'disable the user', run: (run) => setActive(run, 'legacy', false) },
  { name: 'restore the user', run: (run) => setActive(run, 'modern', true) },
  { name: 'delete the group', run: (run) => remove(run, run.group) },
  { name: 'delete the user', run: (run) => remove(run, run.user) },
  {
    name: 'find neither any more',
    run: async (run) => {
      for (const resource of [run.group, run.user]) await run.send({ method: 'GET', path: at(resource) }, 404)
    },
  },
]

/**
 * Deletes what is still there of a resource, whatever its POST was answered.
 * @throws Unexpected when it cannot be deleted
 */
export async function cleanUp(run: Run, resource: Resource): Promise<void> {
  if (resource.state !== 'posted') return
  const { path, filter, id } = resource
  const ids = id === undefined ? await idsOf(run, { method: 'GET', path, filter }) : [id]
  for (const left of ids) await run.send({ method: 'DELETE', path: at({ ...resource, id: left }) }, 204, 404)
  resource.state = 'deleted'
}

/** Only those it was asked for: a server that ignores the filter must not lose anybody else's. */
async function idsOf(run: Run, request: ScimRequest): Promise<string[]> {
  const { body } = await run.send(request, 200)
  const name = request.path === '/Users' ? 'userName' : 'displayName'
  const resources = objects(own(body, 'Resources')).filter((one) => request.filter === `${name} eq ${JSON.stringify(one[name])}`)
  return resources.map((one) => own(one, 'id')).filter((id) => typeof id === 'string')
}
