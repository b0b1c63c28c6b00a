import { randomUUID } from 'node:crypto'
import { Unmet } from '../gallery/outcome'
import type { Requirement } from '../gallery/requirement'
import { ask } from '../gallery/run'
import type { Made, Run } from '../gallery/run'
import { shown } from '../simulator/client'
import type { Answer, ScimRequest } from '../simulator/client'
import { own, text } from '../simulator/json'
import type { Json } from '../simulator/json'
import { equals } from '../simulator/resources'
import { equal, filled, hasValue, isNumber, mustBe, valueAt } from './expectation'
import type { Expectation } from './expectation'

/**
 * The requests and assertions of "Okta SCIM 2.0 SPEC Test", by Okta's names and in its order
 * (developer.okta.com/standards/SCIM/SCIMFiles/Okta-SCIM-20-SPEC-Test.json).
 */

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
/** Okta lets /Groups take so long, in milliseconds. */
const GROUPS_WITHIN_MS = 600
/** Okta says what a body is where there is none, too. */
const READ_HEADERS = {
  accept: 'application/scim+json',
  'accept-charset': 'utf-8',
  'content-type': 'application/scim+json; charset=utf-8',
  'user-agent': 'OKTA SCIM Integration',
}
const WRITE_HEADERS = { accept: 'application/scim+json; charset=utf-8', 'content-type': 'application/json' }

const get = (path: string, query: ScimRequest['query'] = []): ScimRequest => ({
  method: 'GET',
  path,
  query,
  headers: READ_HEADERS,
})
const byName = (userName: string) => get('/Users', [['filter', equals('userName', userName)]])

interface Person {
  readonly userName: string
  readonly givenName: string
  readonly familyName: string
}

const personOf = (run: Run, label: string): Person => ({
  userName: `${run.marker}-${label}@okta.invalid`,
  givenName: `Given ${label}`,
  familyName: `Family ${label}`,
})

function post({ userName, givenName, familyName }: Person): ScimRequest {
  const emails = [{ primary: true, value: userName, type: 'work' }]
  const displayName = `${givenName} ${familyName}`
  const body = { schemas: [USER], userName, name: { givenName, familyName }, emails, displayName, active: true }
  return { method: 'POST', path: '/Users', headers: WRITE_HEADERS, body }
}

/** A POST that is deleted at the end, whatever is answered. */
async function make(run: Run, person: Person, send: (request: ScimRequest) => Promise<Answer | undefined>): Promise<Made> {
  const made: Made = { kind: 'User', values: new Map([['userName', person.userName]]), id: undefined, state: 'posted' }
  run.made.push(made)
  const answer = await send(post(person))
  made.id = text(own(answer?.body, 'id')) ?? undefined
  return made
}

/** Somebody has to be there before the first test. That it failed is told by the test of creating. */
export async function seed(run: Run): Promise<void> {
  await make(run, personOf(run, 'seed'), (request) => run.client.send(request).catch(() => undefined))
}

/** @throws Unmet without that status, and where an expectation does not hold */
async function expectOf(
  run: Run,
  request: ScimRequest,
  status: number,
  ...expectations: readonly Expectation[]
): Promise<Json | undefined> {
  const { body } = await ask(run, request, status)
  mustBe(shown(request), body, expectations)
  return body
}

/** Replaces advice that is about Entra ID. */
async function advised(change: string, work: Promise<Json | undefined>): Promise<Json | undefined> {
  return await work.catch((error: unknown) => {
    throw error instanceof Unmet && error.message.includes('wanted ') ? new Unmet(error.message, change) : error
  })
}

const wholePerson = (at: string) =>
  ['id', 'name.familyName', 'name.givenName', 'userName', 'active', 'emails[0].value'].map((path) => filled(at + path))
const namesOf = ({ userName, givenName, familyName }: Person) => [
  equal('userName', userName, 'the userName that was sent'),
  equal('name.familyName', familyName, 'the family name that was sent'),
  equal('name.givenName', givenName, 'the given name that was sent'),
]
const errorWith = (status: number) => [filled('detail'), equal('status', String(status)), hasValue('schemas', ERROR)]

const NOBODY = 'Answer a filter that finds nobody with 200, totalResults 0 and an empty Resources.'
const NOT_FOUND = "Answer 404 with SCIM's error message where there is no such person."

async function checkUnauthorized(run: Run): Promise<void> {
  const request = byName(personOf(run, 'random').userName.toUpperCase())
  const answer = await run.visit('', { ...request, headers: { ...READ_HEADERS, authorization: 'non-token' } })
  if (answer?.status !== 401)
    throw new Unmet(
      `${shown(request)} with "non-token" for a token: wanted 401, came ${answer?.status ?? 'no answer'}.`,
      'Answer 401 to whoever brings no valid token.',
    )
  mustBe(shown(request), answer.body, errorWith(401))
}

/** Okta warns of none of these, except of groups. */
export function specTests(): readonly Requirement[] {
  let first: string | undefined
  let created: string | undefined
  const known = (id: string | undefined, test: string): string => {
    if (id !== undefined) return encodeURIComponent(id)
    throw new Unmet('There is no id to ask for.', `See the row "${test}".`)
  }
  const listFirst = async (run: Run) => {
    const list = [hasValue('schemas', LIST), isNumber('itemsPerPage'), isNumber('startIndex'), isNumber('totalResults')]
    const request = get('/Users', [['count', '1'], ['startIndex', '1']]) // prettier-ignore
    const body = await expectOf(run, request, 200, filled('Resources'), ...list, ...wholePerson('Resources[0].'))
    first = text(valueAt(body, 'Resources[0].id'))
  }
  const getFirst = async (run: Run) => {
    const id = known(first, 'Test Users endpoint')
    await expectOf(
      run,
      get(`/Users/${id}`),
      200,
      ...wholePerson(''),
      equal('id', decodeURIComponent(id), 'the id that was asked for'),
    )
  }
  const findsNobody = (label: string) => async (run: Run) => {
    const none = expectOf(run, byName(personOf(run, label).userName), 200, hasValue('schemas', LIST), equal('totalResults', 0))
    await advised(NOBODY, none)
  }
  const createOne = async (run: Run) => {
    const person = personOf(run, 'random')
    const wanted = [equal('active', true), filled('id'), hasValue('schemas', USER), ...namesOf(person)]
    const made = await make(run, person, async (request) => {
      const answer = await ask(run, request, 201)
      mustBe(shown(request), answer.body, wanted)
      return answer
    })
    created = made.id
  }
  const seeCreated = async (run: Run) => {
    const path = `/Users/${known(created, 'Create Okta user with realistic values')}`
    await expectOf(run, get(path), 200, ...namesOf(personOf(run, 'random')))
  }
  const createAgain = async (run: Run) => {
    known(created, 'Create Okta user with realistic values')
    await make(run, personOf(run, 'random'), (request) => ask(run, request, 409)).catch((error: unknown) => {
      throw error instanceof Unmet ? new Unmet(error.message, 'Answer 409 when somebody has the userName.') : error
    })
  }
  const listGroups = async (run: Run) => {
    const start = performance.now()
    const body = await advised('Answer GET /Groups with 200.', expectOf(run, get('/Groups'), 200))
    const ms = performance.now() - start
    if (own(body, 'totalResults') !== 0 && !Array.isArray(own(body, 'Resources')))
      throw new Unmet('GET /Groups: no array of Resources.', 'Answer with a ListResponse of all groups.')
    if (ms >= GROUPS_WITHIN_MS) throw new Unmet(`GET /Groups took ${ms.toFixed(0)} ms.`, `Answer within ${GROUPS_WITHIN_MS} ms.`)
  }
  const notFound =
    (id: string, ...wanted: readonly Expectation[]) =>
    async (run: Run) => {
      await advised(NOT_FOUND, expectOf(run, get(`/Users/${id}`), 404, ...wanted))
    }
  return [
    { name: 'Test Users endpoint', run: listFirst },
    { name: 'Get Users/{id}', run: getFirst },
    { name: 'Test invalid User by username', run: findsNobody(`nobody-${randomUUID()}`) },
    { name: 'Test invalid User by ID', run: notFound(randomUUID(), filled('detail'), hasValue('schemas', ERROR)) },
    { name: "Make sure random user doesn't exist", run: findsNobody('random') },
    { name: 'Create Okta user with realistic values', run: createOne },
    { name: 'Verify that user was created', run: seeCreated },
    { name: 'Expect failure when recreating user with same values', run: createAgain },
    {
      name: 'Username Case Sensitivity Check',
      run: async (run) => {
        await advised(
          'Answer a filter by userName in capitals with 200.',
          expectOf(run, byName(personOf(run, 'random').userName.toUpperCase()), 200),
        )
      },
    },
    { name: 'Verify Groups endpoint', optional: true, run: listGroups },
    { name: 'Check status 401', run: checkUnauthorized },
    { name: 'Check status 404', run: notFound('00919288221112222', ...errorWith(404)) },
  ]
}
