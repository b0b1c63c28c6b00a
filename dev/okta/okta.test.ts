import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from '../gallery/table'
import { bearer } from '../sign-in/token-source'
import { startServer } from '../simulator/broken-server'
import { isFilter } from '../simulator/defect'
import type { Defect } from '../simulator/defect'
import { isObject, objects, own } from '../simulator/json'
import { answer, refusal } from '../simulator/memory-server'
import type { Store } from '../simulator/memory-server'
import { runOkta } from './okta'
import { specTests } from './spec-tests'

const TOKEN = 'a-token-of-the-test'
type Alter = Defect['alter']

/** A run against the small server in memory. Its failures and warnings, and what they say. */
async function tried(
  alter: Alter,
  lets: (authorization: string | undefined) => boolean = (authorization) => authorization === `Bearer ${TOKEN}`,
) {
  let store: Store | undefined
  const server = await startServer({
    alter: (situation) => {
      store = situation.store
      return lets(situation.request.authorization) ? alter(situation) : refusal(401)
    },
  })
  const options = { url: server.tenantUrl, tokens: bearer(TOKEN), seconds: 0, without: [], timeoutMs: 60_000 }
  try {
    const { findings, left } = await runOkta(options, () => undefined)
    const bad = findings.filter(({ result }) => result !== 'passed' && result !== 'warning')
    const words = (name: string) => findings.find(({ requirement }) => requirement === name)?.words ?? ''
    return { findings, left, failed: bad.map(({ requirement }) => requirement), words, kept: store?.User.size ?? 0 }
  } finally {
    await server.close()
  }
}

test('a correct server passes all twelve, and is left as it was', async () => {
  const { findings, failed, left, kept } = await tried(({ next }) => next())
  expect(findings.map(({ requirement }) => requirement)).toEqual(specTests().map(({ name }) => name))
  expect([failed, left, kept, findings.length]).toEqual([[], [], 0, 12])
})

test('docs/gallery.md has a row for each, in their order', () => {
  const docs = readFileSync(join(__dirname, '../../docs/gallery.md'), 'utf8')
  const rows = [...docs.split('## Okta')[1]!.matchAll(/^\| `([^`]+)`( \(warns\))? \|/gm)].map(([, name, warns]) => [
    name,
    warns !== undefined,
  ])
  expect(rows).toEqual(specTests().map(({ name, optional = false }) => [name, optional]))
})

/** Every resource of an answer, changed. */
const changed =
  (change: (resource: Record<string, unknown>) => object): Alter =>
  ({ next }) => {
    const given = next()
    if (typeof given === 'string' || !isObject(given.body)) return given
    const list = own(given.body, 'Resources')
    const body = list === undefined ? change(given.body) : { ...given.body, Resources: objects(list).map(change) }
    return { ...given, body: body as typeof given.body }
  }

const BROKEN: readonly (readonly [string, Alter, readonly string[], RegExp])[] = [
  [
    'answers 404 where a filter finds nobody',
    ({ next, request }) => {
      const given = next()
      return isFilter(request) && typeof given !== 'string' && own(given.body, 'totalResults') === 0 ? refusal(404) : given
    },
    ['Test invalid User by username', "Make sure random user doesn't exist"],
    /^GET \/Users\?filter=userName eq "…": wanted 200, came 404.*Answer a filter that finds nobody with 200, totalResults 0/,
  ],
  [
    'finds somebody for every name',
    ({ next, request }) => (isFilter(request) ? answer(200, { schemas: [], totalResults: 1, Resources: [] }) : next()),
    ['Test invalid User by username', "Make sure random user doesn't exist"],
    /not as Okta wants it: schemas, totalResults\. Let schemas be a list with urn:.*Let totalResults be 0\./,
  ],
  [
    'answers without names',
    changed((resource) => ({ ...resource, name: undefined })),
    [
      'Test Users endpoint',
      'Get Users/{id}',
      'Create Okta user with realistic values',
      'Verify that user was created',
      'Expect failure when recreating user with same values',
    ],
    /Resources\[0\]\.name\.familyName, Resources\[0\]\.name\.givenName\. Let Resources\[0\]\.name\.familyName be there, and not empty/,
  ],
  [
    'takes a second person of one userName',
    ({ next, request }) =>
      request.method === 'POST' && request.path === '/Users' ? answer(201, { ...(request.body as object), id: '1' }) : next(),
    ['Expect failure when recreating user with same values'],
    /wanted 409, came 201.*Answer 409 when somebody has the userName/,
  ],
  [
    'refuses capitals',
    ({ next, request }) => (/[A-Z]{5}/.test(request.query.get('filter') ?? '') ? refusal(400, 'invalidFilter') : next()),
    ['Username Case Sensitivity Check'],
    /wanted 200, came 400 invalidFilter.*Answer a filter by userName in capitals with 200/,
  ],
  [
    'answers 404 without a message',
    ({ next }) => {
      const given = next()
      return typeof given !== 'string' && given.status === 404 ? answer(404, {}) : given
    },
    ['Test invalid User by ID', 'Check status 404'],
    /not as Okta wants it: detail, schemas\. Let detail be there/,
  ],
  [
    'creates nobody',
    ({ next, request }) => (request.method === 'POST' ? refusal(500) : next()),
    ['Test Users endpoint', 'Create Okta user with realistic values', 'Verify that user was created'],
    /Resources/,
  ],
]

test.each(BROKEN)('an endpoint that %s is named by the right row', async (_, alter, wanted, words) => {
  const result = await tried(alter)
  expect(result.failed).toEqual(expect.arrayContaining([...wanted]))
  expect(result.words(wanted[0] ?? '')).toMatch(words)
})

test('one that lets anybody in fails at status 401 alone', async () => {
  const { failed, words } = await tried(({ next }) => next(), () => true) // prettier-ignore
  expect(failed).toEqual(['Check status 401'])
  expect(words('Check status 401')).toMatch(/with "non-token" for a token: wanted 401, came 200\. Answer 401/)
})

test('of groups it only warns, and the table shows all of it', async () => {
  const { findings, failed } = await tried(({ next, request }) => (request.path === '/Groups' ? refusal(501) : next()))
  expect(failed).toEqual([])
  const row = table(findings).find((line) => line.startsWith('Verify Groups endpoint'))
  expect(row).toMatch(/^Verify Groups endpoint +warning +GET \/Groups: wanted 200, came 501.*Answer GET \/Groups with 200\.$/)
  expect(JSON.stringify(findings)).not.toContain(TOKEN)
})

test('whoever cannot delete is told whom to delete by hand', async () => {
  const { failed, left } = await tried(({ next, request }) => (request.method === 'DELETE' ? refusal(501) : next()))
  expect(failed).toEqual([])
  expect(left[0]).toMatch(/^Delete by hand what \/Users finds by userName eq "okta-/)
})

test('a token that is none comes without the word Bearer, as Okta sends it', async () => {
  const seen: (string | undefined)[] = []
  await tried(
    ({ next }) => next(),
    (authorization) => {
      seen.push(authorization)
      return authorization === `Bearer ${TOKEN}`
    },
  )
  expect([...new Set(seen)]).toEqual([`Bearer ${TOKEN}`, 'non-token'])
})
