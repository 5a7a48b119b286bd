import {
  createSessions,
  type Keyring,
  parseKeyring,
  type Session,
  type SessionOf,
  type Sessions,
} from '@encrypted-session/core'
import { fastify, type FastifyRequest } from 'fastify'
import { expectTypeOf, test } from 'vitest'
import { encryptedSession } from './index.ts'

interface Profile {
  user?: { name: string }
  cart: { item: string; qty: number }[]
}

const keyring = (): Promise<Keyring> => parseKeyring(undefined)
const plain: Sessions = createSessions({ keyring })
const profile: Sessions<Profile> = createSessions({ keyring, initial: (): Profile => ({ cart: [] }) })

declare module 'fastify' {
  interface FastifyRequest {
    profileSession: SessionOf<typeof profile>
    plainSession: SessionOf<typeof plain>
  }
}

test('a declared session has the type of its data, not any', () => {
  expectTypeOf<FastifyRequest['profileSession']>().not.toBeAny()
  expectTypeOf<FastifyRequest['profileSession']['data']>().not.toBeAny()
  expectTypeOf<FastifyRequest['profileSession']['data']['cart']>().toEqualTypeOf<{ item: string; qty: number }[]>()
  expectTypeOf<FastifyRequest['profileSession']['data']['user']>().toEqualTypeOf<{ name: string } | undefined>()
  expectTypeOf<FastifyRequest['plainSession']['data']>().toEqualTypeOf<Record<string, unknown>>()
  expectTypeOf<FastifyRequest['plainSession']>().toEqualTypeOf<Session>()
})

test('handlers see the session that was declared', () => {
  fastify().get('/', (request) => {
    expectTypeOf(request.profileSession.data.cart[0]).toEqualTypeOf<{ item: string; qty: number } | undefined>()
    expectTypeOf(request.profileSession.subject).toEqualTypeOf<string | undefined>()
    // @ts-expect-error a typing error in a field is found
    request.profileSession.data.crat = []
    // @ts-expect-error the id is the library's to give
    request.profileSession.id = 'mine'
  })
})

test('the plugin takes any sessions, and nothing else', () => {
  const app = fastify()
  void app.register(encryptedSession, { sessions: profile })
  void app.register(encryptedSession, { sessions: plain, as: 'plainSession' })
  // @ts-expect-error sessions are needed
  void app.register(encryptedSession, { as: 'session' })
  // @ts-expect-error options of sessions are not sessions
  void app.register(encryptedSession, { sessions: { keyring } })
  // @ts-expect-error the options of another library
  void app.register(encryptedSession, { sessions: profile, secret: 'a password' })
})
