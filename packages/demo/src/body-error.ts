import { Refusal } from './refusal.ts'

/** A body that a route does not accept. */
export class BodyError extends Refusal {
  override readonly name = 'BodyError'
  /** The same as `message`, for those who write JSON: it names the field. */
  readonly detail: string

  constructor(detail: string, message: string) {
    super(400, 'DEMO_BODY_INVALID', message)
    this.detail = detail
  }
}

/** For what no visitor could have filled in. */
export function notFromPage(detail: string): BodyError {
  return new BodyError(detail, 'It did not arrive as this page sends it. Go back and try again.')
}
