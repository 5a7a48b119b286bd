import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import express, { type Request as ExpressRequest, type Response as ExpressResponse } from 'express'
import { assertType, describe, expectTypeOf, it } from 'vitest'
import { type ResponseJar, withSession as withFetchSession } from '../fetch.ts'
import type { CookieJar, Session, Sessions } from '../index.ts'
import { NodeJar, type NodeRequest, type NodeResponse, type NodeServerResponse, withSession } from '../node.ts'

interface Visit {
  cart: string[]
}
declare const sessions: Sessions<Visit>

const throwOn = (error: unknown): never => {
  throw error
}

describe('core/node', () => {
  it('takes what Node, its HTTP/2 and Express give', () => {
    expectTypeOf<IncomingMessage>().toExtend<NodeRequest>()
    expectTypeOf<Http2ServerRequest>().toExtend<NodeRequest>()
    expectTypeOf<ExpressRequest>().toExtend<NodeRequest>()
    expectTypeOf<ServerResponse>().toExtend<NodeServerResponse>()
    expectTypeOf<Http2ServerResponse>().toExtend<NodeServerResponse>()
    expectTypeOf<ExpressResponse>().toExtend<NodeServerResponse>()
    expectTypeOf<NodeServerResponse>().toExtend<NodeResponse>()
  })

  it('has a jar that an adapter can extend', () => {
    class ProxiedJar extends NodeJar {
      override get secure(): boolean {
        return true
      }
    }
    expectTypeOf<ProxiedJar>().toExtend<CookieJar>()
    expectTypeOf<NodeJar['setCookies']>().toEqualTypeOf<readonly string[]>()
    // @ts-expect-error a Request is no message of Node's
    assertType(new NodeJar(new Request('http://localhost'), {} as ServerResponse))
  })

  it('gives a handler the session, and a server a listener', () => {
    const listener = withSession(
      sessions,
      (request: IncomingMessage, response: ServerResponse, session) => {
        expectTypeOf(session).toEqualTypeOf<Session<Visit>>()
        return () => response.end(`${request.url} ${session.data.cart.length}`)
      },
      (error, response) => {
        expectTypeOf(error).toBeUnknown()
        expectTypeOf(response).toEqualTypeOf<ServerResponse>()
        return () => response.end()
      },
    )
    expectTypeOf(listener).toEqualTypeOf<(request: IncomingMessage, response: ServerResponse) => Promise<void>>()
    expectTypeOf(listener).toExtend<RequestListener>()
    // oxlint-disable-next-line typescript/no-misused-promises -- what Node does with a rejection is not what is shown here
    createServer(listener)
  })

  it('knows what HTTP/2 and Express give', () => {
    createHttp2Server(
      // oxlint-disable-next-line typescript/no-misused-promises -- the same
      withSession(
        sessions,
        async (request, response, { data }) => {
          expectTypeOf(request).toEqualTypeOf<Http2ServerRequest>()
          expectTypeOf(data).toEqualTypeOf<Visit>()
          return () => response.stream.end()
        },
        (_error, response) => () => response.stream.end(),
      ),
    )
    express().get(
      '/',
      withSession(
        sessions,
        (_request: ExpressRequest, response: ExpressResponse, { data }) =>
          () =>
            response.json(data),
        throwOn,
      ),
    )
  })

  it('wants somebody who hears of errors: Node would end the process for them', () => {
    // @ts-expect-error nobody does
    assertType(withSession(sessions, (_request, response: ServerResponse) => () => response.end()))
  })

  it('wants a function that writes, not a handler that has written', () => {
    // @ts-expect-error the response would have begun before the session is written
    assertType(withSession(sessions, (_request, response: ServerResponse) => response.end(), throwOn))
    // @ts-expect-error the same
    assertType(withSession(sessions, (_request, response: ServerResponse) => void response.end(), throwOn))
    // @ts-expect-error the same for one that takes its time
    assertType(withSession(sessions, async (_request, response: ServerResponse) => void response.end(), throwOn))
  })
})

describe('core/fetch', () => {
  it('gives a handler the session, and a server a function of the request', () => {
    const handler = withFetchSession(sessions, (request, session) => {
      expectTypeOf(request).toEqualTypeOf<Request>()
      expectTypeOf(session).toEqualTypeOf<Session<Visit>>()
      return new Response()
    })
    expectTypeOf(handler).toEqualTypeOf<(request: Request) => Promise<Response>>()
    expectTypeOf<ResponseJar>().toExtend<CookieJar>()
  })

  it('knows what a platform passes beside the request', () => {
    interface Env {
      readonly SESSION_KEYS: string
    }
    const handler = withFetchSession(sessions, (_request, _session, env: Env, port: number) =>
      Response.json([env.SESSION_KEYS, port]),
    )
    expectTypeOf(handler).toEqualTypeOf<(request: Request, env: Env, port: number) => Promise<Response>>()
    const worker: { fetch(request: Request, env: Env): Promise<Response> } = {
      fetch: withFetchSession(sessions, (_request, _session, env) => {
        expectTypeOf(env).toEqualTypeOf<Env>()
        return new Response()
      }),
    }
    assertType(worker)
  })

  it("keeps a framework's own request", () => {
    class OwnRequest extends Request {
      readonly params: Readonly<Record<string, string>> = {}
    }
    const handler = withFetchSession(sessions, (request: OwnRequest) => new Response(request.params['id']))
    expectTypeOf(handler).parameters.toEqualTypeOf<[OwnRequest]>()
  })

  it('wants a response', () => {
    // @ts-expect-error a forgotten return
    assertType(withFetchSession(sessions, (_request, session) => void session.data))
    // @ts-expect-error the handler of another library
    assertType(withFetchSession(sessions, { password: 'a password' }))
  })
})
