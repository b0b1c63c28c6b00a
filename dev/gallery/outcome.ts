/** The endpoint does not meet the requirement. The message says what came, `change` what to do about it; both are sentences. */
export class Unmet extends Error {
  override readonly name = 'Unmet'
  readonly change: string

  constructor(came: string, change: string) {
    super(came)
    this.change = change
  }
}

/** The requirement is not asked of this endpoint, or not in this run; the message is a sentence that says why. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable'
}

export type Result = 'passed' | 'failed' | 'warning' | 'not applicable' | 'not run'

/** A row of the table. */
export interface Finding {
  readonly requirement: string
  readonly result: Result
  /** What to change, or why it was not asked; empty when it passed. */
  readonly words: string
}
