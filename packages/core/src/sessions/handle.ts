import { SessionError, SessionTooLargeError, SessionUnavailableError } from '../base/errors.ts'
import type { CookieJar } from '../cookie/jar.ts'
import type { UncommittedReason } from './events.ts'
import { commitSession, uncommitted, setHeaders } from './commit.ts'
import { findSession, tellUndecodable } from './find-session.ts'
import type { Settings } from './options.ts'
import { createSession, type Session } from './session.ts'
import { type EncodedState, encodeState, freshState, resume, type SessionState } from './session-state.ts'
import { isChanged } from './situation.ts'

/** One session in one request, for an adapter: open before the handler, commit before the headers, finish after the response. */
export interface Handle<Data extends object> {
  /** Reads the request's cookie; answers the same session on every call. Rejects only when the keyring cannot be had. */
  open(): Promise<Session<Data>>
  /** Writes what the handler left, just before the headers go out. The status decides whether changes are kept. Runs once; after a failure, a second call writes nothing but a logout. */
  commit(status: number): Promise<void>
  /** To be called when the response is over: tells of changes that came too late to be written. */
  finish(): void
}

/** Makes the handle of one request. */
export function createHandle<Data extends object>(settings: Settings<Data>, jar: CookieJar): Handle<Data> {
  const state = freshState(settings, (cookie) => {
    tellUndecodable(settings, cookie)
  })
  let opening: Promise<Session<Data>> | undefined
  let committing: Promise<void> | undefined
  let committed: EncodedState | undefined
  let failed = false
  let touchedInTime = false

  const carryOut = async (status: number): Promise<void> => {
    // Before the first await: from here on, changes come too late.
    state.progress = 'committed'
    touchedInTime = state.touched
    try {
      committed = await (failed ? commitLogout(state, jar) : commitSession(state, jar, status))
    } catch (error) {
      failed = true
      state.progress = 'failed'
      const reason = refusalReason(error)
      if (reason !== undefined) uncommitted(state, reason)
      throw error
    }
  }
  const commit = (status: number): Promise<void> => {
    // One that is under way is joined, not begun twice: whoever has called may send the headers when it is done.
    if (committing === undefined || state.progress === 'failed') committing = carryOut(status)
    else committing = committing.then(() => setHeaders(state, jar))
    return committing
  }

  return {
    open() {
      opening ??= openState(state, jar).then(() => createSession(state, () => commit(200)))
      return opening
    },
    commit,
    finish() {
      if (!state.touched || !settings.emitter.isHeard()) return
      // The commit threw, or told already that it could not use what the handler had left.
      if (touchedInTime && committed === undefined) return
      if (isLate(state, committed)) uncommitted(state, 'late')
    },
  }
}

/** What an operator hears of an error that the app will answer. A store that is away has been told of already. */
function refusalReason(error: unknown): UncommittedReason | undefined {
  if (error instanceof SessionTooLargeError) return 'too-large'
  return error instanceof SessionError && error.code === 'ERR_DATA_INVALID' ? 'invalid-data' : undefined
}

/** After a commit that failed, the app's error page is to get out: nothing is written, and a logout is not lost. */
async function commitLogout<Data extends object>(state: SessionState<Data>, jar: CookieJar): Promise<undefined> {
  if (state.destroyed) await commitSession(state, jar, 500)
}

/** Whether the session is other than it was when the headers were written, or than it was opened where none were. */
function isLate<Data extends object>(state: SessionState<Data>, committed: EncodedState | undefined): boolean {
  try {
    const now = encodeState(state)
    if (committed !== undefined) {
      return now.payloadText !== committed.payloadText || now.flashText !== committed.flashText
    }
    return isChanged(state, now) || (state.progress === 'open' && (state.destroyed || state.regenerated !== 'no'))
  } catch (error) {
    // What cannot be encoded was not there when the headers were written.
    if (error instanceof SessionError) return true
    throw error
  }
}

/** Opens the request's cookie into the state: believed, rejected with an event, or not known. */
async function openState<Data extends object>(state: SessionState<Data>, jar: CookieJar): Promise<void> {
  const header = jar.get('cookie')
  if (header === undefined || !header.includes(state.settings.attributes.name)) return
  const found = await findSession(state.settings, header)
  if (found === undefined) return
  if (found instanceof SessionUnavailableError) {
    state.unavailable = found
    return
  }
  if ('rejection' in found) {
    if (found.rejection.reason === 'newer-data') state.restriction = 'newer-data'
    return
  }
  resume(state, found.opened)
  if (found.checked !== undefined) {
    state.decoded = found.checked.data
    // A handler's change is a change from what the schema and the upgrade have made of it.
    state.baseline = found.checked.payloadText
  }
  if (found.isReadOnly) state.restriction = 'superseded'
}
