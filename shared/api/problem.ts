/** One wrong field of a request. */
export interface WrongField {
  /** JSON Pointer into the body, such as `/rules/3/groupId`, or the name of a parameter. */
  readonly path: string
  readonly detail: string
}

/** What the management API refuses for; the last part of a problem's `type`. */
export type ProblemKind =
  | 'invalid-request'
  | 'sign-in'
  | 'read-only'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'needs-confirmation'
  | 'stale'
  | 'snapshot-needed'
  | 'too-large'
  | 'media-type'
  | 'too-many-requests'
  | 'unavailable'
  | 'failed'

/** What is lost, and the value of the parameter `confirm` that says so is meant. */
export interface Confirmation {
  readonly confirm: string
  /** One or two sentences for people. */
  readonly harm: string
}

/** A refusal told to the client as problem details (RFC 9457). Anything else thrown is our defect. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly kind: ProblemKind
  readonly errors: readonly WrongField[]
  readonly headers: Readonly<Record<string, string>>
  readonly confirmation: Confirmation | undefined

  constructor(
    status: number,
    kind: ProblemKind,
    detail: string,
    more: {
      readonly errors?: readonly WrongField[]
      readonly headers?: Readonly<Record<string, string>>
      readonly confirmation?: Confirmation
    } = {},
  ) {
    super(detail)
    this.status = status
    this.kind = kind
    this.errors = more.errors ?? []
    this.headers = more.headers ?? {}
    this.confirmation = more.confirmation
  }
}

export const absent = (detail: string) => new Problem(404, 'not-found', detail)
export const conflict = (detail: string, errors: readonly WrongField[] = []) => new Problem(409, 'conflict', detail, { errors })
/** The change would do harm that the caller may not expect: it is done once that is confirmed. */
export const needsConfirmation = (confirmation: Confirmation) =>
  new Problem(
    409,
    'needs-confirmation',
    `${confirmation.harm} To do it all the same, repeat it with ?confirm=${confirmation.confirm}.`,
    {
      confirmation,
    },
  )
/** Somebody else saved after the version that the caller read. */
export const stale = (detail = 'Somebody else saved meanwhile. Read it again, then repeat your change.') =>
  new Problem(412, 'stale', detail)
export const invalid = (errors: readonly WrongField[]) =>
  new Problem(400, 'invalid-request', errors.map(({ path, detail }) => `${path} ${detail}`).join('; '), { errors })
export const tooManyRequests = (what: string, waitSeconds: number) =>
  new Problem(429, 'too-many-requests', `${what} Wait ${waitSeconds} s.`, { headers: { 'Retry-After': String(waitSeconds) } })
export const readOnly = (detail: string) => new Problem(403, 'read-only', detail)
