import {
  createSessions,
  type DeepReadonly,
  type Keyring,
  parseKeyring,
  type Session,
  type Sessions,
} from '@encrypted-session/core'
import { type NextFetchEvent, type NextProxy, type NextRequest, NextResponse } from 'next/server.js'
import { expectTypeOf, test } from 'vitest'
import { sessionProxy, updateSession } from './proxy.ts'

interface Visit {
  cart: { item: string }[]
}

const keyring = (): Promise<Keyring> => parseKeyring(undefined)
const sessions: Sessions<Visit> = createSessions({ keyring, initial: (): Visit => ({ cart: [] }) })

test('is what Next calls a proxy, with a handler and without', () => {
  expectTypeOf(sessionProxy(sessions)).toExtend<NextProxy>()
  expectTypeOf(sessionProxy(sessions, () => NextResponse.next())).toExtend<NextProxy>()
})

test('the handler gets the request, a view that cannot be changed, and the event', () => {
  sessionProxy(sessions, (request, view, event) => {
    expectTypeOf(request).toEqualTypeOf<NextRequest>()
    expectTypeOf(view.data).toEqualTypeOf<DeepReadonly<Visit>>()
    expectTypeOf(view.subject).toEqualTypeOf<string | undefined>()
    expectTypeOf(event).toEqualTypeOf<NextFetchEvent>()
    expectTypeOf(view.data.cart).not.toHaveProperty('push')
    expectTypeOf(view).not.toHaveProperty('regenerate')
    // @ts-expect-error the proxy only looks
    view.data = { cart: [] }
  })
})

test('updateSession takes the request of the handler, and answers what the callback does', () => {
  sessionProxy(sessions, async (request) => {
    const count = await updateSession(sessions, request, (session) => {
      expectTypeOf(session).toEqualTypeOf<Session<Visit>>()
      return session.data.cart.push({ item: 'tea' })
    })
    expectTypeOf(count).toEqualTypeOf<number>()
    // @ts-expect-error a Request is not the one that Next gives to its proxy
    await updateSession(sessions, new Request(request.url), () => {})
    // @ts-expect-error the form for actions
    await updateSession(sessions, () => {})
  })
})

test('the handler may answer a response, or nothing, now or later', () => {
  sessionProxy(sessions, () => {})
  sessionProxy(sessions, async () => {})
  sessionProxy(sessions, async (request) => NextResponse.redirect(request.url))
  sessionProxy(sessions, (_request, view) =>
    view.subject === undefined ? new Response(null, { status: 401 }) : undefined,
  )
  // @ts-expect-error true is no answer
  sessionProxy(sessions, () => true)
})
