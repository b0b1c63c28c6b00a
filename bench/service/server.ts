import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { clientOf, type Client } from './exchange'
import type { Answered, Counted, Ready } from './protocol'

const MAX_START_MS = 60_000
const MAX_COUNT_MS = 300_000

export interface Server {
  readonly pid: number
  readonly port: number
  /** A client whose connections end with the server. @param maxMs after which it waits for an answer no more */
  readonly client: (maxMs: number, keepAlive?: boolean) => Client
  /** What was counted since the call before. Waits while the server's event loop stands still. */
  readonly count: () => Promise<Counted>
  /** Ends it at once, whatever it is doing. */
  readonly kill: () => Promise<void>
}

/** Child processes that still run; they end with this one, however it ends. */
const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/**
 * Starts serve.js with a build of the service.
 * @throws Error when it does not listen
 */
export async function startServer(script: string, bundle: string, env: NodeJS.ProcessEnv): Promise<Server> {
  const child = fork(script, [bundle], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  children.add(child)
  let isWanted = true
  const ended = once(child, 'exit').then(([code, signal]) => {
    children.delete(child)
    if (isWanted) console.error(`The service ended by itself: ${String(signal ?? code)}.`)
  })
  const { port } = await ready(child)
  const clients: Client[] = []
  let asked = 0
  return {
    pid: child.pid ?? 0,
    port,
    client(maxMs, keepAlive = true) {
      const client = clientOf(port, { maxMs, keepAlive })
      clients.push(client)
      return client
    },
    count() {
      asked += 1
      return counted(child, asked)
    },
    async kill() {
      isWanted = false
      for (const client of clients) client.close()
      child.kill('SIGKILL')
      await ended
    },
  }
}

function ready(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The service did not start within ${MAX_START_MS / 1000} s.`))
    }, MAX_START_MS)
    child.once('message', (message) => {
      clearTimeout(timer)
      resolve(message as Ready)
    })
    child.once('exit', () => {
      clearTimeout(timer)
      reject(new Error('The service ended instead of starting.'))
    })
  })
}

function counted(child: ChildProcess, id: number): Promise<Counted> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop(reject, new Error(`The service did not say what it counted within ${MAX_COUNT_MS / 1000} s.`))
    }, MAX_COUNT_MS)
    const gone = () => {
      stop(reject, new Error('The service ended.'))
    }
    const take = (message: unknown) => {
      const answer = message as Answered
      if (answer.id === id) stop(resolve, answer.counted)
    }
    function stop<T>(settle: (value: T) => void, value: T): void {
      clearTimeout(timer)
      child.off('message', take)
      child.off('exit', gone)
      settle(value)
    }
    child.on('message', take)
    child.once('exit', gone)
    if (child.connected)
      child.send({ kind: 'count', id }, (error) => {
        if (error !== null) gone()
      })
    else gone()
  })
}
