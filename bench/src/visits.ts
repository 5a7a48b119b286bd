import { createKeyring, createSessions, type CookieJar } from '@encrypted-session/core'
import { randomBytes } from 'node:crypto'
import { type Cell, flat, repeatLater } from './cell.ts'
import { NEVER_SEEN } from './contestant.ts'
import type { SampleSession } from './sessions.ts'

type Data = Record<string, unknown>

const sessions = createSessions<Data>({ keyring: await createKeyring([randomBytes(32)]) })
await sessions.ready()

/**
 * Whole requests without a server: `attach`, `open`, a look at the data or a change of it, `commit`, over a jar in memory. That is what
 * an adapter does, through the package as it is published.
 */
export async function createVisits({ bytes, data }: SampleSession): Promise<Cell[]> {
  const headers: string[] = []
  for (let index = 0; index < NEVER_SEEN; index++) headers.push(flat(await firstVisit(data)))
  const [first = ''] = headers
  let next = 0
  const cell = (operation: Cell['operation'], call: () => Promise<unknown>): Cell => ({
    contestant: 'encrypted-session',
    bytes,
    operation,
    run: repeatLater(call),
  })
  return [
    cell('read (new)', () => read(headers[next++ % headers.length] ?? '')),
    cell('read (again)', () => read(first)),
    cell('write', () => write(first)),
  ]
}

async function firstVisit(data: Data): Promise<string> {
  const jar = createJar('')
  const { handle } = sessions.attach({}, jar)
  const session = await handle.open()
  session.data = { ...data }
  await handle.commit(200)
  return jar.written
}

async function read(header: string): Promise<unknown> {
  const { handle } = sessions.attach({}, createJar(header))
  const session = await handle.open()
  const { role } = session.data
  await handle.commit(200)
  if (typeof role !== 'string') throw new Error('the session was not opened')
  return role
}

async function write(header: string): Promise<unknown> {
  const jar = createJar(header)
  const { handle } = sessions.attach({}, jar)
  const session = await handle.open()
  // As long as before, and never what the cookie holds.
  session.data['role'] = String(session.data['role']).toUpperCase()
  await handle.commit(200)
  if (jar.written === '') throw new Error('the session was not written')
  return jar.written
}

/** One request's headers, and the cookie that the response sets. */
function createJar(header: string): CookieJar & { readonly written: string } {
  let written = ''
  return {
    get: (name) => (name === 'cookie' && header !== '' ? header : undefined),
    set({ name, value }) {
      written = `${name}=${value}`
    },
    revise(_, change) {
      change(undefined)
    },
    get written() {
      return written
    },
  }
}
