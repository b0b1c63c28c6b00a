/** Why the API refused, as problem details (RFC 9457) say it. `message` is a sentence for people. */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** 0: nothing answered. */
  readonly status: number
  /** The last part of `type`, such as `stale`. */
  readonly kind: string
  readonly fields: readonly { readonly path: string; readonly detail: string }[]

  /** What would be lost, where it is done only once that was confirmed. */
  readonly harm: string | undefined

  constructor(
    status: number,
    kind: string,
    detail: string,
    { fields = [], harm }: Partial<Pick<Problem, 'fields' | 'harm'>> = {},
  ) {
    super(detail)
    this.status = status
    this.kind = kind
    this.fields = fields
    this.harm = harm
  }

  /** What is wrong with the field at the JSON Pointer, if that is said. */
  at(path: string): string | undefined {
    return this.fields.find((field) => field.path === path)?.detail
  }
}

interface Details {
  readonly type?: unknown
  readonly detail?: unknown
  readonly errors?: unknown
  readonly harm?: unknown
}

export function problemOf(response: Response, body: unknown): Problem {
  const { type, detail, errors, harm } = (typeof body === 'object' && body !== null ? body : {}) as Details
  const kind = typeof type === 'string' ? (type.split(':').at(-1) ?? '') : ''
  const fields = Array.isArray(errors) ? (errors as Problem['fields']) : []
  const sentence = typeof detail === 'string' ? detail : `The service answered ${response.status} without a reason.`
  return new Problem(response.status, kind, sentence, { fields, harm: typeof harm === 'string' ? harm : undefined })
}

export function networkProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem(0, 'unreachable', 'The service cannot be reached. Check your connection and try again.')
}

/** What was thrown, as something to show. A defect of this page is told as one. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  console.error(error)
  return new Problem(0, 'failed', 'This page has a defect. Reload it; if that does not help, tell support what you did.')
}
