import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

jest.setTimeout(240_000) // of a machine that has other work; on a quiet one each step takes a second

const root = join(__dirname, '..')
/** A copy, so that nobody's sources change under them. */
const copy = mkdtempSync(join(tmpdir(), 'rollcall-dev-test-'))
const DISCOVERY = join(copy, 'shared/scim-api/discovery.ts')
const original = readFileSync(join(root, 'shared/scim-api/discovery.ts'), 'utf8')

let child: ChildProcess
let output = ''
/** Called when it printed something or ended. */
let more: () => void = () => undefined
let url = ''
let token = ''
let link = ''

beforeAll(async () => {
  for (const path of ['dev', 'functions', 'shared', 'web', 'package.json', 'tsconfig.json'])
    cpSync(join(root, path), join(copy, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  // A group of its own, as a terminal gives a command one.
  child = spawn(process.execPath, ['dev/dev.mjs', '--memory', '--port', '0', '--inspect=0'], {
    cwd: copy,
    stdio: 'pipe',
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      more()
    })
  }
  child.once('close', () => {
    more()
  })
  const printed = await said(/^Tenant URL {4}(.+)\nSecret Token {2}(.+)\nSetup link {4}(.+)\n/m)
  ;[, url = '', token = '', link = ''] = printed
})

afterAll(() => {
  if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL')
  rmSync(copy, { recursive: true })
})

/** What the command printed after its first `from` characters, once it matches. */
async function said(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(output.slice(from))
    if (found !== null) return found
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${output}`)
    await new Promise<void>((resolve) => (more = resolve))
  }
}

async function save(file: string, text: string, pattern = /running again after/): Promise<string> {
  const from = output.length
  writeFileSync(file, text)
  await said(pattern, from)
  return output.slice(from)
}

async function get(path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
  return (await answer.json()) as Record<string, unknown>
}

/** Process ids of everything below a process. */
function descendants(id: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] => pairs.flatMap(([pid, ppid]) => (ppid === parent ? [pid!, ...below(pid!)] : []))
  return below(id)
}

function isThere(id: number): boolean {
  try {
    return !execFileSync('ps', ['-p', String(id), '-o', 'stat='], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false // ps fails when there is none
  }
}

const changed = original.replace("'Secret token'", "'Changed while it ran'")

test('a change of shared/ is served by itself, with the people, the token and the setup link of before', async () => {
  const person = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ann@contoso.example' }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  expect((await fetch(`${url}/Users`, { method: 'POST', headers, body: JSON.stringify(person) })).status).toBe(201)

  await save(DISCOVERY, changed)
  expect(JSON.stringify(await get('/ServiceProviderConfig'))).toContain('Changed while it ran')
  expect(await get('/Users')).toMatchObject({ totalResults: 1, Resources: [{ userName: 'ann@contoso.example' }] })
  const session = await fetch(new URL('/api/manage/session', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link: link.split('#link=')[1] }),
  })
  expect(session.status).toBe(201)
})

test('what cannot be built is told with its place, what ran before goes on, and the next save is served', async () => {
  const told = await save(DISCOVERY, `const a = = 1\n${original}`, /goes on until the next change/)
  expect(told).toContain('shared/scim-api/discovery.ts:1:10: ERROR: Unexpected "="')
  expect(JSON.stringify(await get('/ServiceProviderConfig'))).toContain('Changed while it ran')

  await save(DISCOVERY, original)
  expect(JSON.stringify(await get('/ServiceProviderConfig'))).not.toContain('Changed while it ran')
})

test('what ends while it starts says why, with the place in the source, and the next save is served', async () => {
  const told = await save(DISCOVERY, `${original}\nthrow new Error('Thrown while it loads')\n`, /the next change starts it again/)
  expect(told).toContain('Thrown while it loads')
  expect(told).toMatch(new RegExp(`shared/scim-api/discovery.ts:${original.split('\n').length + 1}`))
  await save(DISCOVERY, original)
  expect(await get('/Users')).toMatchObject({ totalResults: 1 })
})

test('a debugger may attach to what runs now, and its breakpoints are lines of the sources', async () => {
  const ports = [...output.matchAll(/^Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//gm)].map(([, port]) => port)
  const targets = await (await fetch(`http://127.0.0.1:${ports.at(-1) ?? ''}/json/list`)).json()
  expect(targets).toHaveLength(1)

  const bundle = join(copy, 'dist/dev/functions/index.js')
  expect(readFileSync(bundle, 'utf8')).toContain('\n//# sourceMappingURL=index.js.map')
  const { sources } = JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as { sources: string[] }
  const paths = sources.map((source) => join(dirname(bundle), source))
  expect(paths).toContain(DISCOVERY)
  expect(paths.filter((path) => !existsSync(path))).toEqual([])
})

test('a change of web/ is in the console', async () => {
  const page = join(copy, 'web/index.html')
  await save(page, readFileSync(page, 'utf8').replace('</head>', '<meta name="changed" content="yes"></head>'))
  expect(await (await fetch(new URL('/console', url))).text()).toContain('<meta name="changed" content="yes">')
})

test('Ctrl-C ends it and every process it started', async () => {
  const processes = descendants(child.pid!)
  expect(processes.length).toBeGreaterThanOrEqual(3) // esbuild, Azurite, the service
  process.kill(-child.pid!, 'SIGINT')
  const [code] = (await once(child, 'close')) as [number | null]
  expect(code).toBe(0)
  expect(processes.filter(isThere)).toEqual([])
})
