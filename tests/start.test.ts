import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'

const script = join(__dirname, '..', 'dev', 'start.mjs')
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Started {
  readonly child: ChildProcess
  readonly output: { stdout: string; stderr: string }
  readonly exited: Promise<number | null>
}

function start(...given: readonly (string | Record<string, string>)[]): Started {
  const flags = given.filter((one) => typeof one === 'string')
  const env = Object.assign({}, process.env, ...given.filter((one) => typeof one !== 'string')) as NodeJS.ProcessEnv
  const child = spawn(process.execPath, [script, ...flags], { stdio: ['ignore', 'pipe', 'pipe'], env })
  children.push(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  return { child, output, exited: once(child, 'close').then(([code]) => code as number | null) }
}

/** Printed before anything is built. */
const SIGN_OF_LIFE = 'Rollcall is being built and started.\n'

const pause = () => new Promise((resolve) => setTimeout(resolve, 50))

/** What the command prints once it runs. */
async function ready({ child, output }: Started) {
  const printed =
    /^Tenant URL {4}(?<url>.+)\nSecret Token {2}(?<token>.+)\nSetup link {4}(?<link>.+)\nOperator {6}(?<operator>\S+)(?<how>.*)\n\nAs Entra ID {3}(?<curl>curl .+)\n(?<next>(?:.+\n)*)\n/m
  for (;;) {
    const said = printed.exec(output.stdout)?.groups
    if (said !== undefined)
      return said as Readonly<Record<'url' | 'token' | 'link' | 'operator' | 'how' | 'curl' | 'next', string>>
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`It ended with ${child.exitCode}: ${output.stderr}`)
    await pause()
  }
}

/** Ids of the Azurite processes that this process started. */
function azurites(child: ChildProcess): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).split('\n')
  const columns = lines.map((line) => line.trim().split(/\s+/))
  return columns
    .filter(([, parent, ...command]) => Number(parent) === child.pid && command.some((word) => word.endsWith('azurite.mjs')))
    .map(([id]) => Number(id))
}

/** Empty when there is no such process; Z when it has ended and only its parent has not noticed. */
function stateOf(id: number): string {
  try {
    return execFileSync('ps', ['-p', String(id), '-o', 'stat='], { encoding: 'utf8' }).trim()
  } catch {
    return '' // ps fails when there is none
  }
}

async function gone(id: number): Promise<void> {
  while (!['', 'Z'].includes(stateOf(id).slice(0, 1))) await pause()
}

test('npm start prints a tenant URL and a token that a probe of Entra ID is answered with, and a setup link; SIGTERM stops everything', async () => {
  const started = start('--memory', '--port', '0', '--tenant', 'acme')
  const { url, token, link, curl } = await ready(started)
  expect(url).toMatch(/^http:\/\/localhost:\d+\/scim\/acme$/)
  expect(curl).toContain(token)

  const probe = `${url}/Users?filter=${encodeURIComponent('userName eq "no-such-user"')}`
  const answer = await fetch(probe, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ totalResults: 0 })
  expect((await fetch(probe, { headers: { authorization: 'Bearer wrong-token' } })).status).toBe(401)

  const { origin } = new URL(url)
  const root = await fetch(origin, { redirect: 'manual' })
  expect([root.status, root.headers.get('location')]).toEqual([302, '/console'])
  const [address, text] = link.split('#link=')
  expect(address).toBe(`${origin}/console`)
  const session = await fetch(`${origin}/api/manage/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link: text }),
  })
  expect(session.status).toBe(201)
  expect(await session.json()).toMatchObject({ role: 'admin', tenant: { slug: 'acme', tenantUrl: url } })

  const [azurite, ...others] = azurites(started.child)
  expect(others).toEqual([])
  started.child.kill('SIGTERM')
  expect(await started.exited).toBe(0)
  expect(started.output.stderr).toBe('')
  await gone(azurite!)
})

test('whoever starts it is its operator, by the console and by an access token, and nobody from elsewhere is sent there', async () => {
  const { url, operator, how, next } = await ready(start('--memory', '--port', '0'))
  const { origin } = new URL(url)
  expect([operator, how]).toEqual([`${origin}/console`, ' signs you in without a password'])
  const commands = next.split('\n').map((line) => line.slice('As operator   '.length))
  const script = commands.filter((line) => /^(as_operator=|curl )/.test(line)).join(' &&\n')
  const answers = execFileSync('bash', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  for (const part of ['"slug":"demo"', '"value":"rk_', '"secret":"whsec_']) expect(answers).toContain(part)

  const page = await (await fetch(operator)).text()
  const { issuer, clientId } = JSON.parse(/\{[^{}]*"clientId"[^{}]*\}/.exec(page.replaceAll('&quot;', '"'))?.[0] ?? '') as Record<
    string,
    string
  >
  const { authorization_endpoint: authorize } = (await (
    await fetch(`${issuer}/.well-known/openid-configuration`)
  ).json()) as Record<string, string>
  const asked = (redirectUri: string) => {
    const parameters = {
      client_id: clientId ?? '',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: `api://${clientId}/.default`,
    }
    const pkce = { state: 'x', code_challenge: 'c'.repeat(43), code_challenge_method: 'S256' }
    return fetch(`${authorize}?${new URLSearchParams({ ...parameters, ...pkce }).toString()}`, { redirect: 'manual' })
  }
  expect((await asked(operator)).headers.get('location')).toMatch(new RegExp(`^${operator}\\?code=`))
  expect((await asked('http://localhost:1/console')).status).toBe(400)
})

test('settings that name a directory of operators stand', async () => {
  const id = '11111111-2222-4333-8444-555555555555'
  const started = start({ SIGN_IN_TENANT_ID: id, SIGN_IN_CLIENT_ID: id }, '--memory', '--port', '0')
  const { how, next } = await ready(started)
  expect([how, next]).toEqual(['', ''])
})

test('a vault of Azure in the environment is named and not used', async () => {
  const started = start({ KEY_VAULT_URL: 'https://contoso.vault.azure.net' }, '--memory', '--port', '0')
  await ready(started)
  expect(started.output.stderr).toBe(
    'KEY_VAULT_URL is set, and a local run does not use it: tables and tokens stay on this machine.\n',
  )
})

test('--help tells the flags and starts nothing', async () => {
  const started = start('--help', '--port', 'x')
  expect(await started.exited).toBe(0)
  expect(started.output.stderr).toBe('')
  for (const flag of ['--port', '--tenant', '--token', '--memory', '--demo']) expect(started.output.stdout).toContain(`  ${flag}`)
})

test('the bundle has a source map whose sources are there, so that breakpoints hold', () => {
  const bundle = join(__dirname, '..', 'dist', 'functions', 'index.js')
  expect(readFileSync(bundle, 'utf8')).toContain('\n//# sourceMappingURL=index.js.map')
  const { sources } = JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as { sources: string[] }
  const ours = sources
    .filter((source) => /^(\.\.\/)+(functions|shared)\//.test(source))
    .map((source) => join(dirname(bundle), source))
  expect(ours).toContain(join(__dirname, '..', 'functions', 'users.ts'))
  expect(ours.filter((path) => !existsSync(path))).toEqual([])
})

test('Azurite ends also when the command is killed', async () => {
  const started = start('--memory', '--port', '0', '--token', 'given-token')
  expect((await ready(started)).token).toBe('given-token')
  const [azurite] = azurites(started.child)
  started.child.kill('SIGKILL')
  await gone(azurite!)
})

test('when Azurite dies, the command says so and ends', async () => {
  const started = start('--memory', '--port', '0')
  await ready(started)
  process.kill(azurites(started.child)[0]!, 'SIGKILL')
  expect(await started.exited).toBe(1)
  expect(started.output.stderr).toBe('Azurite stopped unexpectedly.\n')
})

test('a port in use is one sentence and exit code 1', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const started = start('--memory', '--port', String(port))
  expect(await started.exited).toBe(1)
  expect(started.output).toEqual({ stdout: SIGN_OF_LIFE, stderr: `Port ${port} is in use; choose another with --port.\n` })
  server.close()
})

test('an unknown flag is one sentence and exit code 1', async () => {
  const started = start('--inmemory')
  expect(await started.exited).toBe(1)
  expect(started.output).toEqual({
    stdout: SIGN_OF_LIFE,
    stderr: "Unknown option '--inmemory'; the flags are --port, --tenant, --token, --memory and --demo.\n",
  })
})
