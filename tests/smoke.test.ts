import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startServer } from '../dev/simulator/broken-server'
import type { RunningServer } from '../dev/simulator/broken-server'
import type { Defect, Situation } from '../dev/simulator/defect'
import { answer, listAnswer, refusal } from '../dev/simulator/memory-server'
import type { Store } from '../dev/simulator/memory-server'
import { runSmoke } from '../dev/smoke/smoke'
import { startService } from './support/service'

const token = 'a-secret-token'
const never = new AbortController().signal

async function smoke(url: string, given: { token?: string; timeoutMs?: number; signal?: AbortSignal } = {}) {
  const lines: string[] = []
  const options = { url, token: given.token ?? token, timeoutMs: given.timeoutMs ?? 60_000 }
  const passed = await runSmoke(options, (line) => lines.push(line), given.signal ?? never)
  return { passed, lines, last: lines.at(-1) ?? '' }
}

const stepNames = (lines: readonly string[]) => lines.map((line) => /^ok {4} {2}(.+?) +\d+ ms$/.exec(line)?.[1]).filter(Boolean)

describe('against Rollcall', () => {
  test('every step passes, each has its line, and nothing is left', async () => {
    const service = await startService()
    const tenant = service.tenant()
    const { passed, lines, last } = await smoke(`${tenant.url}/?aadOptscim062020`, { token: tenant.token })
    expect(last).toMatch(/^All 14 steps passed in \d+\.\d s, and what they made is deleted\.$/)
    expect(passed).toBe(true)
    expect(stepNames(lines)).toEqual([
      'Test Connection',
      'refuse another token',
      'create a user',
      'find the user by filter',
      'PATCH without the feature flag',
      'PATCH with the feature flag',
      'create a group',
      'add the user to the group',
      'read the group back',
      'disable the user',
      'restore the user',
      'delete the group',
      'delete the user',
      'find neither any more',
    ])
    for (const path of ['/Users', '/Groups']) expect((await tenant.send('GET', path)).body['totalResults']).toBe(0)
    await service.close()
  })

  test('a token that does not fit stops it at its first step', async () => {
    const service = await startService()
    const { passed, lines, last } = await smoke(service.tenant().url, { token: 'wrong-token' })
    await service.close()
    expect(passed).toBe(false)
    expect(last).toMatch(/^The step "Test Connection" failed: GET \/Users: wanted 200, came 401 with the detail ".+"\.$/)
    expect(lines.join('\n')).not.toContain('wrong-token')
  })
})

/** The small server knows no tokens; this lets it refuse a stranger as the check wants. */
function guarded(alter: Defect['alter']): Defect['alter'] {
  let filters = 0
  return (situation) => {
    if (situation.request.query.has('filter')) filters += 1
    return filters === 3 && situation.request.query.has('filter') ? refusal(401) : alter(situation)
  }
}

const servers: RunningServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

/** A server with a defect, and what it holds in the end. */
async function broken(alter: Defect['alter']): Promise<{ url: string; left: () => number }> {
  let store: Store | undefined
  const guardedAlter = guarded(alter)
  const server = await startServer({
    alter: (situation) => {
      store = situation.store
      return guardedAlter(situation)
    },
  })
  servers.push(server)
  return { url: server.tenantUrl, left: () => (store?.User.size ?? 0) + (store?.Group.size ?? 0) }
}

const is = ({ request }: Situation, method: string, kind: 'User' | 'Group') => request.method === method && request.kind === kind
const unfiltered = ({ request, store, next }: Situation) =>
  request.query.has('filter') ? listAnswer([...store.User.values()]) : next()

test('a correct server passes, so that the failures below are the defects', async () => {
  const { url, left } = await broken(({ next }) => next())
  expect((await smoke(url)).last).toMatch(/^All 14 steps passed/)
  expect(left()).toBe(0)
})

test.each<[string, string, string, Defect['alter']]>([
  [
    'POST fails',
    'create a user',
    'POST /Users: wanted 201, came 500 with the detail "Refused."',
    (situation) => (is(situation, 'POST', 'User') ? refusal(500) : situation.next()),
  ],
  [
    'POST makes the user and answers without an id',
    'create a user',
    'POST /Users: wanted an id, came none',
    (situation) => {
      const correct = situation.next()
      return is(situation, 'POST', 'User') ? answer(201, {}) : correct
    },
  ],
  ['the filter is ignored', 'find the user by filter', 'GET /Users: wanted totalResults 0, came 1', unfiltered],
  [
    'the first PATCH family is not understood',
    'PATCH without the feature flag',
    'wanted displayName "Smoke test, first change", came "Smoke test"',
    (situation) => (is(situation, 'PATCH', 'User') ? answer(204) : situation.next()),
  ],
  [
    'members are not kept',
    'read the group back',
    'wanted members ["',
    (situation) => (is(situation, 'PATCH', 'Group') ? answer(204) : situation.next()),
  ],
  [
    'the group disappears',
    'add the user to the group',
    'wanted 200 or 204, came 404',
    (situation) => {
      if (is(situation, 'PATCH', 'Group')) situation.store.Group.clear()
      return situation.next()
    },
  ],
  [
    'it repeats the token in its refusal',
    'create a group',
    'came 400 with the detail "Bearer [token]"',
    (situation) => (is(situation, 'POST', 'Group') ? answer(400, { detail: `Bearer ${token}` }) : situation.next()),
  ],
  [
    'the connection breaks',
    'create a group',
    'POST /Groups: wanted 201, came no answer (UND_ERR_SOCKET)',
    (situation) => (is(situation, 'POST', 'Group') ? 'drop' : situation.next()),
  ],
])(
  'when %s, it fails in the step "%s" with what was wanted and what came, and leaves nothing',
  async (_what, step, told, alter) => {
    const { url, left } = await broken(alter)
    const { passed, lines, last } = await smoke(url)
    expect(passed).toBe(false)
    expect(last).toContain(`The step "${step}" failed: `)
    expect(last).toContain(told)
    expect(lines.find((line) => line.startsWith('FAILED'))).toContain(step)
    expect(lines.join('\n')).not.toContain(token)
    expect(left()).toBe(0)
  },
)

test('a server that does not answer in time fails the step', async () => {
  const { url, left } = await broken((situation) => (is(situation, 'PATCH', 'User') ? 'hang' : situation.next()))
  const { last } = await smoke(url, { timeoutMs: 500 })
  expect(last).toMatch(
    /^The step "PATCH without the feature flag" failed: PATCH .+: wanted 200 or 204, came no answer in time\.$/,
  )
  expect(left()).toBe(0)
})

test('what cannot be deleted is named, and the rest is deleted all the same', async () => {
  const { url, left } = await broken((situation) => (is(situation, 'DELETE', 'Group') ? refusal(500) : situation.next()))
  const { passed, lines, last } = await smoke(url)
  expect(passed).toBe(false)
  expect(last).toContain('The step "delete the group" failed: ')
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^Delete by hand what \/Groups finds by displayName eq "rollcall-smoke-.+": .+ came 500 with the detail "Refused\."\.$/,
    ),
  )
  expect(left()).toBe(1)
})

test('a server that lets a stranger in fails', async () => {
  const server = await startServer()
  servers.push(server)
  expect((await smoke(server.tenantUrl)).last).toBe('The step "refuse another token" failed: GET /Users: wanted 401, came 200.')
})

test('nobody else’s user is deleted when the answer to POST was lost and the filter finds everybody', async () => {
  const { url, left } = await broken((situation) => {
    const { store, next } = situation
    if (!is(situation, 'POST', 'User')) return store.User.size > 0 ? unfiltered(situation) : next()
    store.User.set('other', { id: 'other', userName: 'somebody@example.invalid' })
    next()
    return 'drop'
  })
  expect((await smoke(url)).passed).toBe(false)
  expect(left()).toBe(1)
})

describe('the command', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  function command(...flags: readonly string[]) {
    const child = spawn(process.execPath, [join(__dirname, '..', 'dev', 'smoke.mjs'), ...flags], { stdio: 'pipe' })
    children.push(child)
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    return { child, output, exited: once(child, 'close').then(([code]) => code as number | null) }
  }

  test('ends with 0 when every step passes and with 1 when one fails', async () => {
    const good = await broken(({ next }) => next())
    const bad = await broken((situation) => (is(situation, 'PATCH', 'User') ? refusal(500) : situation.next()))
    const [passing, failing] = [command('--url', good.url, '--token', token), command('--url', bad.url, '--token', token)]
    expect(await passing.exited).toBe(0)
    expect(passing.output.stdout).toMatch(/\nAll 14 steps passed in .+\n$/)
    expect(await failing.exited).toBe(1)
    expect(failing.output.stdout).toMatch(/\nThe step "PATCH without the feature flag" failed: .+ came 500 .+\n$/)
    expect(passing.output.stderr + failing.output.stderr).toBe('')
  })

  test('deletes what it made when Ctrl-C stops it, also when that comes twice', async () => {
    let reached: () => void = () => undefined
    const hanging = new Promise<void>((resolve) => (reached = resolve))
    const { url, left } = await broken((situation) => {
      if (!is(situation, 'PATCH', 'Group')) return situation.next()
      reached()
      return 'hang'
    })
    const { child, output, exited } = command('--url', url, '--token', token)
    await hanging
    expect(left()).toBe(2)
    child.kill('SIGINT')
    child.kill('SIGINT')
    expect(await exited).toBe(1)
    expect(output.stdout).toMatch(/\nIt was stopped in the step "add the user to the group"\.\n$/)
    expect(left()).toBe(0)
  })

  test.each([
    ['no URL', ['--token', token], '--url takes the Tenant URL, http or https.'],
    ['no token', ['--url', 'https://example.invalid/scim/demo'], '--token takes the Secret Token, visible ASCII characters.'],
    ['a word too many', [token], 'The flags are --url, --token and --help.'],
  ])('%s is one sentence and exit code 1', async (_what, flags, sentence) => {
    const { output, exited } = command(...flags)
    expect(await exited).toBe(1)
    expect(output).toEqual({ stdout: '', stderr: `${sentence}\n` })
  })
})
