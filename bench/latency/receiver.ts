import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A product's end of webhooks on this machine. */
export interface Receiver {
  readonly url: string
  /** When the next message role.changed of that person says so, by performance.now(). */
  readonly told: (id: string, isDisabled: boolean) => Promise<number>
  readonly close: () => void
}

interface Message {
  readonly data: { readonly id: string; readonly role?: { readonly after: string } }
}

export async function startReceiver(): Promise<Receiver> {
  const waiting = new Map<string, (at: number) => void>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      response.writeHead(204).end()
      const { data } = JSON.parse(Buffer.concat(parts).toString()) as Message
      waiting.get(`${data.id} ${String(data.role?.after === 'Disabled')}`)?.(performance.now())
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    told: (id, isDisabled) =>
      new Promise((resolve) => {
        waiting.set(`${id} ${String(isDisabled)}`, resolve)
      }),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
