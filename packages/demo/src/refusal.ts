/** Why the demo does not do what it was asked for. Fastify reads `statusCode`, Koa `status` and `expose`; the rest is for `errorAnswer`. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly status: number
  readonly statusCode: number
  readonly code: string
  /** The message is for the visitor. */
  readonly expose = true

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.statusCode = status
    this.code = code
  }
}

/** Logging out everywhere was asked of a demo without a revocation store. */
export function noRevocation(): Refusal {
  const message = 'Logging out everywhere needs a revocation store. Start the demo with REVOCATION=memory.'
  return new Refusal(501, 'DEMO_NO_REVOCATION', message)
}

/** A cookie was to be changed or copied, and it is not clear which. */
export function noCookie(): Refusal {
  return new Refusal(409, 'DEMO_NO_COOKIE', 'There is no session cookie, or more than one.')
}

/** Another site's page posted this. */
export function foreignOrigin(): Refusal {
  return new Refusal(403, 'DEMO_FOREIGN_ORIGIN', 'This request was started by another site.')
}
