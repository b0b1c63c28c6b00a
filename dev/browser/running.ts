import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Where npm start is run: from the root of the repository. */
const root = process.cwd()

/** What `npm start -- --memory` has printed, and the end of it. */
export interface Running {
  readonly origin: string
  /** Of the tenant. */
  readonly slug: string
  readonly tenantUrl: string
  readonly token: string
  /** Opens the tenant's administration. */
  readonly setupLink: string
  readonly stop: () => Promise<void>
}

/** A run of all tests has built it already (tests/support/azurite.ts). */
const program = () =>
  process.env['TEST_IS_BUILT'] === 'true'
    ? ['-e', `require('./dist/dev/start.js').start(process.argv.slice(1))`, '--']
    : ['dev/start.mjs']

/** Starts the service as a newcomer does, with nothing stored, on a free port. Settings may be given by name. */
export async function startRunning(settings: Readonly<Record<string, string>> = {}, slug = 'demo'): Promise<Running> {
  const child = spawn(process.execPath, [...program(), '--memory', '--port', '0', '--tenant', slug], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  child.stderr.on('data', (bytes: Buffer) => said.push(bytes.toString()))
  const lines = createInterface({ input: child.stdout })
  const facts = new Map<string, string>()
  for await (const line of lines) {
    const [, name, value] = /^(Tenant URL|Secret Token|Setup link)\s+(\S+)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) facts.set(name, value)
    if (facts.size === 3) break
  }
  if (facts.size < 3) throw new Error(`npm start ended: ${said.join('')}`)
  child.stdout.resume() // the log goes on, and must not fill the pipe
  const tenantUrl = facts.get('Tenant URL') ?? ''
  return {
    origin: new URL(tenantUrl).origin,
    slug,
    tenantUrl,
    token: facts.get('Secret Token') ?? '',
    setupLink: facts.get('Setup link') ?? '',
    stop: () => stopped(child),
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
