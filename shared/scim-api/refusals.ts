import { ScimError } from '../scim/errors'

export function methodNotAllowed(allowed: readonly string[]): ScimError {
  return new ScimError(405, undefined, `This endpoint takes ${allowed.join(', ')}.`, { Allow: allowed.join(', ') })
}

export function notImplemented(what: string): ScimError {
  return new ScimError(501, undefined, `${what} is not supported by this service.`)
}
