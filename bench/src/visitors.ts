import { connect, type Socket } from 'node:net'

const CONNECTIONS = 4

/** What a visitor has after a request. */
interface Visit {
  /** The Cookie header of the next request. */
  readonly cookie: string
  readonly body: string
}

/** Sends a counted number of requests over connections that stay open, each after the answer to the one before. */
export interface Visitors {
  /** Request so many times, with the cookies in turn. Rejects for any answer but 200. */
  send(path: string, cookies: readonly string[], count: number): Promise<void>
  /** One request, as a browser makes it: the cookies of the answer count from then on. */
  visit(path: string, cookie?: string): Promise<Visit>
  /** The cookies of so many visitors who come for the first time. */
  welcome(path: string, count: number): Promise<string[]>
  leave(): void
}

/** A client of its own: what an HTTP library adds to each request would take the server's turn on a small machine. */
export async function createVisitors(port: number): Promise<Visitors> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => connected(port)))
  let next = 0
  const visit = async (path: string, cookie = ''): Promise<Visit> => {
    const [socket] = sockets
    if (socket === undefined) throw new Error('there is no connection')
    const { head, body } = await answer(socket, request(path, cookie))
    return { cookie: merged(cookie, head), body }
  }
  return {
    async send(path, cookies, count) {
      let left = count
      await Promise.all(
        sockets.map(async (socket) => {
          while (left-- > 0) await answer(socket, request(path, cookies[next++ % cookies.length]))
        }),
      )
    },
    visit,
    async welcome(path, count) {
      const cookies: string[] = []
      while (cookies.length < count) cookies.push((await visit(path)).cookie)
      return cookies
    },
    leave() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Some libraries set two cookies, or one of them twice: the last of a name counts. */
function merged(cookie: string, head: string): string {
  const written = [...head.matchAll(/^set-cookie: ([^;\r]*)/gimu)].map(([, pair = '']) => pair)
  const pairs = [...(cookie === '' ? [] : cookie.split('; ')), ...written]
  return [...new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair])).values()].join('; ')
}

function request(path: string, cookie = ''): string {
  const cookieLine = cookie === '' ? '' : `Cookie: ${cookie}\r\n`
  // As from a proxy that ends TLS: the cookies are Secure.
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nAccept: */*\r\n${cookieLine}\r\n`
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject)
  })
  return socket.setEncoding('latin1')
}

/** Sends one request and answers the response. Every response here has a Content-Length. */
function answer(socket: Socket, text: string): Promise<{ readonly head: string; readonly body: string }> {
  return new Promise((resolve, reject) => {
    let received = ''
    const onData = (part: string): void => {
      received += part
      const end = received.indexOf('\r\n\r\n')
      if (end === -1) return
      const head = received.slice(0, end)
      const length = Number(/^content-length: (\d+)/imu.exec(head)?.[1])
      if (received.length < end + 4 + length) return
      socket.off('data', onData)
      if (head.startsWith('HTTP/1.1 200 ')) resolve({ head, body: received.slice(end + 4) })
      else reject(new Error(`the server answered ${head.slice(0, head.indexOf('\r'))}`))
    }
    socket.on('data', onData)
    socket.write(text)
  })
}
