import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createServer, Socket } from 'node:net'
import { tmpdir } from 'node:os'

/** The emulator's well-known account (not a secret). */
const ACCOUNT = 'devstoreaccount1'
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

/** Each test file takes one, so that no service follows the tenants of another file. */
export const TEST_ACCOUNTS = Array.from({ length: 400 }, (_, i) => `test${i}`)

const MAX_ATTEMPTS = 5
const START_TIMEOUT_MS = 30_000

/** As far as it is asked for here. */
interface JestRun {
  /** Names of files that were given. */
  readonly testPathPatterns: { readonly patterns: readonly string[] }
}

/**
 * jest's globalSetup: one table server in memory for all test files. A run given TEST_TABLES_CONNECTION_STRING uses that
 * server instead; in watch mode this is the one started by the first run.
 */
export default async function setup({ testPathPatterns }: JestRun): Promise<void> {
  if (testPathPatterns.patterns.length === 0) buildForAll()
  if (process.env['TEST_TABLES_CONNECTION_STRING'] !== undefined) return
  Object.assign(process.env, { TEST_TABLES_CONNECTION_STRING: await startAzurite(), TEST_TABLES_STARTED: 'true' })
}

/** A run of all tests starts the service a dozen times over the same sources, so it is built once. */
function buildForAll(): void {
  const script = `import('./dev/build.mjs').then(({ build, LOCAL_PROGRAMS }) => build(LOCAL_PROGRAMS))`
  execFileSync(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit'] })
  process.env['TEST_IS_BUILT'] = 'true'
}

/** Starts Azurite's table server and answers with its connection string. The server ends with this process, however that ends. */
export async function startAzurite(): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    try {
      await started(spawnAzurite(port))
      return `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${ACCOUNT_KEY};TableEndpoint=http://127.0.0.1:${port}/${ACCOUNT};`
    } catch (error) {
      if (attempt === MAX_ATTEMPTS) throw error // otherwise somebody took the port between the look and the start
    }
  }
}

/** Preloaded into the child: its channel to us closes when we end, even by SIGKILL, and then it ends as well. */
const endWithParent = `data:text/javascript,process.on('disconnect',()=>process.exit())`

function spawnAzurite(port: number): ChildProcess {
  const main = require.resolve('azurite/dist/src/table/main.js')
  const options = [
    '--silent',
    '--inMemoryPersistence',
    '--disableTelemetry',
    '--tableHost',
    '127.0.0.1',
    '--tablePort',
    String(port),
  ]
  return spawn(process.execPath, ['--import', endWithParent, main, ...options], {
    cwd: tmpdir(), // it leaves files where it stands
    env: {
      ...process.env,
      AZURITE_ACCOUNTS: [ACCOUNT, ...TEST_ACCOUNTS].map((account) => `${account}:${ACCOUNT_KEY}`).join(';'),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

/** Waits until the server says that it listens, then lets go of the child so that it does not keep this process alive. */
async function started(child: ChildProcess): Promise<void> {
  let output = ''
  const timer = setTimeout(() => child.kill(), START_TIMEOUT_MS)
  try {
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        output += chunk.toString()
        if (output.includes('successfully started')) resolve()
      }
      child.stdout?.on('data', read)
      child.stderr?.on('data', read)
      child.once('error', reject)
      child.once('exit', () => {
        reject(new Error(`Azurite did not start: ${output}`))
      })
    })
  } finally {
    clearTimeout(timer)
  }
  child.unref()
  child.channel?.unref()
  for (const stream of [child.stdout, child.stderr]) {
    if (stream instanceof Socket) stream.unref()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port)
        else reject(new Error('No port'))
      })
    })
  })
}
