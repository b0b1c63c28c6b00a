import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startGraph, type Call, type Graph, type GraphOptions } from './support/graph'

const script = join(__dirname, '..', 'ops', 'connect-entra.sh')
const template = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'
const secret = 'rs_+a "hard" one/%é$'

let folder: string
let graph: Graph
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'))
})
afterEach(async () => {
  await graph.close()
  rmSync(folder, { recursive: true })
})

function command(name: string, body: string) {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}`)
  chmodSync(join(folder, name), 0o755)
}

/** Stands in for the Azure CLI: `az cloud show`, and `az rest`, which asks the Graph at that origin and speaks as the real one does. */
const azureCli = (origin: string) => `
echo "$*" >>'${join(folder, 'az.log')}'
[ "$1" != cloud ] || { echo https://graph.microsoft.com/ && exit; }
while [ $# -gt 0 ]; do
  case $1 in --method) method=$2 ;; --url) url=$2 ;; --body) body=$2 ;; esac
  shift
done
answer=$(curl -sS -D '${join(folder, 'head')}' -X "$(echo "$method" | tr a-z A-Z)" \
  \${body:+--data-binary "$body"} "${origin}\${url#https://graph.microsoft.com}")
head=$(head -1 '${join(folder, 'head')}' | tr -d '\r' | cut -d ' ' -f 2-)
case $head in 2*) echo "$answer" ;; *) echo "ERROR: \${head#* }($answer)" >&2 && exit 1 ;; esac
`

async function graphThat(options: GraphOptions = {}) {
  graph = await startGraph(options)
  command('az', azureCli(graph.origin))
  command('sleep', `echo "$1" >>'${join(folder, 'sleeps')}'`)
}

/** Runs the script as somebody who is signed in at the stand-in. */
async function run(args: readonly string[], secrets: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: `${folder}${delimiter}${process.env['PATH']}`,
    TMPDIR: folder,
    ...secrets,
  }
  const child = spawn(script, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const done = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), done])
  const lines = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trim().split('\n') : []
  return { status, stdout, stderr, commands: lines('az.log'), sleeps: lines('sleeps') }
}

const where = ['--name', "Ana's app", '--url', 'https://host.example/scim/contoso']
const oauth = [...where, '--token-endpoint', 'https://host.example/oauth/contoso/token', '--client-id', 'client-1']
const bearer = () => run(['bearer', ...where], { SCIM_SECRET_TOKEN: secret })

const short = ({ method, path }: Call) => `${method} ${path.replace(/^\/v1\.0/, '').replace(/\?.*/, '')}`
const at = 'servicePrincipals/principal-1/synchronization'
const job = `${at}/jobs/scim.job.1`
/** All that it asks, in order, where nothing is there and all is made at once. */
const WHOLE = [
  'GET /servicePrincipals',
  `POST /applicationTemplates/${template}/instantiate`,
  'GET /servicePrincipals',
  `GET /${at}/jobs`,
  `POST /${at}/jobs`,
  `GET /${job}/schema`,
  `PUT /${job}/schema`,
  `PUT /${at}/secrets`,
  `POST /${job}/validateCredentials`,
  `POST /${job}/start`,
]
const bodyOf = (call: string) => graph.calls.find((one) => short(one) === call)?.body

describe('with a Secret Token', () => {
  test('it makes application, job and mapping, saves the token, tests and starts', async () => {
    await graphThat()
    const { status, stderr, sleeps } = await bearer()
    expect([status, stderr, sleeps]).toEqual([0, '', []])
    expect(graph.calls.map(short)).toEqual(WHOLE)
    expect(bodyOf(`POST /applicationTemplates/${template}/instantiate`)).toEqual({ displayName: "Ana's app" })
    expect(bodyOf(`POST /${at}/jobs`)).toEqual({ templateId: 'scim' })
    expect(bodyOf(`PUT /${at}/secrets`)).toEqual({
      value: [
        { key: 'BaseAddress', value: 'https://host.example/scim/contoso' },
        { key: 'SecretToken', value: secret },
      ],
    })
    expect(bodyOf(`POST /${job}/validateCredentials`)).toEqual({ useSavedCredentials: true })
  })

  test('people and groups are matched by objectId, and the rest of the schema stays', async () => {
    await graphThat()
    const before = structuredClone(graph.schema) as Schema
    await bearer()
    const [users, groups] = mappings(graph.schema as Schema)
    const matching = (one: Mapping | undefined) =>
      one?.attributeMappings.filter((row) => row.matchingPriority > 0).map((row) => [row.targetAttributeName, row.source.name])
    expect([matching(users), matching(groups)]).toEqual([[['externalId', 'objectId']], [['externalId', 'objectId']]])
    const names = (of: Schema) =>
      mappings(of).map(({ attributeMappings }) => attributeMappings.map((row) => row.targetAttributeName))
    expect(names(graph.schema as Schema)).toEqual(names(before))
  })

  test('the token is on no command line, in no output and in no file that stays', async () => {
    const token = 'rs_a-token'
    await graphThat({ refuse: ({ path }) => (path.endsWith('/secrets') ? [400, `No: ${token}`] : undefined) })
    const { status, commands, stdout, stderr } = await run(['bearer', ...where], { SCIM_SECRET_TOKEN: token })
    expect(status).toBe(1)
    expect(stderr).toContain('Microsoft Graph refused put')
    expect(stderr).toContain('No: …')
    expect(commands.join() + stdout + stderr).not.toContain(token)
    expect(readdirSync(folder).filter((name) => name.startsWith('tmp.'))).toEqual([])
  })
})

interface Row {
  readonly targetAttributeName: string
  readonly matchingPriority: number
  readonly source: { readonly name: string }
}
interface Mapping {
  readonly attributeMappings: readonly Row[]
}
interface Schema {
  readonly synchronizationRules: readonly { readonly objectMappings: readonly Mapping[] }[]
}
const mappings = (schema: Schema) => schema.synchronizationRules.flatMap(({ objectMappings }) => objectMappings)

test('with client credentials it saves what the portal asks for, by the names of Graph', async () => {
  await graphThat()
  const { status, commands } = await run(['client-credentials', ...oauth], { SCIM_CLIENT_SECRET: secret })
  expect(status).toBe(0)
  expect(graph.calls.map(short)).toEqual(WHOLE)
  expect(bodyOf(`PUT /${at}/secrets`)).toEqual({
    value: [
      { key: 'BaseAddress', value: 'https://host.example/scim/contoso' },
      { key: 'AuthenticationType', value: 'OAuth2ClientCredentialsGrant' },
      { key: 'Oauth2TokenExchangeUri', value: 'https://host.example/oauth/contoso/token' },
      { key: 'Oauth2ClientId', value: 'client-1' },
      { key: 'Oauth2ClientSecret', value: secret },
    ],
  })
  expect(commands.join()).not.toContain(secret)
})

test('with federation it stops where only the portal goes on, and starts when that is done', async () => {
  await graphThat()
  const first = await run(['federation', ...oauth])
  expect(first.status).toBe(2)
  expect(graph.calls.map(short)).toEqual(WHOLE.slice(0, 7))
  expect(first.stderr).toContain('Microsoft Graph cannot set workload identity federation')
  expect(first.stderr).toContain('Token endpoint     https://host.example/oauth/contoso/token\n  Client identifier  client-1')
  graph.calls.length = 0
  expect((await run(['federation', ...oauth, '--start'])).status).toBe(0)
  expect(graph.calls.map(short)).toEqual([WHOLE[0], ...WHOLE.slice(3, 4), ...WHOLE.slice(5, 6), ...WHOLE.slice(8)])
})

describe('Graph takes its time', () => {
  test('an application that is not found yet is waited for, not made twice', async () => {
    await graphThat({ unseen: 2, absent: 3 })
    const { status, sleeps } = await bearer()
    expect([status, sleeps]).toEqual([0, Array(5).fill('30')])
    expect(graph.principals).toHaveLength(1)
    expect(graph.calls.filter((call) => short(call) === `POST /${at}/jobs`)).toHaveLength(1)
  })

  test('one that it makes while it says that it does not is found', async () => {
    await graphThat({ lies: true, unseen: 1 })
    expect((await bearer()).status).toBe(0)
    expect(graph.principals).toHaveLength(1)
  })

  test('after five minutes it gives up', async () => {
    await graphThat({ unseen: 1000 })
    const { status, stderr, sleeps } = await bearer()
    expect([status, sleeps.length]).toEqual([1, 10])
    expect(stderr).toBe('The application is not there after five minutes. Run this again; it makes no second one once it is.\n')
  })

  test('what may have been done is not asked for again', async () => {
    await graphThat({ refuse: (call) => (call.method === 'POST' && call.path.endsWith('/jobs') ? [504, 'later'] : undefined) })
    const { status, stderr } = await bearer()
    expect([status, graph.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/jobs')).length]).toEqual([1, 1])
    expect(stderr).toContain('Microsoft Graph refused post')
  })
})

test('a second run makes nothing anew, saves the new secret and leaves a mapping that somebody changed', async () => {
  await graphThat()
  await bearer()
  const changed = JSON.parse(JSON.stringify(graph.schema).replaceAll('objectId', 'employeeId')) as unknown
  graph.schema = changed
  graph.calls.length = 0
  expect((await run(['bearer', ...where], { SCIM_SECRET_TOKEN: 'a-new-one' })).status).toBe(0)
  expect(graph.principals).toHaveLength(1)
  expect(graph.calls.map(short)).toEqual(WHOLE.filter((_, n) => ![1, 2, 4, 6].includes(n)))
  expect(JSON.stringify(bodyOf(`PUT /${at}/secrets`))).toContain('a-new-one')
  expect(graph.schema).toEqual(changed)
})

test('a connection that fails starts nothing, and says where to look', async () => {
  await graphThat({ refuse: ({ path }) => (path.endsWith('/validateCredentials') ? [400, 'InvalidCredentials'] : undefined) })
  const { status, stderr } = await bearer()
  expect(status).toBe(1)
  expect(stderr).toContain(
    "Entra ID could not sign in at https://host.example/scim/contoso. Rollcall's console tells what it refused",
  )
  expect(graph.calls.map(short)).not.toContain(`POST /${job}/start`)
})

test('whoever may not do it is told what Graph says', async () => {
  await graphThat({ refuse: ({ method }) => (method === 'POST' ? [403, 'Insufficient privileges'] : undefined) })
  const { status, stderr } = await bearer()
  expect(status).toBe(1)
  expect(stderr).toContain(
    'Microsoft Graph made no application: ERROR: Forbidden({"error":{"message":"Insufficient privileges"}})',
  )
})

test.each([
  [
    'another application',
    [{ id: 'x', displayName: "Ana's app", applicationTemplateId: null }],
    'There is another application of that name',
  ],
  [
    'several of that name',
    [1, 2].map((n) => ({ id: `x${n}`, displayName: "Ana's app", applicationTemplateId: template })),
    'There are several applications of that name',
  ],
])('%s is not touched', async (_, principals, sentence) => {
  await graphThat()
  graph.principals.push(...principals)
  const { status, stderr } = await bearer()
  expect([status, graph.calls.length]).toEqual([1, 1])
  expect(stderr).toContain(sentence)
})

test.each([
  [[], 'Give a method first: bearer, client-credentials or federation.'],
  [['bearer'], '--name is missing: give the name of the application.'],
  [['bearer', '--name'], '--name is without its value.'],
  [['bearer', '--name', 'x'], '--url is missing or no https URL: give the Tenant URL.'],
  [['federation', ...where], '--token-endpoint is missing or no https URL: give the Token endpoint.'],
  [['federation', ...where, '--token-endpoint', 'https://x.example'], '--client-id is missing: give the Client identifier.'],
  [['bearer', ...where], 'Set SCIM_SECRET_TOKEN to the Secret Token.'],
  [['client-credentials', ...oauth], 'Set SCIM_CLIENT_SECRET to the Client Secret.'],
  [['bearer', ...where, secret], 'There is no such flag or method; --help tells them.'],
])('%j is refused with one sentence, and nothing is asked', async (args, sentence) => {
  await graphThat()
  expect(await run(args)).toMatchObject({ status: 1, stderr: `${sentence}\n`, commands: [] })
})
