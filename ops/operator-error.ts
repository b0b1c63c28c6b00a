/** What an operator can mend; the message is one sentence for that person. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}
