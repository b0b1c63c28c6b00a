import { Agent, request } from 'node:http'
import type { IncomingMessage } from 'node:http'

export interface Sent {
  readonly method: string
  /** Path and query, sent as they are. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
}

export interface Outcome {
  /** 0 when there was no answer. */
  readonly status: number
  readonly ms: number
  /** Empty unless it was asked for. */
  readonly text: string
  /** Why there was no answer. */
  readonly failure?: 'timeout' | 'broken'
}

export interface Client {
  readonly send: (sent: Sent, options?: { readonly keep?: boolean }) => Promise<Outcome>
  readonly close: () => void
}

/** Sends to one port of this machine, whatever the request says. @param maxMs after which an answer is waited for no more */
export function clientOf(port: number, { maxMs, keepAlive }: { readonly maxMs: number; readonly keepAlive: boolean }): Client {
  const agent = new Agent({ keepAlive })
  const once = (sent: Sent, keep: boolean) =>
    new Promise<Outcome & { reused: boolean }>((resolve) => {
      const started = performance.now()
      let reused = false
      const end = (outcome: Omit<Outcome, 'ms'>) => {
        clearTimeout(timer)
        resolve({ ...outcome, ms: performance.now() - started, reused })
      }
      const { method, path, body } = sent
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const headers = { ...sent.headers, ...length }
      const outgoing = request({ host: '127.0.0.1', port, agent, method, path, headers }, (answer) => {
        readText(answer, keep).then(
          (text) => {
            end({ status: answer.statusCode ?? 0, text })
          },
          () => {
            end({ status: 0, text: '', failure: 'broken' })
          },
        )
      })
      const timer = setTimeout(() => {
        end({ status: 0, text: '', failure: 'timeout' })
        outgoing.destroy()
      }, maxMs)
      outgoing.once('error', () => {
        reused = outgoing.reusedSocket
        end({ status: 0, text: '', failure: 'broken' })
      })
      outgoing.end(body)
    })
  return {
    async send(sent, { keep = false } = {}) {
      const first = await once(sent, keep)
      // A connection that rested may be closed by the server at the moment in which it is used again: nobody's defect.
      return first.failure === 'broken' && first.reused ? once(sent, keep) : first
    },
    close: () => {
      agent.destroy()
    },
  }
}

async function readText(answer: IncomingMessage, keep: boolean): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of answer as AsyncIterable<Buffer>) if (keep) parts.push(part)
  return Buffer.concat(parts).toString()
}
