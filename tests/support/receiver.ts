import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A webhook as it came. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  /** As it was signed. */
  readonly text: string
  readonly id: string
  readonly type: string
  readonly seq: number
  /** Of the person or group. */
  readonly about: string
  readonly data: Readonly<Record<string, unknown>>
  /** What the receiver answered. */
  readonly status: number
}

/** A status to answer with; 0 never answers. */
type Answer = number | Promise<number>

export interface Receiver {
  readonly url: string
  /** Everything that came, refused deliveries included. */
  readonly received: Received[]
  /** Those that were answered 2xx. */
  accepted(): Received[]
  /** Decides the answer to each delivery; 204 to all at first. */
  answer: (delivery: Omit<Received, 'status'>) => Answer
  close(): Promise<void>
}

/** The product's side of webhooks: an HTTP server that notes what comes and answers as told. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    accepted: () => receiver.received.filter(({ status }) => status >= 200 && status < 300),
    answer: () => 204,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const text = Buffer.concat(parts).toString()
    const { type, data } = JSON.parse(text) as { type: string; data: Record<string, unknown> }
    const { headers } = request
    const facts = {
      headers,
      text,
      type,
      data,
      id: String(headers['webhook-id']),
      seq: Number(data['seq']),
      about: String(data['id']),
    }
    const status = await receiver.answer(facts)
    receiver.received.push({ ...facts, status })
    if (status === 0) return
    response.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end()
  }

  return receiver
}
