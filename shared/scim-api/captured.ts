import type { HttpRequest } from '@azure/functions'
import { bearerToken } from '../credentials/tokens/bearer'
import type { AnsweredRequest } from '../monitoring/capture/captured-request'
import { errorReply } from '../http/error-reply'
import type { Reply } from '../http/exchange'

/** Told what a request sent, once somebody has read it. */
export type OnBody = (bytes: Uint8Array) => void

interface Captured {
  readonly operation: string
  readonly request: HttpRequest
  readonly url: URL
  /** Must not fail. */
  readonly capture: (request: AnsweredRequest) => Promise<void>
}

/** Answers, and then captures request and answer, a refusal too. */
export async function answerCaptured(captured: Captured, answer: (onBody: OnBody) => Promise<Reply>): Promise<Reply> {
  const { operation, request, url, capture } = captured
  const started = performance.now()
  let body: Uint8Array | undefined
  const onBody: OnBody = (bytes) => {
    body = bytes
  }
  const captureReply = (reply: Reply) => {
    const { method, headers } = request
    const token = bearerToken(headers.get('authorization')) ?? ''
    const ms = Math.round(performance.now() - started)
    return capture({ operation, method, url, headers, token, body, status: reply.status, answer: reply.body, ms })
  }
  try {
    const reply = await answer(onBody)
    await captureReply(reply)
    return reply
  } catch (error) {
    await captureReply(errorReply(error))
    throw error
  }
}
