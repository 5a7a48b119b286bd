import { SessionError, SessionTooLargeError } from '../base/errors.ts'
import type { CookieJar } from '../cookie/jar.ts'
import { commitSession, endGone, uncommitted } from './commit.ts'
import { type EncodedState, isOther } from './encoded-state.ts'
import { findSession } from './find-session.ts'
import type { Settings } from './options.ts'
import { type Session, StatefulSession } from './session.ts'
import { baselineOf, encodedIfPossible, SessionState, setHeaders } from './session-state.ts'

/** One session in one request, for an adapter: open before the handler, commit before the headers, finish after the response. */
export interface Handle<Data extends object> {
  /** Reads the request's cookie; answers the same session on every call. Rejects only when the keyring cannot be had. */
  open(): Promise<Session<Data>>
  /** Writes what the handler left, just before the headers go out. The status decides whether changes are kept. Runs once. When it rejects, a logout is written all the same; a second call, for the response that answers the error, writes no more than a logout. */
  commit(status: number): Promise<void>
  /** To be called when the response is over: tells of changes that came too late to be written, and ends in the stores what was destroyed too late. */
  finish(): void
}

/** Makes the handle of one request. */
export function createHandle<Data extends object>(settings: Settings<Data>, jar: CookieJar): Handle<Data> {
  const state = new SessionState(settings)
  let opening: Promise<Session<Data>> | undefined
  let committing: Promise<void> | undefined
  let committed: EncodedState | undefined
  let touchedInTime = false

  const commitLogout = async (): Promise<void> => {
    if (state.destroyed) await commitSession(state, jar, 500)
  }
  const carryOut = async (status: number): Promise<void> => {
    const { progress } = state
    // Before the first await: from here on, changes come too late.
    state.progress = 'committed'
    touchedInTime = state.touched
    try {
      // After a commit that failed, the app's error page is to get out: nothing is written. A logout is, once more: the page's headers may be new.
      if (progress === 'open') committed = await commitSession(state, jar, status)
      else await commitLogout()
    } catch (error) {
      // Not lost with what else could not be written. The first error is the one to answer; what a store says now is told by an event.
      if (state.wrote !== 'clear') await commitLogout().catch(() => undefined)
      state.progress = 'failed'
      // What an operator hears of an error that the app will answer. A store that is away has been told of already.
      if (error instanceof SessionTooLargeError) uncommitted(state, 'too-large')
      else if (error instanceof SessionError && error.code === 'ERR_DATA_INVALID') uncommitted(state, 'invalid-data')
      throw error
    }
  }
  const commit = (status: number): Promise<void> => {
    // One that is under way is joined, not begun twice: whoever has called may send the headers when it is done.
    committing =
      committing && state.progress !== 'failed' ? committing.then(() => setHeaders(state, jar)) : carryOut(status)
    return committing
  }

  return {
    open: () =>
      (opening ??= findSession(state, jar.get('cookie')).then(() => new StatefulSession(state, () => commit(200)))),
    commit,
    finish() {
      // The cookie is out of reach, the stores are not; one that cannot answer tells by an event.
      if (state.destroyed && state.progress === 'open') void endGone(state, undefined).catch(() => undefined)
      if (!state.touched || !settings.emitter.isHeard()) return
      // The commit threw and has told why, or is under way still.
      if (touchedInTime && !committed) return
      const { destroyed, progress, regenerated } = state
      // Other than it was when the headers were written, or than it was opened where none were.
      const isLate =
        isOther(encodedIfPossible(state), committed ?? baselineOf(state)) ||
        (progress === 'open' && (destroyed || regenerated))
      if (isLate) uncommitted(state, 'late')
    },
  }
}
