/** What the service answers instead of doing what it was asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** As the service names it. */
  readonly code: string
  /** Of the action of a transaction that is to blame. */
  readonly index: number | undefined

  constructor(status: number, code: string, message: string, index?: number) {
    super(message)
    this.status = status
    this.code = code
    this.index = index
  }
}

export const tableMissing = () => new Refusal(404, 'TableNotFound', 'The table specified does not exist.')
export const rowMissing = () => new Refusal(404, 'ResourceNotFound', 'The specified resource does not exist.')
export const serverBusy = () => new Refusal(503, 'ServerBusy', 'The server is busy.')
export const timedOut = () =>
  new Refusal(500, 'OperationTimedOut', 'The operation could not be completed within the permitted time.')
