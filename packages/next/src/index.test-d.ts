import {
  createSessions,
  type DeepReadonly,
  type Keyring,
  parseKeyring,
  type Session,
  type Sessions,
} from '@encrypted-session/core'
import type { NextRequest } from 'next/server.js'
import { expectTypeOf, test } from 'vitest'
import { readSession, type RouteHandler, updateSession, withSession } from './index.ts'

interface Visit {
  user?: { name: string }
  cart: { item: string; qty: number }[]
  seen: Map<string, Date>
}

const keyring = (): Promise<Keyring> => parseKeyring(undefined)
const sessions: Sessions<Visit> = createSessions({ keyring, initial: (): Visit => ({ cart: [], seen: new Map() }) })
const plain: Sessions = createSessions({ keyring })

/** As Next generates it, with the names of the params. */
interface Generated {
  params: Promise<{ id: string }>
}

test('readSession knows the data, of a visitor with a session and of one without', async () => {
  const view = await readSession(sessions)
  expectTypeOf(view).not.toBeAny()
  expectTypeOf(view.data).toEqualTypeOf<DeepReadonly<Visit>>()
  expectTypeOf(view.data.cart[0]).toEqualTypeOf<{ readonly item: string; readonly qty: number } | undefined>()
  expectTypeOf(view.subject).toEqualTypeOf<string | undefined>()
  expectTypeOf(view.flash.peek()[0]?.text).toEqualTypeOf<string | undefined>()
  expectTypeOf((await readSession(plain)).data).toEqualTypeOf<DeepReadonly<Record<string, unknown>>>()
  if (view.kind === 'session') expectTypeOf(view.id).toEqualTypeOf<string>()
})

test('what readSession shows can be changed at no depth', async () => {
  const { data, flash, ...view } = await readSession(sessions)
  // @ts-expect-error a field
  data.cart = []
  // @ts-expect-error a field deep inside
  data.cart[0]!.qty = 2
  expectTypeOf(data.cart).not.toHaveProperty('push')
  expectTypeOf(data.seen).not.toHaveProperty('set')
  expectTypeOf(data.seen.get('a')!).not.toHaveProperty('setTime')
  expectTypeOf(flash).not.toHaveProperty('take')
  expectTypeOf(view).not.toHaveProperty('destroy')
})

test('updateSession gives an open session to the callback and its answer to the caller', async () => {
  expectTypeOf(updateSession(sessions, () => 1)).toEqualTypeOf<Promise<number>>()
  expectTypeOf(updateSession(sessions, async () => 'text')).toEqualTypeOf<Promise<string>>()
  await updateSession(sessions, (session) => {
    expectTypeOf(session).toEqualTypeOf<Session<Visit>>()
    session.data.cart.push({ item: 'tea', qty: 1 })
    // @ts-expect-error a typing error in a field is found
    session.data.crat = []
    // @ts-expect-error data belongs into data
    session.user = { name: 'Ada' }
  })
  // @ts-expect-error without a callback nothing would be changed
  await updateSession(sessions)
  // @ts-expect-error options of sessions are not sessions
  await updateSession({ keyring }, () => {})
})

test('withSession is a Route Handler, and knows the params where the context is named', () => {
  const plainHandler = withSession(sessions, async (request, session, { params }) => {
    expectTypeOf(request).toEqualTypeOf<NextRequest>()
    expectTypeOf(session).toEqualTypeOf<Session<Visit>>()
    expectTypeOf(await params).toEqualTypeOf<Record<string, string | string[] | undefined>>()
    return Response.json(session.data)
  })
  // What Next checks in `.next/types/validator.ts`, for a route with and for one without params.
  expectTypeOf(plainHandler).toExtend<(request: NextRequest, context: Generated) => Promise<Response>>()
  expectTypeOf(plainHandler).toExtend<(request: NextRequest, context: { params: Promise<{}> }) => Promise<Response>>()

  const typed = withSession(sessions, async (_request, session, context: Generated) => {
    expectTypeOf((await context.params).id).toEqualTypeOf<string>()
    // @ts-expect-error a param that the route does not have
    void (await context.params).item
    return Response.json(session.subject)
  })
  expectTypeOf(typed).toEqualTypeOf<RouteHandler<Generated>>()

  withSession(sessions, () => new Response())
  // @ts-expect-error a handler answers
  withSession(sessions, (_request, session) => {
    session.destroy()
  })
  // @ts-expect-error the handler of a Pages Router
  withSession(sessions, (_req, res: { end(): void }) => res.end())
})
