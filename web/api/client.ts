import createClient, { type Middleware } from 'openapi-fetch'
import { endSession, sessionToken } from './session-token'
import type { operations, paths } from './openapi'
import { networkProblem, problemOf } from './problem'

/** What an operation of the management API answers, by its id: Answer<'readPerson'>. */
export type Answer<Id extends keyof operations> = Json<operations[Id]['responses']>
type Json<Responses> = {
  [Status in keyof Responses]: Responses[Status] extends { content: { 'application/json': infer Body } } ? Body : never
}[keyof Responses]

/** One entry of a list that is answered page by page. */
export type Item<Id extends keyof operations> = Answer<Id> extends { readonly items: readonly (infer One)[] } ? One : never

/** Whoever comes by a link may have another session yet, which a link that does not work leaves alone. */
const isComing = ({ method, url }: Request) => method === 'POST' && url.endsWith('/api/manage/session')

const withSession: Middleware = {
  onRequest({ request }) {
    const token = isComing(request) ? undefined : sessionToken()
    if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`)
    return request
  },
  onResponse({ request, response }) {
    if (response.status === 401 && request.headers.has('Authorization')) endSession('ended')
    return undefined
  },
}

/** The management API, typed by its own OpenAPI document. `answered` makes an answer or a Problem of each call. */
export const api = createClient<paths>({ baseUrl: location.origin })
api.use(withSession)

/**
 * Signs out of this tab at once. A session of a setup link ends on the server as well, for every tab that took it over; where the
 * server is not reached it ends by itself. That of an operator is a token of Entra ID, which only ends by itself.
 */
export function signOut(kind: Answer<'readSession'>['kind']): void {
  const token = sessionToken() ?? ''
  endSession('signed out')
  if (kind !== 'link') return
  const headers = { Authorization: `Bearer ${token}` }
  fetch('/api/manage/session', { method: 'DELETE', headers, keepalive: true }).catch((error: unknown) => {
    console.error(error)
  })
}

/**
 * The body of the answer.
 * @throws Problem when the API refuses, or cannot be reached
 */
export async function answered<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const result = await call.catch((error: unknown) => {
    throw networkProblem(error)
  })
  if (!result.response.ok) throw problemOf(result.response, result.error)
  return result.data as T
}

/**
 * Fetches a file of the API, such as a CSV, and hands it to the browser to save. A link alone could not send the session.
 * @throws Problem as answered
 */
export async function download(path: string, fileName: string): Promise<void> {
  const token = sessionToken() ?? ''
  const response = await fetch(path, { headers: { Authorization: `Bearer ${token}` } }).catch((error: unknown) => {
    throw networkProblem(error)
  })
  if (response.status === 401) endSession('ended')
  if (!response.ok) throw problemOf(response, await response.json().catch(() => undefined))
  const file = await response.blob().catch((error: unknown) => {
    throw networkProblem(error)
  })
  const url = URL.createObjectURL(file)
  const link = Object.assign(document.createElement('a'), { href: url, download: fileName })
  link.click()
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, 60_000)
}
