/** The vault did not answer, or answered 429 or 5xx: nothing is known about the token. */
export class VaultUnavailable extends Error {
  override readonly name = 'VaultUnavailable'
  readonly retryAfterSeconds: number

  constructor(message: string, options: { readonly retryAfterSeconds?: number | undefined; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.retryAfterSeconds = options.retryAfterSeconds ?? 10
  }
}

/** The app's identity may not read the vault, or could not sign in: for the operator to mend, never the client's fault. */
export class VaultForbidden extends Error {
  override readonly name = 'VaultForbidden'
}
