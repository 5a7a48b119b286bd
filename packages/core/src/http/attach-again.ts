import type { CookieJar } from '../cookie/jar.ts'
import type { Handle } from '../sessions/handle.ts'
import type { Sessions } from '../sessions/sessions.ts'

/** What `sessions.attach` answers, and a way to be done with it. */
export interface Attached<Data extends object> {
  readonly handle: Handle<Data>
  readonly isOwner: boolean
  /** For the owner, once it has answered: who comes next to this request, as in a chain of handlers, opens the session anew and writes it. */
  readonly release: () => void
}

/** As `sessions.attach`, for requests that may be passed on when they have been answered. For authors of adapters. */
export function attachAgain<Data extends object>(
  sessions: Sessions<Data>,
  request: object,
  jar: CookieJar,
): Attached<Data> {
  const next = Symbol.for(`encrypted-session/next ${sessions.cookieName}`)
  // The cast names what `release` writes: what stands for the request from then on.
  const released = request as { [next]?: object }
  return {
    ...sessions.attach(released[next] ?? request, jar),
    release() {
      released[next] = {}
    },
  }
}
