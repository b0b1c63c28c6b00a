import { execFile, execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { isObject, type JsonObject } from '../../shared/scim/json'

export interface Bicep {
  /** Runs the command. Standard output and standard error, which holds every warning. Rejects when Bicep reports an error. */
  run(folder: string, args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }>
  /**
   * Asks one process of the CLI that stays, by JSON-RPC: each start of the command takes seconds of a processor, and a test asks often.
   * @returns the result; rejects with what Bicep reports
   */
  ask(method: string, params: JsonObject): Promise<JsonObject>
  close(): void
}

/** The Bicep CLI, or undefined when this machine has none and can fetch none. */
export function findBicep(): Bicep | undefined {
  let command: string
  try {
    command = execFileSync(process.execPath, [join(__dirname, '../../dev/bicep.mjs'), '--where'], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
  let server: Server | undefined
  return {
    run: (cwd, args) =>
      new Promise((resolve, reject) => {
        execFile(command, args, { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
          if (error === null) resolve({ stdout, stderr })
          else reject(new Error(`bicep ${args.join(' ')}\n${stderr}`))
        })
      }),
    ask: (method, params) => (server ??= startServer(command)).ask(method, params),
    close: () => server?.end(),
  }
}

interface Server {
  ask: Bicep['ask']
  end: () => void
}

/** Messages carry their length before them, as in the Language Server Protocol. */
function startServer(command: string): Server {
  const child = spawn(command, ['jsonrpc', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, { resolve: (result: JsonObject) => void; reject: (error: Error) => void }>()
  let received = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    for (let message = firstOf(received); message !== undefined; message = firstOf(received)) {
      received = received.subarray(message.end)
      const { id, result, error } = JSON.parse(message.text) as { id: number; result?: JsonObject; error?: JsonObject }
      const asked = waiting.get(id)
      waiting.delete(id)
      if (isObject(result)) asked?.resolve(result)
      else asked?.reject(new Error(JSON.stringify(error)))
    }
  })
  child.once('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('Bicep ended.'))
  })
  let asked = 0
  return {
    ask: (method, params) =>
      new Promise((resolve, reject) => {
        asked += 1
        waiting.set(asked, { resolve, reject })
        const text = JSON.stringify({ jsonrpc: '2.0', id: asked, method, params })
        child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
      }),
    end: () => child.kill(),
  }
}

function firstOf(bytes: Buffer): { readonly text: string; readonly end: number } | undefined {
  const begin = bytes.indexOf('\r\n\r\n') + 4
  if (begin < 4) return undefined
  const end = begin + Number(/Content-Length: (\d+)/i.exec(bytes.subarray(0, begin).toString())?.[1])
  return bytes.length < end ? undefined : { text: bytes.subarray(begin, end).toString(), end }
}
