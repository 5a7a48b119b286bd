import type { CookieJar } from '@encrypted-session/core'
import type { EventLog } from './event-log.ts'

/** The same jar, whose cookies the log sees too. */
export function recordingJar(jar: CookieJar, log: EventLog): CookieJar {
  return {
    get: (header) => jar.get(header),
    set(cookie) {
      log.recordCookie(cookie.text)
      jar.set(cookie)
    },
    revise: (header, change) => {
      jar.revise(header, change)
    },
    // A jar that does not know is one that does not say no.
    get secure() {
      return jar.secure !== false
    },
  }
}
