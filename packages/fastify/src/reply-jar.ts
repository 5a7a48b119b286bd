import type { CookieJar } from '@encrypted-session/core'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Shows a Fastify request and reply to the core. Plain headers throughout, so that `@fastify/cookie` may be there or not. */
export function createReplyJar(request: FastifyRequest, reply: FastifyReply): CookieJar {
  return {
    get(header) {
      const value = request.headers[header]
      return Array.isArray(value) ? value.join('; ') : value
    },
    set({ text }) {
      // After `reply.hijack()` Fastify no longer writes the headers that it collects.
      if (reply.sent) reply.raw.appendHeader('set-cookie', text)
      else reply.header('set-cookie', text)
    },
    revise(header, change) {
      const value = change(headerText(reply.sent ? reply.raw.getHeader(header) : reply.getHeader(header)))
      if (value === undefined) return
      if (reply.sent) reply.raw.setHeader(header, value)
      else reply.header(header, value)
    },
    get secure() {
      return request.protocol === 'https'
    },
  }
}

function headerText(value: number | string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value?.toString()
}
