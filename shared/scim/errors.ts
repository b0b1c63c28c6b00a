/** The keywords of RFC 7644 section 3.12 and RFC 9865 section 2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount'

/** A refusal told to the client as the error message of RFC 7644 section 3.12. Anything else thrown is our defect. */
export class ScimError extends Error {
  override readonly name = 'ScimError'
  readonly status: number
  readonly scimType: ScimType | undefined
  /** Headers the answer must carry beside the body, such as Allow or Retry-After. */
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, scimType: ScimType | undefined, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail)
    this.status = status
    this.scimType = scimType
    this.headers = headers
  }
}

export const invalidFilter = (detail: string) => new ScimError(400, 'invalidFilter', detail)
export const invalidPath = (detail: string) => new ScimError(400, 'invalidPath', detail)
export const invalidSyntax = (detail: string) => new ScimError(400, 'invalidSyntax', detail)
export const invalidValue = (detail: string) => new ScimError(400, 'invalidValue', detail)
export const noTarget = (detail: string) => new ScimError(400, 'noTarget', detail)
export const tooMany = (detail: string) => new ScimError(400, 'tooMany', detail)
/** A write to a readOnly attribute, or a change of an immutable one. */
export const mutability = (detail: string) => new ScimError(400, 'mutability', detail)
/** The value is already held by another resource (RFC 7644 section 3.3). */
export const uniqueness = (detail: string) => new ScimError(409, 'uniqueness', detail)
export const notFound = (detail: string) => new ScimError(404, undefined, detail)
/** If-Match names another version than the one stored (RFC 7644 section 3.14). */
export const preconditionFailed = (detail: string) => new ScimError(412, undefined, detail)
/** Cannot be answered now, or the outcome is unknown: the client shall repeat it after so many seconds. */
export const unavailable = (detail: string, retryAfterSeconds: number) =>
  new ScimError(503, undefined, detail, { 'Retry-After': String(retryAfterSeconds) })
