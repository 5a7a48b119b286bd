/** One of several servers behind a load balancer: sessions by a keyset file, whose path is the argument. Writes its port, then one line for each event, as JSON. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSessions } from '@encrypted-session/core'
import { createFileKeyring } from '@encrypted-session/core/keyset-file'
import { withSession } from '@encrypted-session/core/node'

interface Visit {
  user?: string
  visits: number
}

const keyring = createFileKeyring(process.argv[2] ?? '', { refreshEvery: 1 })
const sessions = createSessions({
  keyring,
  initial: (): Visit => ({ visits: 0 }),
  onEvent(event) {
    const { type } = event
    if (type === 'rejected' || type === 'keyring-refused') {
      console.log(JSON.stringify({ type, reason: 'reason' in event ? event.reason : String(event.error) }))
    }
  },
})
await sessions.ready()

const listener = withSession(
  sessions,
  ({ url = '/' }: IncomingMessage, response: ServerResponse, session) => {
    const { searchParams, pathname } = new URL(url, 'http://localhost')
    if (pathname === '/login') session.data.user = searchParams.get('user') ?? ''
    if (pathname === '/write') session.data.visits++
    const text = JSON.stringify({ user: session.data.user, visits: session.data.visits })
    return () => response.end(text)
  },
  (error, response) => {
    console.log(JSON.stringify({ type: 'failed', reason: String(error) }))
    return () => response.end()
  },
)
const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1', () => {
  console.log(String((server.address() as AddressInfo).port))
})
