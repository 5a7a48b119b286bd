import type { CookieJar, RequestHeader, SetCookie } from '@encrypted-session/core'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Shows a Fastify request and reply to the core. Plain headers throughout, so that `@fastify/cookie` may be there or not.
 * A class, because V8 gives every object literal with a getter a hidden class of its own, which outlives the request and
 * keeps it in memory until the next full garbage collection.
 */
export class ReplyJar implements CookieJar {
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request
    this.#reply = reply
  }

  get secure(): boolean {
    return this.#request.protocol === 'https'
  }

  get(header: RequestHeader): string | undefined {
    const value = this.#request.headers[header]
    return Array.isArray(value) ? value.join('; ') : value
  }

  set({ text }: SetCookie): void {
    // After `reply.hijack()` Fastify no longer writes the headers that it collects.
    if (this.#reply.sent) this.#reply.raw.appendHeader('set-cookie', text)
    else this.#reply.header('set-cookie', text)
  }

  revise(header: string, change: (current: string | undefined) => string | undefined): void {
    const value = change(headerText(this.#reply.getHeader(header)))
    if (value === undefined) return
    if (this.#reply.sent) this.#reply.raw.setHeader(header, value)
    else this.#reply.header(header, value)
  }
}

function headerText(value: number | string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value?.toString()
}
