import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startIssuer } from '../sign-in/issuer'
import { CLIENT, startStandIn } from '../sign-in/stand-in'
import type { StandInOptions } from '../sign-in/stand-in'
import { requestToken } from '../sign-in/token-endpoint'
import type { Proof } from '../sign-in/token-endpoint'
import { bearer, fetchedTokens } from '../sign-in/token-source'
import { startServer } from '../simulator/broken-server'
import { isFilter, isMembers, operations, pathOf } from '../simulator/defect'
import type { Defect, Situation } from '../simulator/defect'
import { DEFECTS } from '../simulator/defects'
import { isObject, objects, own } from '../simulator/json'
import { answer, refusal } from '../simulator/memory-server'
import type { Store } from '../simulator/memory-server'
import { REQUIREMENTS, runGallery } from './gallery'
import { markdown, table } from './table'
import type { TryOptions } from './try-all'

const TOKEN = 'a-token-of-the-test'
type Alter = Defect['alter']

/** A run against the small server in memory, which lets in only who has the token. */
async function tried(alter: Alter, given: Partial<TryOptions> = {}, signal?: AbortSignal) {
  let store: Store | undefined
  const server = await startServer({
    alter: (situation) => {
      store = situation.store
      return situation.request.authorization === `Bearer ${TOKEN}` ? alter(situation) : refusal(401)
    },
  })
  const options = { url: server.tenantUrl, tokens: bearer(TOKEN), seconds: 0, without: [], timeoutMs: 60_000, ...given }
  try {
    const result = await runGallery(options, () => undefined, signal)
    const named = (wanted: string) =>
      result.findings.filter(({ result: one }) => one === wanted).map(({ requirement }) => requirement)
    const words = (name: string) => result.findings.find(({ requirement }) => requirement === name)?.words ?? ''
    return { ...result, named, words, kept: (store?.User.size ?? 0) + (store?.Group.size ?? 0) }
  } finally {
    await server.close()
  }
}

const defect = (name: string): Alter => {
  const found = DEFECTS.find((one) => one.name === name)
  if (found === undefined) throw new Error(`No defect ${name}`)
  return found.alter
}

test('a correct server passes whatever is asked of it, and is left as it was', async () => {
  const { named, kept, left, tally, findings } = await tried(({ next }) => next())
  expect(findings.map(({ requirement }) => requirement)).toEqual(REQUIREMENTS.map(({ name }) => name))
  expect(named('failed')).toEqual([])
  expect(named('warning')).toEqual(['Bulk (recommended)'])
  expect(named('not applicable')).toEqual(['Validate_Credentials_Test', 'Federated_Identity_Test'])
  expect([kept, left, tally.objections]).toEqual([0, [], []])
})

test('there are 25 tests with the names that Microsoft gives them', () => {
  const names = REQUIREMENTS.map(({ name }) => name).filter((name) => name.endsWith('_Test'))
  expect([names.length, new Set(names).size]).toEqual([25, 25])
  expect(
    REQUIREMENTS.filter(({ name, optional }) => name.endsWith('_Test') && optional === true).map(({ name }) => name),
  ).toEqual(['Delete_User_Test', 'Delete_Group_Test', 'Restore_Group_Test', 'SCIM_Group_Pagination_Test'])
})

test('docs/gallery.md has a row for each of them, in their order', () => {
  const docs = readFileSync(join(__dirname, '../../docs/gallery.md'), 'utf8')
  const rows = [...docs.matchAll(/^\| `(\w+_Test)`( \(warns\))? \|/gm)].map(([, name, warns]) => [name, warns !== undefined])
  const tests = REQUIREMENTS.filter(({ name }) => name.endsWith('_Test'))
  expect(rows).toEqual(tests.map(({ name, optional = false }) => [name, optional]))
})

describe('the usual six failures', () => {
  test('404 on an empty query', async () => {
    const { named, words } = await tried(defect('answers 404 when a filter finds nothing'))
    expect(named('failed')).toContain('A query that finds nobody is answered 200')
    expect(words('A query that finds nobody is answered 200')).toMatch(
      /^GET \/Users\?filter=userName eq "…": wanted 200, came 404.*totalResults 0/,
    )
    expect(words('Create_User_Test')).toContain('Answer a query that finds nothing with 200')
  })

  test('a filter that is not understood', async () => {
    const byMail: Alter = ({ next, request }) =>
      request.query.get('filter')?.startsWith('emails[') === true ? refusal(400, 'invalidFilter') : next()
    const { named, words } = await tried(byMail)
    expect(named('failed')).toEqual(['Filters on every matching attribute'])
    expect(words('Filters on every matching attribute')).toContain(
      'emails[type eq "work"].value eq "…": wanted 200, came 400 invalidFilter',
    )
  })

  test('several members refused', async () => {
    const one: Alter = ({ next, request }) => {
      const changes = operations(request).filter(isMembers)
      const several = changes.length > 1 || changes.some((change) => objects(own(change, 'value')).length > 1)
      return several ? refusal(400, 'invalidValue') : next()
    }
    const { named, words } = await tried(one)
    expect(named('failed')).toEqual(['Several members in one PATCH'])
    expect(words('Several members in one PATCH')).toMatch(
      /^With a compact body, PATCH .*400 invalidValue.*Accept several members/,
    )
  })

  test('429 below 25 a second', async () => {
    let requests = 0
    const now = { 'retry-after': '0' }
    const { named, words } = await tried(({ next }) => (requests++ % 10 === 0 ? refusal(429, undefined, now) : next()), {
      seconds: 1,
    })
    expect(named('failed')).toEqual(['25 requests a second'])
    expect(words('25 requests a second')).toMatch(/^[23] of 25 requests were answered 429.*Allow each tenant/)
  })

  test('canonical values refused, and taken where they are published', async () => {
    const titles = ['Engineer', 'Manager', 'Director']
    const strange = (value: unknown) => typeof value === 'string' && value !== '' && !titles.includes(value)
    const written = ({ request }: Situation) => [
      own(request.body, 'title'),
      ...operations(request).map((one) => (pathOf(one) === 'title' ? own(one, 'value') : own(own(one, 'value'), 'title'))),
    ]
    const strict: Alter = (situation) =>
      situation.request.method === 'PATCH' && written(situation).some(strange) ? refusal(400, 'invalidValue') : situation.next()
    const refused = await tried(strict)
    expect(refused.words('SCIM_User_Update_Test')).toMatch(/values were refused for title\. Accept any text there, or publish/)
    expect(refused.named('failed')).toContain('SCIM_User_Update_Test')
    const published: Alter = (situation) => {
      const given = strict(situation)
      if (situation.request.path !== '/Schemas' || typeof given === 'string') return given
      const source = JSON.stringify(given.body).replace(
        '"name":"title"',
        `"name":"title","canonicalValues":${JSON.stringify(titles)}`,
      )
      return { ...given, raw: source }
    }
    expect((await tried(published)).named('failed')).toEqual([])
  })

  test('a token that expires on the way', async () => {
    let requests = 0
    const { named, words } = await tried(({ next }) => (requests++ < 60 ? next() : refusal(401)))
    expect(named('passed')).toContain('Create_User_Test')
    expect(named('failed')).toContain('The token lasts the whole run')
    expect(words('The token lasts the whole run')).toMatch(
      /^A token that should have been good was refused with 401, \d+ times.*24 hours/,
    )
  })
})

/** Further defects, and the tests that have to notice each. */
const NOTICED: readonly (readonly [string, Alter, readonly string[]])[] = [
  ['hides inactive users', defect('hides inactive users'), ['Disable_User_Test', 'Restore_User_Test']],
  ['ignores excludedAttributes', defect('ignores excludedAttributes'), ['Group_Update_Add_Member_Test']],
  [
    'refuses a compact body',
    ({ next, request }) => (operations(request).some((one) => pathOf(one) === '') ? refusal(400, 'invalidPath') : next()),
    ['Update_User_Test', 'SCIM_User_Update_Test', 'SCIM_Group_Update_Test'],
  ],
  [
    'never clears a value',
    defect('never clears a value'),
    ['SCIM_Null_Update_Test', 'User_Update_Manager_Test', 'SCIM_Update_Manager_Test'],
  ],
  [
    'gives back another startIndex',
    ({ next, request }) => {
      const given = next()
      return request.query.has('startIndex') && isObject(given.body)
        ? { ...given, body: { ...given.body, startIndex: 1 } }
        : given
    },
    ['SCIM_User_Pagination_Test'],
  ],
  [
    'publishes no schema of groups',
    ({ next, request }) => (request.path === '/Schemas' ? answer(200, { Resources: [] }) : next()),
    ['Schema_Discoverability_Test', 'Create_Group_Test', 'POD_Group_Test', 'SCIM_Group_Create_Test'],
  ],
  [
    'finds nobody',
    ({ next, request }) => (isFilter(request) ? answer(200, { totalResults: 0, Resources: [] }) : next()),
    ['POD_User_Test'],
  ],
]

test.each(NOTICED)('an endpoint that %s is noticed', async (_, alter, wanted) => {
  const { named } = await tried(alter)
  expect(named('failed')).toEqual(expect.arrayContaining([...wanted]))
})

test('one that lets anybody in fails by its token', async () => {
  const server = await startServer()
  const { findings } = await runGallery(
    { url: server.tenantUrl, tokens: bearer(TOKEN), seconds: 0, without: [], timeoutMs: 60_000 },
    () => undefined,
  )
  await server.close()
  expect(findings.filter(({ result }) => result === 'failed').map(({ requirement }) => requirement)).toEqual([
    'The token lasts the whole run',
  ])
})

describe('signing in by OAuth', () => {
  async function by(method: 'client-credentials' | 'federation', how: StandInOptions = {}, lets = true, secret = CLIENT.secret) {
    const issuer = await startIssuer({ port: 0 })
    const endpoint = await startStandIn({ trust: issuer.trust, ...how })
    const server = await startServer({
      alter: ({ next, request }) => (lets && endpoint.accepts(request.authorization) ? next() : refusal(401)),
    })
    const proof = async (): Promise<Proof> =>
      method === 'federation' ? { assertion: await issuer.assertion() } : { secret, credentials: 'header' }
    const tokens = fetchedTokens(method, async () => await requestToken({ ...endpoint, clientId: CLIENT.id }, await proof()))
    const options = { url: server.tenantUrl, tokens, seconds: 0, without: [], timeoutMs: 60_000 }
    const { findings } = await runGallery(options, () => undefined)
    for (const one of [server, endpoint, issuer]) await one.close()
    const words = (name: string) => findings.find(({ requirement }) => requirement === name)?.words ?? ''
    return { failed: findings.filter(({ result }) => result === 'failed').map(({ requirement }) => requirement), words, findings }
  }

  test.each([
    ['client-credentials', 'Validate_Credentials_Test', 'Federated_Identity_Test'],
    ['federation', 'Federated_Identity_Test', 'Validate_Credentials_Test'],
  ] as const)('%s passes its own test, and the other is not asked', async (method, own, other) => {
    const { failed, findings, words } = await by(method)
    expect(failed).toEqual([])
    expect(findings.find(({ requirement }) => requirement === own)?.result).toBe('passed')
    expect(words(other)).toMatch(/^The run signs in by .* A listing needs one of the two tests\.$/)
  })

  test.each([
    [1800, 'The token lives 30 minutes.'],
    [7 * 3600, 'The token lives 420 minutes.'],
  ])('a token of %d seconds does not live as Microsoft wants', async (expiresInSeconds, sentence) => {
    const { failed, words } = await by('client-credentials', { expiresInSeconds })
    expect(failed).toEqual(['Validate_Credentials_Test'])
    expect(words('Validate_Credentials_Test')).toBe(
      `${sentence} Let access tokens live 60 to 360 minutes, and say so by expires_in, a number of seconds.`,
    )
  })

  test('an assertion that is taken only once fails', async () => {
    const { failed, words } = await by('federation', { singleUse: true })
    expect(failed).toContain('Federated_Identity_Test')
    expect(words('Federated_Identity_Test')).toMatch(/answered 401 invalid_client.*each time until the assertion ends/)
  })

  test('a client that gets no token is told so once, and nothing else is tried', async () => {
    const { failed, findings, words } = await by('client-credentials', {}, true, 'a-wrong-secret')
    expect(failed).toEqual(['Validate_Credentials_Test'])
    expect(words('Validate_Credentials_Test')).toMatch(/^The token endpoint answered 401 invalid_client.*Basic header/)
    expect(findings.filter(({ result }) => result === 'not run')).toHaveLength(REQUIREMENTS.length - 2)
  })

  test('a token that opens nothing fails', async () => {
    const { failed, words } = await by('client-credentials', {}, false)
    expect(failed).toContain('Validate_Credentials_Test')
    expect(words('Validate_Credentials_Test')).toContain('wanted 200, came 401')
  })
})

test('one that cannot delete is only warned, and what is left is told', async () => {
  const { named, left } = await tried(({ next, request }) => (request.method === 'DELETE' ? refusal(501) : next()))
  expect(named('failed')).toEqual([])
  expect(named('warning')).toEqual(expect.arrayContaining(['Delete_User_Test', 'Delete_Group_Test', 'Restore_Group_Test']))
  expect(left[0]).toMatch(/^Delete by hand what \/Groups finds by displayName eq "gallery-/)
})

test('attributes that are not mapped are not asked for', async () => {
  const without = ['manager', 'addresses', 'phoneNumbers', 'preferredLanguage']
  const small: Alter = ({ next, request }) => {
    const given = next()
    if (request.path !== '/Schemas') return given
    const cut = ({ name }: { name: string }) => !without.includes(name)
    const schemas = objects(own(given.body, 'Resources')) as unknown as { attributes: { name: string }[] }[]
    return answer(200, { Resources: schemas.map((schema) => ({ ...schema, attributes: schema.attributes.filter(cut) })) })
  }
  expect((await tried(small)).words('Schema_Discoverability_Test')).toContain('addresses[type eq "work"].formatted')
  const { named } = await tried(small, { without })
  expect(named('failed')).toEqual([])
  expect(named('not applicable')).toEqual(expect.arrayContaining(['User_Update_Manager_Test', 'SCIM_Update_Manager_Test']))
})

test('a stopped run tries nothing more, and cleans up all the same', async () => {
  const stop = new AbortController()
  let requests = 0
  const stopping: Alter = ({ next }) => {
    if (++requests === 12) stop.abort()
    return next()
  }
  const { named, kept } = await tried(stopping, {}, stop.signal)
  expect(named('not run').length).toBeGreaterThan(25)
  expect([named('failed'), kept]).toEqual([[], 0])
})

test('the table has a row for each requirement, in columns or as Markdown, and nothing of the token', async () => {
  const { findings } = await tried(({ next, request }) => (isFilter(request) ? refusal(400) : next()))
  const row = 'GET /Users?filter=userName eq "…": wanted 200, came 400 "Refused.". Understand this filter'
  expect(table(findings)[1]).toMatch(/^Create_User_Test {2,}failed {2,}GET /)
  expect(table(findings)[1]).toContain(row)
  expect(markdown(findings).slice(0, 2)).toEqual(['| requirement | result | what to change |', '| --- | --- | --- |'])
  expect(markdown(findings)[2]).toContain(`| Create_User_Test | failed | ${row}`)
  expect(JSON.stringify(findings)).not.toContain(TOKEN)
})
