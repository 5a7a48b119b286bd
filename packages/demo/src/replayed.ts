import type { Sessions } from '@encrypted-session/core'
import { cookieHeaderOf } from './page/held-cookies.ts'
import type { Replay } from './page/view.ts'
import type { Visit } from './visit.ts'

/** What the server makes of a cookie's value that it is shown: read only, so it costs the visitor nothing. `currentId` is the id of the session they are in. */
export async function replayed(sessions: Sessions<Visit>, value: string, currentId: string): Promise<Replay> {
  const view = await sessions.read(cookieHeaderOf([{ name: sessions.cookieName, value }]))
  if (view.kind === 'unavailable') return { outcome: 'unavailable', subject: null }
  if (view.kind === 'anonymous') return { outcome: 'refused', subject: null }
  return { outcome: view.id === currentId ? 'current' : 'opened', subject: view.subject ?? null }
}
