import http from 'node:http'
import { text as readText } from 'node:stream/consumers'
import type { Defect } from './defect'
import { handle, newStore, parseRequest } from './memory-server'
import type { ServerAnswer } from './memory-server'

/** The memory server on a port of its own, with or without a defect. For tests only. */
export interface RunningServer {
  readonly tenantUrl: string
  close(): Promise<void>
}

function write(response: http.ServerResponse, { status, headers, body, raw }: ServerAnswer): void {
  const source = raw ?? (body === undefined ? '' : JSON.stringify(body))
  response.writeHead(status, {
    ...(source === '' ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
    ...headers,
    'content-length': String(Buffer.byteLength(source)),
  })
  response.end(source)
}

/** Starts it on a free port of the loopback address. */
export async function startServer(defect?: Pick<Defect, 'alter'>): Promise<RunningServer> {
  const store = newStore()
  let used = false
  const once = () => {
    const first = !used
    used = true
    return first
  }
  const answerTo = (request: ReturnType<typeof parseRequest>) => {
    const next = (replaced = request) => handle(replaced, store)
    return defect === undefined ? next() : defect.alter({ request, store, next, once })
  }
  const serve = async (incoming: http.IncomingMessage, response: http.ServerResponse) => {
    const outcome = answerTo(parseRequest(incoming, await readText(incoming)))
    if (outcome === 'drop') incoming.socket.destroy()
    else if (outcome !== 'hang') write(response, outcome)
  }
  const server = http.createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    tenantUrl: `http://127.0.0.1:${port}/scim/test`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
