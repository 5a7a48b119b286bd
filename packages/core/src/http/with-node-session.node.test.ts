import express, { type NextFunction, type Request, type Response } from 'express'
import { describe, expect, it } from 'vitest'
import { createRevocation } from '../sessions/revocation.fixture.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { createScene, incompressible, NAME, START } from '../sessions/visitor.fixture.ts'
import { type Listener, overHttp1, overHttp2, type Received, type TestResponse, valuesOf } from './exchange.node.ts'
import { NodeJar } from './node-jar.ts'
import { withSession, type WriteResponse } from './with-node-session.ts'

const throwOn = (error: unknown): never => {
  throw error
}

/** A handler that changes the session and answers as the test wants, in a framework that answers what is thrown on. */
function handled(
  sessions: Sessions,
  handler: (session: Session, response: TestResponse) => WriteResponse,
  onError: (error: unknown, response: TestResponse) => WriteResponse = throwOn,
): Listener {
  const listener = withSession(
    sessions,
    (_request, response: TestResponse, session) => handler(session, response),
    onError,
  )
  return async (request, response) => {
    try {
      await listener(request, response)
    } catch (error) {
      // As frameworks do with what nobody has answered.
      if (!response.headersSent) {
        for (const name of response.getHeaderNames()) response.removeHeader(name)
        response.writeHead(500)
      }
      if (!response.writableEnded) response.end(String(error))
    }
  }
}

function note(session: Session, text = 'written'): void {
  session.data['note'] = text
}

function cookieAfter(response: Received): Readonly<Record<string, string>> {
  return {
    cookie: valuesOf(response, 'set-cookie')
      .map((line) => line.split(';')[0])
      .join('; '),
  }
}

/** Answers an error, and leaves the status as it is. */
const sorry =
  (_error: unknown, response: TestResponse): WriteResponse =>
  () =>
    response.end('sorry')

const CLEARED: unknown = expect.stringMatching(/=; Max-Age=0;/u)

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('over %s', (_protocol, exchange) => {
  it.each<[string, (response: TestResponse) => WriteResponse]>([
    ['end()', (response) => () => response.end('ok')],
    [
      'writeHead()',
      (response) => () => {
        response.writeHead(404, { vary: 'Accept', 'cache-control': 'public' })
        response.end('ok')
      },
    ],
    [
      'a stream',
      (response) => async () => {
        response.write('o')
        await Promise.resolve()
        response.end('k')
      },
    ],
    [
      'a redirect',
      (response) => {
        response.statusCode = 303
        response.setHeader('location', '/')
        return () => response.end('ok')
      },
    ],
    [
      'a refusal',
      (response) => {
        response.statusCode = 401
        return () => response.end('ok')
      },
    ],
  ])('%s carries what the handler left in the session', async (_, answer) => {
    const { sessions } = createScene()
    const response = await exchange(
      handled(sessions, (session, outgoing) => {
        note(session)
        return answer(outgoing)
      }),
    )
    expect([response.body, valuesOf(response, 'set-cookie').length]).toEqual(['ok', 1])
    expect(valuesOf(response, 'cache-control')).toEqual(['private, no-store'])
    expect(valuesOf(response, 'vary').join()).toMatch(/Cookie$/u)
    const next = await exchange(
      handled(
        sessions,
        ({ data }, outgoing) =>
          () =>
            outgoing.end(String(data['note'])),
      ),
      cookieAfter(response),
    )
    expect([next.body, valuesOf(next, 'set-cookie')]).toEqual(['written', []])
  })

  it('a handler that does not touch the session adds nothing', async () => {
    const response = await exchange(handled(createScene().sessions, (_session, outgoing) => () => outgoing.end('ok')))
    expect(response.headers).toEqual([])
  })

  it('from status 500 on, what the handler left is dropped, and told', async () => {
    const { sessions, events } = createScene()
    const response = await exchange(
      handled(sessions, (session, outgoing) => {
        note(session)
        outgoing.statusCode = 500
        return () => outgoing.end()
      }),
    )
    expect([response.status, valuesOf(response, 'set-cookie')]).toEqual([500, []])
    expect(events).toMatchObject([{ type: 'uncommitted', reason: 'failed-response' }])
  })

  it.each<[string, (response: TestResponse) => unknown]>([
    ['writes by itself', (response) => response.end('mine')],
    [
      'writes by itself and returns a function',
      (response) => {
        response.write('mine')
        return () => response.end()
      },
    ],
    ['returns nothing', () => undefined],
  ])('a handler that %s is told what it has to do', async (_, answer) => {
    const { sessions } = createScene()
    const seen: unknown[] = []
    const listener = withSession(
      sessions,
      (_request, outgoing: TestResponse, session) => {
        note(session)
        // The cast: JavaScript lets it pass.
        return answer(outgoing) as WriteResponse
      },
      (error, outgoing) => {
        seen.push(error)
        return () => outgoing.end()
      },
    )
    const response = await exchange(async (incoming, outgoing) => {
      await listener(incoming, outgoing)
      if (!outgoing.writableEnded) outgoing.end()
    }).catch(() => undefined)
    expect(seen).toMatchObject([{ code: 'ERR_SESSION_COMMITTED', message: /returns a function/u }])
    expect(response === undefined ? [] : valuesOf(response, 'set-cookie')).toEqual([])
  })

  it('what is changed while the response is being written is told when it is over', async () => {
    const { sessions, events } = createScene()
    await exchange(
      handled(sessions, (session, outgoing) => () => {
        outgoing.write('o')
        note(session)
        outgoing.end('k')
      }),
    )
    await expect.poll(() => events).toMatchObject([{ type: 'uncommitted', reason: 'late' }])
  })

  it('two sessions on one response are both written', async () => {
    const admin = withSession(
      createScene({ cookie: { name: '__Host-admin' } }).sessions,
      (_request, outgoing: TestResponse, session) => {
        note(session)
        return () => outgoing.end('ok')
      },
      throwOn,
    )
    const response = await exchange(
      withSession(
        createScene().sessions,
        (incoming, outgoing: TestResponse, session) => {
          note(session)
          return () => admin(incoming, outgoing)
        },
        throwOn,
      ),
    )
    const names = valuesOf(response, 'set-cookie').map((line) => line.split('=')[0])
    expect([response.body, new Set(names)]).toEqual(['ok', new Set(['__Host-admin', NAME])])
  })

  it('a session that somebody else has opened is written before the handler writes', async () => {
    const { sessions, events } = createScene()
    const response = await exchange(async (incoming, outgoing) => {
      const { handle } = sessions.attach(incoming, new NodeJar(incoming, outgoing))
      const opened = await handle.open()
      await handled(sessions, (session) => {
        note(session)
        return () => outgoing.end(String(session === opened))
      })(incoming, outgoing)
      await handle.commit(200)
    })
    expect([response.body, valuesOf(response, 'set-cookie').length]).toEqual(['true', 1])
    expect(events.map(({ type }) => type)).toEqual(['sealed'])
  })

  describe('a handler that throws', () => {
    it.each([
      [401, 1],
      [500, 0],
    ])('is answered by onError: %i with %i cookies', async (status, cookies) => {
      const response = await exchange(
        handled(
          createScene().sessions,
          (session) => {
            note(session)
            throw new Error('no')
          },
          (error, outgoing) => {
            outgoing.statusCode = status
            return () => outgoing.end(String(error))
          },
        ),
      )
      expect([response.status, response.body, valuesOf(response, 'set-cookie').length]).toEqual([
        status,
        'Error: no',
        cookies,
      ])
    })

    it('whose error is thrown on is answered by others, who drop what it left', async () => {
      const response = await exchange(
        handled(createScene().sessions, (session) => {
          note(session)
          throw new Error('no')
        }),
      )
      expect([response.status, response.body, valuesOf(response, 'set-cookie')]).toEqual([500, 'Error: no', []])
    })

    it('after a logout, and is answered by others, has cleared the cookie', async () => {
      const { sessions } = createScene()
      const before = await exchange(
        handled(sessions, (session, outgoing) => {
          note(session)
          return () => outgoing.end()
        }),
      )
      const response = await exchange(
        handled(sessions, (session) => {
          session.destroy()
          throw new Error('no')
        }),
        cookieAfter(before),
      )
      expect([response.status, response.body, valuesOf(response, 'set-cookie')]).toEqual([500, 'Error: no', [CLEARED]])
    })

    it('on what visitors send harms only their own response', async () => {
      const { sessions } = createScene()
      const told: unknown[] = []
      const listener = withSession(
        sessions,
        (incoming, outgoing: TestResponse) => {
          const text = decodeURIComponent(String(incoming.headers['x-text']))
          return () => outgoing.end(text)
        },
        (error, outgoing) => {
          told.push(error)
          return () => outgoing.end(String(outgoing.statusCode))
        },
      )
      const answers = [await exchange(listener, { 'x-text': '%' }), await exchange(listener, { 'x-text': 'a%20b' })]
      expect(answers).toMatchObject([
        { status: 500, body: '500' },
        { status: 200, body: 'a b' },
      ])
      expect(told).toMatchObject([{ name: 'URIError' }])
    })

    it('and has prepared a body that does not come is answered without its headers', async () => {
      const response = await exchange(
        handled(
          createScene().sessions,
          (_session, outgoing) => {
            outgoing.setHeader('content-length', 2)
            outgoing.setHeader('cache-control', 'public')
            outgoing.setHeader('x-app', 'yes')
            throw new Error('no')
          },
          (_error, outgoing) => () => outgoing.end('a longer text'),
        ),
      )
      expect(response).toMatchObject({ status: 500, body: 'a longer text', headers: [['x-app', 'yes']] })
    })

    it.each<[string, (response: TestResponse) => unknown, string | undefined]>([
      ['is cut off', (response) => response.write('begun'), undefined],
      ['that is over stays as it is', (response) => response.end('whole'), 'whole'],
    ])('while it writes is told, and the response %s', async (_, begin, expected) => {
      const { sessions } = createScene()
      const seen: unknown[] = []
      const body = await exchange(
        handled(
          sessions,
          (_session, outgoing) => () => {
            begin(outgoing)
            throw new Error('broken')
          },
          (error, outgoing) => {
            seen.push(error, outgoing.headersSent)
            return () => outgoing.end('a second answer')
          },
        ),
      ).then(
        (response) => response.body,
        () => undefined,
      )
      expect([body, ...seen]).toEqual([expected, new Error('broken'), true])
    })
  })

  it('a session that does not fit is 413, without what the handler had prepared', async () => {
    const response = await exchange(
      handled(
        createScene().sessions,
        (session, outgoing) => {
          outgoing.setHeader('content-length', 2)
          outgoing.setHeader('etag', '"1"')
          outgoing.setHeader('cdn-cache-control', 'public, max-age=60')
          note(session, incompressible(20_000))
          return () => outgoing.end('ok')
        },
        sorry,
      ),
    )
    expect(response).toMatchObject({ status: 413, body: 'sorry' })
    expect(valuesOf(response, 'etag')).toEqual([])
    expect(valuesOf(response, 'cdn-cache-control')).toEqual([])
    expect(valuesOf(response, 'cache-control')).toEqual(['no-store'])
  })

  it('a logout that could not be stored is 503, with the clearing once', async () => {
    const clock = { now: START }
    const revocation = createRevocation(clock, { revokeAnonymous: true })
    const { sessions } = createScene({ revocation }, clock)
    const before = await exchange(
      handled(sessions, (session, outgoing) => {
        note(session)
        return () => outgoing.end()
      }),
    )
    const response = await exchange(
      handled(
        sessions,
        (session, outgoing) => {
          session.destroy()
          revocation.failing = true
          return () => outgoing.end('bye')
        },
        sorry,
      ),
      cookieAfter(before),
    )
    expect([response.status, valuesOf(response, 'set-cookie')]).toEqual([503, [CLEARED]])
    expect(valuesOf(response, 'retry-after')).toEqual(['5'])
  })
})

describe('in Express', () => {
  /** The response of an app that has one route. */
  async function visit(app: express.Express, headers: Readonly<Record<string, string>> = {}): Promise<Received> {
    return overHttp1(app as unknown as Listener, headers)
  }

  it('a handler answers with what Express offers', async () => {
    const { sessions } = createScene()
    const app = express()
    app.get(
      '/',
      withSession(
        sessions,
        (_request: Request, response: Response, session) => {
          note(session)
          return () => response.status(201).json(session.data)
        },
        throwOn,
      ),
    )
    const response = await visit(app)
    expect([response.status, response.body, valuesOf(response, 'set-cookie').length]).toEqual([
      201,
      '{"note":"written"}',
      1,
    ])
  })

  it.each<[string, ((app: express.Express) => unknown) | undefined]>([
    ["Express's own", undefined],
    [
      "the app's",
      (app) =>
        app.use((error: Error, _request: Request, response: Response, _next: NextFunction) =>
          response.status(500).send(error.message),
        ),
    ],
  ])('after a logout that failed, %s error page clears the cookie', async (_, use) => {
    const { sessions } = createScene()
    const app = express()
    app.set('env', 'test')
    let fails = false
    app.get(
      '/',
      withSession(
        sessions,
        (_request: Request, response: Response, session) => {
          note(session)
          if (!fails) return () => response.send('ok')
          session.destroy()
          throw new Error('no')
        },
        throwOn,
      ),
    )
    use?.(app)
    const before = await visit(app)
    fails = true
    const response = await visit(app, cookieAfter(before))
    expect([response.status, valuesOf(response, 'set-cookie')]).toEqual([500, [CLEARED]])
  })
})

it.each<[string, unknown, unknown, unknown, RegExp]>([
  ['sessions', {}, throwOn, throwOn, /createSessions/u],
  ['a handler', createScene().sessions, undefined, throwOn, /onError/u],
  ['somebody who hears of errors', createScene().sessions, throwOn, undefined, /onError/u],
])('without %s, JavaScript is told at once', (_, sessions, handler, onError, message) => {
  const make = (): unknown => {
    // @ts-expect-error the types do not let it pass
    return withSession(sessions, handler, onError)
  }
  expect(make).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS_INVALID' }))
  expect(make).toThrow(message)
})
