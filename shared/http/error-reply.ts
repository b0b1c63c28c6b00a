import { VaultForbidden, VaultUnavailable } from './outage'
import { ScimError, unavailable } from '../scim/errors'
import { StorageForbidden, StorageUnavailable } from '../storage/unavailable'
import type { Reply } from './exchange'
import { ERROR_URN } from './messages'

/** The answer to whatever was thrown: a ScimError as it is, an outage as 503, anything else as a 500 that tells nothing. */
export function errorReply(error: unknown): Reply {
  const { status, scimType, message, headers } = refusalOf(error)
  const body = { schemas: [ERROR_URN], status: String(status), ...(scimType && { scimType }), detail: message }
  return { status, headers, body }
}

/** An outage of ours is never 401, 404 or an empty list: those would put Entra ID's job in quarantine or delete people. */
export function refusalOf(error: unknown): ScimError {
  if (error instanceof ScimError) return error
  if (error instanceof StorageUnavailable)
    return unavailable('Storage is busy or cannot be reached. Repeat the request.', error.retryAfterSeconds)
  if (error instanceof VaultUnavailable)
    return unavailable('The key vault cannot be reached. Repeat the request.', error.retryAfterSeconds)
  if (error instanceof VaultForbidden)
    return unavailable(
      'The key vault does not give what this service needs. Its operator finds in the log what to mend there.',
      60,
    )
  if (error instanceof StorageForbidden)
    return unavailable('This service may not use its tables. Its operator has to grant the role.', 60)
  return new ScimError(500, undefined, 'The service failed. Its operator finds the reason in the logs.')
}

/** Whether an answer tells of a failure of ours. 501 is one that is meant: the client asked for what this service does not have. */
export const isFailureStatus = (status: number) => status >= 500 && status !== 501

export interface ErrorFacts {
  readonly error: string
  readonly message?: string | undefined
  readonly code?: string | undefined
  /** What storage or the vault answered. Not `status`: that of the request stands beside it in a line of the log. */
  readonly upstreamStatus?: number | undefined
  /** Frames of the stack. */
  readonly places?: readonly string[]
}

/**
 * What a log may say of an error: messages of storage and JSON errors quote keys and bodies, which are personal data, so
 * names, codes and our own places in the code have to do. Only messages of our own that an operator acts on are told.
 */
export function describeError(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const upstreamStatus = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined
  return {
    error: error.name,
    message: speaksToOperator(error) ? error.message : undefined,
    code,
    upstreamStatus,
    places: placesOf(error),
  }
}

/** Errors whose messages name settings, secrets, roles and codes, and never a value. */
function speaksToOperator(error: Error): boolean {
  return (
    error.name === 'ConfigError' ||
    error.name === 'RoundsMissed' ||
    error instanceof VaultForbidden ||
    error instanceof VaultUnavailable ||
    error instanceof StorageForbidden ||
    error instanceof StorageUnavailable
  )
}

/** The frames of the stack, which stand behind the message; a message of several lines may look like frames. */
function placesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message)
  if (start < 0) return []
  const lines = stack.slice(start + message.length).split('\n')
  return lines
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .map((line) => line.trim())
}
