import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** What `npm start` has printed, and the end of it. */
export interface Running {
  readonly origin: string
  /** Of the tenant. */
  readonly slug: string
  readonly tenantUrl: string
  readonly token: string
  /** Opens the tenant's administration. */
  readonly setupLink: string
  /** All that it said until it ran. */
  readonly printed: string
  readonly stop: () => Promise<void>
}

/** A run of all tests has built it already (tests/support/azurite.ts). */
const program = (root: string) =>
  process.env['TEST_IS_BUILT'] === 'true' && root === process.cwd()
    ? ['-e', `require('./dist/dev/start.js').start(process.argv.slice(1))`, '--']
    : ['dev/start.mjs']

interface Run {
  readonly slug?: string
  /** Nothing is stored unless others are given. */
  readonly flags?: readonly string[]
  /** Of a checkout. */
  readonly root?: string
}

/** Starts the service as a newcomer does, on a free port. Settings may be given by name. */
export async function startRunning(
  settings: Readonly<Record<string, string>> = {},
  { slug = 'demo', flags = ['--memory'], root = process.cwd() }: Run = {},
): Promise<Running> {
  const child = spawn(process.execPath, [...program(root), ...flags, '--port', '0', '--tenant', slug], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  child.stderr.on('data', (bytes: Buffer) => said.push(bytes.toString()))
  const { facts, printed } = await untilItRuns(child.stdout)
  if (facts.size < 3) throw new Error(`npm start ended: ${said.join('')}`)
  child.stdout.resume() // the log goes on, and must not fill the pipe
  const tenantUrl = facts.get('Tenant URL') ?? ''
  return {
    origin: new URL(tenantUrl).origin,
    slug,
    tenantUrl,
    token: facts.get('Secret Token') ?? '',
    setupLink: facts.get('Setup link') ?? '',
    printed,
    stop: () => stopped(child),
  }
}

/** Reads up to the end of what to try. */
async function untilItRuns(output: Readable): Promise<{ facts: ReadonlyMap<string, string>; printed: string }> {
  const facts = new Map<string, string>()
  const printed: string[] = []
  let blanks = 0
  for await (const line of createInterface({ input: output })) {
    printed.push(line)
    const [, name, value] = /^(Tenant URL|Secret Token|Setup link)\s+(\S+)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) facts.set(name, value)
    if (facts.size === 3 && line === '') blanks += 1
    if (blanks === 2) break
  }
  return { facts, printed: printed.join('\n') }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
