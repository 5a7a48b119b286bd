import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Question } from './children/server.ts'
import type { ServerName } from './frameworks.ts'
import type { Scenario, Traffic } from './scenarios.ts'
import { createVisitors, type Visitors } from './visitors.ts'

/** A server in a process of its own, and visitors who have sessions there. */
export interface VisitedServer extends ServerName {
  /** Requests so many times. */
  visit(scenario: Scenario, count: number): Promise<void>
  /** CPU time of its process so far, in microseconds. */
  used(): Promise<number>
  /** The process is left to whoever started it. */
  leave(): void
}

export const SERVER_FILE: string = new URL('children/server.ts', import.meta.url).pathname

// More than any cache of opened tokens holds.
const VISITORS = 2000

/** Waits for the server that this process starts, and has sessions begun there. Rejects if they are not read or not written. */
export async function createVisitedServer(name: ServerName, child: ChildProcess): Promise<VisitedServer> {
  const visitors = await createVisitors(await portOf(name, child))
  const begun = name.variant === 'bare' ? strangers() : await visitors.welcome('/seed', VISITORS)
  if (name.variant !== 'bare') await check(name, visitors, begun[0])
  const cookies: Readonly<Record<Traffic, readonly string[]>> = {
    'one visitor': begun.slice(0, 1),
    'many visitors': begun,
  }
  return {
    ...name,
    visit: ({ path, traffic }, count) => visitors.send(path, cookies[traffic], count),
    async used() {
      const question: Question = { type: 'usage' }
      child.send(question)
      const [micros] = (await once(child, 'message')) as [number]
      return micros
    },
    leave: () => {
      visitors.leave()
    },
  }
}

/** The child's first message. One that ends before it has said why. */
function portOf({ framework, variant }: ServerName, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (port: number) => {
      resolve(port)
    })
    child.once('exit', () => {
      reject(new Error(`${framework} with ${variant} did not start`))
    })
  })
}

/** Cookies that mean nothing to the bare server, as long as a session's: it parses them all the same. */
function strangers(): string[] {
  return Array.from({ length: VISITORS }, (_, index) => `other=${String(index).padStart(530, 'x')}`)
}

/** A read must write nothing, and a write be what the next visit finds: less would be fast. */
async function check(
  { framework, variant }: ServerName,
  visitors: Visitors,
  cookie: string | undefined,
): Promise<void> {
  const read = await visitors.visit('/read', cookie)
  const before = await visitors.visit('/seen', cookie)
  const write = await visitors.visit('/write', cookie)
  const after = await visitors.visit('/seen', write.cookie)
  if (read.cookie === cookie && write.cookie !== cookie && before.body !== after.body) return
  throw new Error(`${framework} with ${variant} does not read and write its session`)
}
