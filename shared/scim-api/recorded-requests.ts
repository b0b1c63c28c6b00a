import { isObject, own } from '../scim/json'
import type { Refusal } from '../usage/refusal-rows'
import type { Reply } from '../http/exchange'
import { refusalOf } from '../http/error-reply'

const BY_RANDOM_GUID = /^\s*[\w.:-]+\s+eq\s+"[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}"\s*$/i

/** Whether it is Entra ID's test of the credentials: a query for a random GUID, which nothing matches. */
export function isProbe({ method, url }: { readonly method: string; readonly url: URL }, { body }: Reply): boolean {
  const filter = method === 'GET' ? url.searchParams.get('filter') : null
  return filter !== null && BY_RANDOM_GUID.test(filter) && isObject(body) && own(body, 'totalResults') === 0
}

/**
 * What an admin may want to know of a request that was let in and refused, by what was thrown. A GET that finds nothing is daily
 * life: Entra ID asks for people whom it deleted.
 */
export function refusalToRecord(method: string, error: unknown): Pick<Refusal, 'status' | 'reason'> | undefined {
  const { status, scimType } = refusalOf(error)
  if (status < 400 || status >= 500 || (status === 404 && method === 'GET')) return undefined
  return { status, reason: scimType ?? String(status) }
}
