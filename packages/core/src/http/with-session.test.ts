import { describe, expect, it } from 'vitest'
import type { SessionError } from '../base/errors.ts'
import { createRevocation } from '../sessions/revocation.fixture.ts'
import type { Session } from '../sessions/session.ts'
import { createScene, type Fields, incompressible, NAME, type Scene, START } from '../sessions/visitor.fixture.ts'
import { withSession } from './with-session.ts'

type Handler = (request: Request, session: Session<Fields>) => Response | Promise<Response>

const write: Handler = (_request, session) => {
  session.data['note'] = 'written'
  return new Response('ok')
}

/** A request with the cookie that a response has set. */
function request(after?: Response): Request {
  const cookie = after?.headers.getSetCookie().map((line) => line.split(';')[0])
  return new Request('http://localhost/', { headers: { ...(cookie && { cookie: cookie.join('; ') }) } })
}

/** What a later request finds in the session that a response has left. */
async function noteAfter({ sessions }: Scene<Fields>, response: Response): Promise<unknown> {
  const found: unknown[] = []
  const read = withSession(sessions, (_request, { data }) => {
    found.push(data['note'])
    return new Response('ok')
  })
  await read(request(response))
  return found[0]
}

class HttpError extends Error {
  readonly status: number

  constructor(status: number) {
    super('refused')
    this.status = status
  }
}

const answerError = (error: unknown): Response =>
  new Response('error page', { status: error instanceof HttpError ? error.status : 500 })

it.each<[string, () => Response]>([
  ['a page', () => new Response('ok')],
  ['a redirect', () => Response.redirect('http://localhost/', 303)],
  ['no content', () => new Response(null, { status: 204 })],
  ['nothing new', () => new Response(null, { status: 304 })],
  ['a refusal', () => new Response('no', { status: 401 })],
  ['a stream', () => new Response(new Blob(['text']).stream())],
])('%s carries what the handler left in the session', async (_, respond) => {
  const scene = createScene()
  const response = await withSession(scene.sessions, (_request, session) => {
    session.data['note'] = 'written'
    return respond()
  })(request())

  expect(response.headers.getSetCookie()).toHaveLength(1)
  expect(response.headers.get('vary')).toBe('Cookie')
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(await noteAfter(scene, response)).toBe('written')
})

it('what is no sessions is refused at once', () => {
  // The cast is what JavaScript does.
  const wrong = { keyring: () => 'key' } as unknown as Scene<Fields>['sessions']
  expect(() => withSession(wrong, write)).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS_INVALID' }))
})

it('a handler that does not touch the session gets its own response out', async () => {
  const response = new Response('ok')
  expect(await withSession(createScene().sessions, () => response)(request())).toBe(response)
})

it.each<[string, () => Response]>([
  ['500', () => new Response('no', { status: 500 })],
  ['Response.error()', () => Response.error()],
])('%s drops what the handler left, and tells so', async (_, respond) => {
  const { sessions, events } = createScene()
  const response = await withSession(sessions, (_request, session) => {
    session.data['note'] = 'dropped'
    return respond()
  })(request())

  expect(response.headers.getSetCookie()).toEqual([])
  expect(events).toMatchObject([{ type: 'uncommitted', reason: 'failed-response' }])
})

it('what a platform gives beside the request comes after the session', async () => {
  const handler = withSession(createScene().sessions, (_request, _session, env: { name: string }, port: number) =>
    Response.json([env.name, port]),
  )
  expect(await (await handler(request(), { name: 'production' }, 3000)).json()).toEqual(['production', 3000])
})

describe('mounted twice', () => {
  it('over the same sessions opens once and writes once, when the outer one is done', async () => {
    const scene = createScene()
    const inner = withSession(scene.sessions, (_request, session) => {
      session.data['inner'] = 'opened'
      return new Response('ok')
    })
    const response = await withSession(scene.sessions, async (incoming, session) => {
      const answer = await inner(incoming)
      session.data['note'] = `${String(session.data['inner'])} once`
      return answer
    })(request())
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(await noteAfter(scene, response)).toBe('opened once')
  })

  it('over two sessions writes both', async () => {
    const inner = withSession(createScene({ cookie: { name: '__Host-admin' } }).sessions, write)
    const response = await withSession(createScene().sessions, async (incoming, session) => {
      session.data['note'] = 'written'
      return inner(incoming)
    })(request())
    expect(response.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual(['__Host-admin', NAME])
    expect(response.headers.get('vary')).toBe('Cookie')
  })
})

describe('in a chain of handlers', () => {
  const passing = ({ sessions }: Scene<Fields>): ((incoming: Request) => Promise<Response>) =>
    withSession(sessions, (_request, session) => {
      session.data['note'] = 'passed on'
      return new Response('not mine', { status: 404 })
    })

  it('the next one gets a session of its own, as the request brought it, and writes it', async () => {
    const scene = createScene()
    const first = passing(scene)
    const second = withSession(scene.sessions, (_request, session) => {
      session.data['next'] = `after ${String(session.data['note'])}`
      session.regenerate({ subject: 'ada' })
      return new Response('mine')
    })
    const incoming = request(await withSession(scene.sessions, write)(request()))
    expect((await first(incoming)).status).toBe(404)
    const response = await second(incoming)
    expect(response.headers.getSetCookie()).toHaveLength(1)
    const found: unknown[] = []
    await withSession(scene.sessions, (_request, { data, subject }) => {
      found.push(data, subject)
      return new Response('ok')
    })(request(response))
    expect(found).toEqual([{ note: 'written', next: 'after written' }, 'ada'])
  })

  it('the next one is the one session of all that it mounts itself', async () => {
    const scene = createScene()
    const inner = withSession(scene.sessions, write)
    const incoming = request()
    await passing(scene)(incoming)
    const response = await withSession(scene.sessions, async (same, session) => {
      const answer = await inner(same)
      session.data['note'] = `${String(session.data['note'])} once`
      return answer
    })(incoming)
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(await noteAfter(scene, response)).toBe('written once')
  })

  it('a logout after a handler that threw takes effect', async () => {
    const scene = createScene()
    const incoming = request(await withSession(scene.sessions, write)(request()))
    const failing = withSession(scene.sessions, ({ url }): Response => {
      throw new Error(url)
    })
    const response = await failing(incoming).catch(() =>
      withSession(scene.sessions, (_request, session) => {
        session.destroy()
        return new Response('bye')
      })(incoming),
    )
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/=; Max-Age=0;/u)])
  })
})

describe('a handler that throws', () => {
  const fail =
    (error: Error, change: (session: Session<Fields>) => void): Handler =>
    (_request, session) => {
      change(session)
      throw error
    }
  const note = (session: Session<Fields>): void => {
    session.data['note'] = 'written'
  }
  const destroy = (session: Session<Fields>): void => {
    session.destroy()
  }

  it('is answered by onError, with what it left below 500', async () => {
    const scene = createScene()
    const response = await withSession(scene.sessions, fail(new HttpError(401), note), answerError)(request())
    expect([response.status, await response.text()]).toEqual([401, 'error page'])
    expect(await noteAfter(scene, response)).toBe('written')
  })

  it('is answered by onError, without what it left from 500 on', async () => {
    const { sessions } = createScene()
    const response = await withSession(sessions, fail(new Error('no'), note), answerError)(request())
    expect([response.status, response.headers.getSetCookie()]).toEqual([500, []])
  })

  it.each([new HttpError(401), new Error('no')])('after a logout is answered with the clearing: %s', async (error) => {
    const { sessions } = createScene()
    const before = await withSession(sessions, write)(request())
    const response = await withSession(sessions, fail(error, destroy), answerError)(request(before))
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/=; Max-Age=0;/u)])
  })

  it('without onError throws on, and a logout has ended the session', async () => {
    const clock = { now: START }
    const revocation = createRevocation(clock, { revokeAnonymous: true })
    const { sessions, events } = createScene({ revocation }, clock)
    const before = await withSession(sessions, write)(request())
    const error = new Error('no')
    await expect(withSession(sessions, fail(error, destroy))(request(before))).rejects.toBe(error)
    expect(revocation.revoked).toMatchObject([{ kind: 'session' }])
    expect(events.map(({ type }) => type)).toContain('revoked')
  })

  it('is the one to be seen where the logout fails too', async () => {
    const clock = { now: START }
    const revocation = createRevocation(clock, { revokeAnonymous: true })
    const { sessions } = createScene({ revocation }, clock)
    const error = new Error('no')
    const failing: Handler = (_request, session) => {
      session.destroy()
      revocation.failing = true
      throw error
    }
    const before = await withSession(sessions, write)(request())
    await expect(withSession(sessions, failing)(request(before))).rejects.toBe(error)

    revocation.failing = false
    const again = await withSession(sessions, write)(request())
    const seen: unknown[] = []
    const response = await withSession(sessions, failing, (thrown) => {
      seen.push(thrown)
      return answerError(thrown)
    })(request(again))
    expect([response.status, seen]).toEqual([500, [error]])
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/=; Max-Age=0;/u)])
  })

  it('is the one to be seen where what it left cannot be written either, which is told as an event', async () => {
    const { sessions, events } = createScene()
    const change = (session: Session<Fields>): void => {
      session.data['note'] = incompressible(20_000)
    }
    const response = await withSession(sessions, fail(new HttpError(401), change), answerError)(request())
    expect([response.status, response.headers.getSetCookie()]).toEqual([401, []])
    expect(events).toMatchObject([{ type: 'uncommitted', reason: 'too-large' }])
  })

  it('after a logout that cannot begin a new session is answered with the clearing', async () => {
    const { sessions } = createScene()
    const before = await withSession(sessions, write)(request())
    const change = (session: Session<Fields>): void => {
      session.destroy()
      session.data['note'] = incompressible(20_000)
    }
    const response = await withSession(sessions, fail(new HttpError(401), change), answerError)(request(before))
    expect([response.status, response.headers.getSetCookie()]).toEqual([401, [expect.stringMatching(/=; Max-Age=0;/u)]])
  })
})

describe('an error of the session', () => {
  it('that does not fit is 413, and the session before stays', async () => {
    const scene = createScene()
    const before = await withSession(scene.sessions, write)(request())
    const response = await withSession(scene.sessions, (_request, session) => {
      session.data['note'] = incompressible(20_000)
      return new Response('ok')
    })(request(before))
    expect([response.status, response.headers.getSetCookie()]).toEqual([413, []])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await noteAfter(scene, before)).toBe('written')
  })

  it('whose store is away is 503 where the handler touches the session, and nowhere else', async () => {
    const clock = { now: START }
    const revocation = createRevocation(clock)
    const { sessions } = createScene({ revocation }, clock)
    const before = await withSession(sessions, write)(request())
    revocation.failing = true
    const touching = await withSession(sessions, write)(request(before))
    expect([touching.status, touching.headers.get('retry-after')]).toEqual([503, '5'])
    expect((await withSession(sessions, () => new Response('ok'))(request(before))).status).toBe(200)
  })

  it('whose logout could not be stored is 503, with the clearing once', async () => {
    const clock = { now: START }
    const revocation = createRevocation(clock, { revokeAnonymous: true })
    const { sessions } = createScene({ revocation }, clock)
    const before = await withSession(sessions, write)(request())
    const response = await withSession(sessions, (_request, session) => {
      session.destroy()
      revocation.failing = true
      return new Response('bye')
    })(request(before))
    expect([response.status, response.headers.getSetCookie()]).toEqual([503, [expect.stringMatching(/=; Max-Age=0;/u)]])
  })

  it('can be answered by onError instead', async () => {
    const { sessions } = createScene()
    const seen: unknown[] = []
    const handler = withSession(
      sessions,
      (_request, session) => {
        session.data['note'] = incompressible(20_000)
        return new Response('ok')
      },
      // The cast: what is thrown here is the session's own.
      (error) => new Response(String(seen.push((error as SessionError).code)), { status: 400 }),
    )
    expect([(await handler(request())).status, seen]).toEqual([400, ['ERR_SESSION_TOO_LARGE']])
  })

  it('without keys goes to onError', async () => {
    const { sessions } = createScene({ keyring: () => Promise.reject(new Error('no keys')) })
    const response = await withSession(sessions, write, answerError)(request())
    expect([response.status, await response.text()]).toEqual([500, 'error page'])
  })
})

it('a response whose body was read already is thrown on, or answered by onError with what was written', async () => {
  const used = new Response('ok')
  await used.text()
  const { sessions } = createScene()
  const handler: Handler = (_request, session) => {
    session.data['note'] = 'written'
    return used
  }
  await expect(withSession(sessions, handler)(request())).rejects.toThrow(TypeError)
  const response = await withSession(sessions, handler, answerError)(request())
  expect([response.status, response.headers.getSetCookie().length]).toEqual([500, 1])
})
