/** An HTTP error as frameworks have them; some read `status`, some `statusCode`. Where yours has a class of its own, throw that instead. */
export class SuiteError extends Error {
  override readonly name = 'SuiteError'
  readonly status: number
  readonly statusCode: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
    this.statusCode = status
  }
}
