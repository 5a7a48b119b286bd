import { NodeJar } from '@encrypted-session/core/node'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Shows a Fastify request and reply to the core. What the session writes goes past Fastify's own headers, to Node's response:
 * Fastify takes those of a `Response` after all hooks, and any hook may replace what an earlier one has set.
 */
export class ReplyJar extends NodeJar {
  readonly #request: FastifyRequest

  constructor(request: FastifyRequest, reply: FastifyReply) {
    super(request, reply.raw)
    this.#request = request
  }

  /** With `trustProxy`, what the proxy says. */
  override get secure(): boolean {
    return this.#request.protocol === 'https'
  }
}
