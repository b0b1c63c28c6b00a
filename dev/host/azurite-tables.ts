import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { StartError } from './start-options'

/** Azurite's account and key are the same everywhere and public: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const ACCOUNT = 'devstoreaccount1'
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export interface AzuriteTables {
  readonly connectionString: string
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>
  /** Sets its clock, in milliseconds since the epoch, where it was started with one that can be set. */
  setClock(ms: number): Promise<void>
  /** Lets it save and end. */
  stop(): Promise<void>
}

/** A port that was free a moment ago; with a number, that port, to fail on it early. */
export function freePort(port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const found = (server.address() as AddressInfo).port
      server.close(() => {
        resolve(found)
      })
    })
  })
}

/** Resolves when it says that it listens; rejects when it ends before. */
function listening(child: ChildProcess, ended: Promise<void>): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('successfully started')) resolve()
    })
    void ended.then(() => {
      reject(new StartError(`Azurite did not start: ${said.trim().split('\n').at(-1) || 'it said nothing'}`))
    })
  })
}

/**
 * Starts Azurite's table server as a child process that cannot outlive this one. In its own process group, so that Ctrl-C reaches it
 * only through stop(), after the last request was answered.
 * @param location folder of its files; undefined keeps them in memory
 * @param preload a module that is loaded into it, as the one that makes its clock one that can be set
 * @throws StartError when it ends instead of listening
 */
export async function startAzuriteTables(script: string, location: string | undefined, preload?: string): Promise<AzuriteTables> {
  const port = await freePort()
  const storage = location === undefined ? ['--inMemoryPersistence'] : ['--location', location]
  const args = ['--silent', '--disableTelemetry', '--tableHost', '127.0.0.1', '--tablePort', String(port), ...storage]
  const execArgv = preload === undefined ? [] : ['--require', preload]
  const child = fork(script, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true, execArgv })
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => {
      resolve()
    })
    child.once('exit', () => {
      resolve()
    })
  })
  const endpoint = `http://127.0.0.1:${port}/${ACCOUNT}`
  await listening(child, ended)
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};TableEndpoint=${endpoint};`,
    ended,
    async setClock(ms) {
      const answered = once(child, 'message')
      child.send(ms)
      await answered
    },
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
