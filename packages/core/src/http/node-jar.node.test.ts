import compression from 'compression'
import { describe, expect, it } from 'vitest'
import { resolveAttributes, type SetCookie } from '../cookie/attributes.ts'
import { forbidStoring, varyByCookie } from '../cookie/caching.ts'
import { type Listener, overHttp1, overHttp2, type TestResponse, valuesOf } from './exchange.node.ts'
import { NodeJar } from './node-jar.ts'

const attributes = resolveAttributes()

function cookie(text: string): SetCookie {
  const [name = '', value = ''] = text.split('=')
  return { name, value, maxAge: undefined, attributes, text }
}

const SESSION = cookie('session=sealed; HttpOnly')

/** Ways to begin a response, as apps and frameworks do. */
const BEGINNINGS: Readonly<Record<string, (response: TestResponse) => unknown>> = {
  'end()': (response) => response.end('ok'),
  'write() and end()'(response) {
    response.write('o')
    response.end('k')
  },
  'flushHeaders()'(response) {
    response.flushHeaders()
    response.end('ok')
  },
  'a status and headers of its own'(response) {
    response.statusCode = 404
    response.setHeader('X-App', 'yes')
    response.setHeader('Set-Cookie', ['theme=dark', 'size=large'])
    response.end('ok')
  },
  'one cookie of its own, as text'(response) {
    response.setHeader('set-cookie', 'theme=dark')
    response.end('ok')
  },
  'writeHead(status)'(response) {
    response.writeHead(201)
    response.end('ok')
  },
  'writeHead(status, object)'(response) {
    response.writeHead(200, { 'Content-Length': 2, 'Set-Cookie': 'theme=dark' })
    response.end('ok')
  },
  'writeHead(status, object) with several cookies'(response) {
    response.writeHead(200, { 'x-app': 'yes', 'set-cookie': ['theme=dark', 'size=large'] })
    response.end('ok')
  },
  'writeHead(status, reason)'(response) {
    response.writeHead(200, 'Fine')
    response.end('ok')
  },
  'writeHead(status, reason, object)'(response) {
    response.writeHead(200, 'Fine', { 'set-cookie': 'theme=dark' })
    response.end('ok')
  },
  'writeHead(status, undefined, object)'(response) {
    response.writeHead(200, undefined, { 'set-cookie': 'theme=dark' })
    response.end('ok')
  },
  'writeHead(status, names and values in turn)'(response) {
    response.writeHead(200, ['X-App', 'yes', 'Set-Cookie', 'theme=dark', 'X-App', 'again', 'Set-Cookie', 'size=large'])
    response.end('ok')
  },
  'writeHead(status, names and lists of values in turn)'(response) {
    response.writeHead(200, ['set-cookie', ['theme=dark', 'size=large'], 'x-app', 'yes'])
    response.end('ok')
  },
  'writeHead(status, pairs)'(response) {
    const pairs = [
      ['x-app', 'yes'],
      ['set-cookie', 'theme=dark'],
      ['set-cookie', 'size=large'],
    ]
    response.writeHead(200, pairs)
    response.end('ok')
  },
  'writeHead(status, nothing)'(response) {
    response.writeHead(200, [])
    response.end('ok')
  },
  'headers set before that writeHead replaces'(response) {
    response.setHeader('x-app', 'first')
    response.setHeader('set-cookie', 'theme=light')
    response.writeHead(200, { 'X-App': 'second', 'set-cookie': 'theme=dark' })
    response.end('ok')
  },
  'a header without a name, after others'(response) {
    response.setHeader('x-app', 'yes')
    // As Node does, and its HTTP/2 does not.
    response.writeHead(200, 'stream' in response ? {} : { '': 'nothing', 'x-more': 'yes' })
    response.end('ok')
  },
  'no body'(response) {
    response.statusCode = 304
    response.end()
  },
}

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('over %s', (_protocol, exchange) => {
  it.each(Object.entries(BEGINNINGS))('a response with %s gets the cookie and is else as without', async (_, begin) => {
    const plain = await exchange((_request, response) => begin(response))
    const { headers, ...response } = await exchange((request, outgoing) => {
      new NodeJar(request, outgoing).set(SESSION)
      begin(outgoing)
    })
    const isOurs = ([name, value]: readonly [string, string]): boolean =>
      name === 'set-cookie' && value === SESSION.text

    expect(headers.filter(isOurs)).toHaveLength(1)
    expect({ ...response, headers: headers.filter((header) => !isOurs(header)) }).toEqual(plain)
  })

  it.each<[string, (response: TestResponse) => unknown]>([
    ['set before', (response) => response.end()],
    ['given to writeHead', (response) => response.writeHead(200, { vary: 'Accept', 'cache-control': 'public' })],
    ['set anew', (response) => response.setHeader('cache-control', 'max-age=60')],
  ])('what the app tells caches is revised at the last moment: %s', async (_, begin) => {
    const response = await exchange((request, outgoing) => {
      outgoing.setHeader('vary', 'Accept')
      outgoing.setHeader('cache-control', 'public')
      const jar = new NodeJar(request, outgoing)
      varyByCookie(jar)
      forbidStoring(jar)
      begin(outgoing)
      outgoing.end()
    })
    expect([valuesOf(response, 'vary'), valuesOf(response, 'cache-control')]).toEqual([
      ['Accept, Cookie'],
      ['private, no-store'],
    ])
  })

  it('a framework that removes all headers to answer an error removes no cookie of the session', async () => {
    const response = await exchange((request, outgoing) => {
      new NodeJar(request, outgoing).set(SESSION)
      outgoing.setHeader('set-cookie', 'theme=dark')
      for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name)
      outgoing.writeHead(401)
      outgoing.end()
    })
    expect([response.status, valuesOf(response, 'set-cookie')]).toEqual([401, [SESSION.text]])
  })

  it.each<[string, (response: TestResponse) => unknown]>([
    ['names', (response) => response.writeHead(200, { 'set-cookie': 'theme=dark', 'a b': 'c' })],
    ['values', (response) => response.writeHead(200, ['x-app'])],
    ['status', (response) => response.writeHead(1000)],
  ])('after a head that Node refuses for its %s, the error page carries the cookie once', async (_, begin) => {
    let refused = false
    const response = await exchange((request, outgoing) => {
      new NodeJar(request, outgoing).set(SESSION)
      try {
        begin(outgoing)
      } catch {
        refused = true
        outgoing.statusCode = 500
        outgoing.end()
      }
    })
    const ours = valuesOf(response, 'set-cookie').filter((text) => text === SESSION.text)
    expect([refused, response.status, ours.length]).toEqual([true, 500, 1])
  })

  it('a second head is refused, or passed over, as Node does it', async () => {
    const answers = async (prepare: Listener): Promise<unknown[]> => {
      const seen: unknown[] = []
      const writeHead = (outgoing: TestResponse): void => {
        try {
          outgoing.writeHead(500, { 'x-app': 'yes' })
          seen.push('nothing')
        } catch (error) {
          seen.push(String(error))
        }
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      await exchange((request, outgoing) => {
        prepare(request, outgoing)
        outgoing.once('close', () => {
          writeHead(outgoing)
          resolve()
        })
        outgoing.writeHead(200)
        writeHead(outgoing)
        outgoing.end()
      })
      await promise
      return seen
    }
    const plain = await answers(() => undefined)
    const withCookie = await answers((request, outgoing) => {
      new NodeJar(request, outgoing).set(SESSION)
    })
    expect(withCookie).toEqual(plain)
  })

  it('two jars on one response each add their cookie', async () => {
    const response = await exchange((request, outgoing) => {
      new NodeJar(request, outgoing).set(SESSION)
      const admin = new NodeJar(request, outgoing)
      admin.set(cookie('admin=sealed'))
      varyByCookie(admin)
      outgoing.writeHead(200, { 'set-cookie': 'theme=dark' })
      outgoing.end()
    })
    expect(valuesOf(response, 'set-cookie').toSorted()).toEqual(['admin=sealed', SESSION.text, 'theme=dark'])
    expect(valuesOf(response, 'vary')).toEqual(['Cookie'])
  })

  it('a list of cookies that the app keeps stays as it is', async () => {
    const own = ['theme=dark']
    const response = await exchange((request, outgoing) => {
      new NodeJar(request, outgoing).set(SESSION)
      outgoing.setHeader('set-cookie', own)
      outgoing.end()
    })
    expect(valuesOf(response, 'set-cookie')).toEqual(['theme=dark', SESSION.text])
    expect(own).toEqual(['theme=dark'])
  })

  it('says what it will add before the head goes out, and after', async () => {
    const seen: unknown[] = []
    await exchange((request, outgoing) => {
      const jar = new NodeJar(request, outgoing)
      jar.set(SESSION)
      seen.push(outgoing.getHeader('set-cookie'), jar.setCookies)
      outgoing.end()
      seen.push(jar.setCookies)
    })
    expect(seen).toEqual([undefined, [SESSION.text], [SESSION.text]])
  })

  it('a cookie that comes after the head is refused by Node, and not said to have gone out', async () => {
    const seen: unknown[] = []
    await exchange((request, outgoing) => {
      const jar = new NodeJar(request, outgoing)
      outgoing.flushHeaders()
      try {
        jar.set(SESSION)
      } catch (error) {
        seen.push(error, jar.setCookies)
      }
      outgoing.end()
    })
    expect(seen).toMatchObject([{ code: expect.stringMatching(/_HEADERS_SENT$/u) as unknown }, []])
  })

  it('what caches can no longer be told is no error', async () => {
    const response = await exchange((request, outgoing) => {
      const jar = new NodeJar(request, outgoing)
      outgoing.flushHeaders()
      varyByCookie(jar)
      outgoing.end('ok')
    })
    expect([response.body, valuesOf(response, 'vary')]).toEqual(['ok', []])
  })

  it('knows the host that was asked, and that the connection is not encrypted', async () => {
    const seen: unknown[] = []
    await exchange((request, outgoing) => {
      const jar = new NodeJar(request, outgoing)
      seen.push(jar.get('host'), jar.secure)
      outgoing.end()
    })
    expect(seen).toEqual([expect.stringMatching(/^localhost:\d+$/u), false])
  })

  it('a visitor who has gone is no error', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const answer: Listener = (request, outgoing) => {
      outgoing.once('close', () => {
        const jar = new NodeJar(request, outgoing)
        try {
          jar.set(SESSION)
          varyByCookie(jar)
          void jar.secure
          resolve(outgoing.end('ok'))
        } catch (error) {
          resolve(error)
        }
      })
      // The cast: both protocols' responses have it.
      ;(outgoing as TestResponse & { destroy(): void }).destroy()
    }
    await exchange(answer).catch(() => undefined)
    expect(await promise).not.toBeInstanceOf(Error)
  })
})

describe('with compression', () => {
  const compress = compression({ threshold: 0 })
  const body = 'text '.repeat(1000)

  it.each<[string, Listener]>([
    [
      'before the session',
      (request, response) => {
        run(compress, request, response)
        write(new NodeJar(request, response))
        response.end(body)
      },
    ],
    [
      'after the session',
      (request, response) => {
        write(new NodeJar(request, response))
        run(compress, request, response)
        response.end(body)
      },
    ],
    [
      'on both sides of it, and headers given to writeHead',
      (request, response) => {
        run(compress, request, response)
        write(new NodeJar(request, response))
        run(compression({ threshold: 0 }), request, response)
        response.writeHead(200, { 'content-type': 'text/plain', 'set-cookie': 'theme=dark' })
        response.end(body)
      },
    ],
  ])('that comes %s, the response is compressed and carries the cookie', async (_, listener) => {
    const response = await overHttp1(
      (request, outgoing) => {
        outgoing.setHeader('content-type', 'text/plain')
        listener(request, outgoing)
      },
      { 'accept-encoding': 'gzip' },
    )
    expect(valuesOf(response, 'content-encoding')).toEqual(['gzip'])
    expect(valuesOf(response, 'set-cookie')).toContain(SESSION.text)
    expect(valuesOf(response, 'vary').join(', ').split(', ').toSorted()).toEqual(['Accept-Encoding', 'Cookie'])
  })

  function write(jar: NodeJar): void {
    varyByCookie(jar)
    jar.set(SESSION)
  }

  /** As Express or Connect runs a middleware. The casts: it needs no more of either than Node gives. */
  function run(middleware: ReturnType<typeof compression>, ...[request, response]: Parameters<Listener>): void {
    middleware(
      request as Parameters<typeof middleware>[0],
      response as unknown as Parameters<typeof middleware>[1],
      () => undefined,
    )
  }
})

it.each([
  ['a TLS socket', { headers: {}, socket: { encrypted: true } }, true],
  ['HTTP/2 over TLS, when the visitor has gone', { headers: { ':scheme': 'https' }, socket: {} }, true],
  ['a plain socket', { headers: {}, socket: {} }, false],
  ['a proxy', { headers: { 'x-forwarded-proto': 'https' }, socket: { encrypted: false } }, true],
])('whether the connection is encrypted is told by %s', (_, request, secure) => {
  // The cast: nothing is written here.
  expect(new NodeJar(request, {} as TestResponse).secure).toBe(secure)
})

it('several headers of one name are one', () => {
  const request = { headers: { cookie: ['a=1', 'b=2'] }, socket: {} }
  expect(new NodeJar(request, {} as TestResponse).get('cookie')).toBe('a=1; b=2')
})
