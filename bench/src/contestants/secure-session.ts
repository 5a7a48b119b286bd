import { randomBytes } from 'node:crypto'
import secureSessionPlugin from '@fastify/secure-session'
import { fastify } from 'fastify'
import type { Contestant } from '../contestant.ts'

const app = fastify()
await app.register(secureSessionPlugin, { key: randomBytes(32) })
await app.ready()

/** \@fastify/secure-session: XSalsa20-Poly1305 by libsodium, through the functions that it decorates a server with. */
export const secureSession: Contestant = {
  name: '@fastify/secure-session',
  answers: 'at once',
  pool: 2000,
  // It writes a timestamp into the object it is given, hence the copy.
  seal: (data) => app.encodeSecureSession(app.createSecureSession({ ...data })),
  open: (token) => app.decodeSecureSession(token),
  // The cast says what `open` has answered.
  data: (opened) => (opened as { data(): object }).data(),
  received: (token) => token,
  // @fastify/cookie writes values with encodeURIComponent.
  cookieValue: encodeURIComponent,
}
