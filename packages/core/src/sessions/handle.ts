import type { Keyring } from '../seal/keyring.ts'
import { Rejection } from '../base/rejection.ts'
import { SessionUnavailableError } from '../base/errors.ts'
import { decodePayload, encodePayload } from '../codec/payload.ts'
import type { CookieJar } from '../cookie/jar.ts'
import type { Sealer } from '../seal/sealer.ts'
import { type CommitContext, commitSession, isChanged, uncommitted } from './commit.ts'
import { openCookie, type OpenedCookie, type RejectedCookie } from './open.ts'
import type { Settings } from './options.ts'
import type { References } from './references.ts'
import type { Revoker } from './revoker.ts'
import { upgraded, validated } from './schema.ts'
import { createSession, type Session } from './session.ts'
import { dataText, freshState, resume, type SessionState } from './session-state.ts'

/** What all requests of one `Sessions` share. */
export interface Shared<Data extends object> {
  readonly settings: Settings<Data>
  readonly keyring: () => Promise<Keyring>
  readonly sealer: () => Promise<Sealer>
  readonly references: References
  readonly revoker: Revoker | undefined
}

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
export function createHandle<Data extends object>(shared: Shared<Data>, jar: CookieJar): Handle<Data> {
  const { settings } = shared
  const context: CommitContext = { jar, sealer: shared.sealer, references: shared.references, revoker: shared.revoker }
  const state = freshState(settings, (rejection) => {
    tellRejected(settings, { rejection, bytes: 0, chunks: 0 })
  })
  let opening: Promise<Session<Data>> | undefined
  let committedText: string | undefined

  const commit = async (status: number): Promise<void> => {
    if (state.progress === 'committed') return
    const retried = state.progress === 'failed'
    // Before the first await: a commit that is under way is not begun twice.
    state.progress = 'committed'
    try {
      await (retried ? commitLogout(state, context) : commitSession(state, context, status))
    } catch (error) {
      state.progress = 'failed'
      throw error
    }
    committedText = state.data === undefined ? undefined : dataText(state)
  }

  return {
    open() {
      opening ??= openState(state, shared, jar).then(() => createSession(state, () => commit(200)))
      return opening
    },
    commit,
    finish() {
      if (!state.touched || state.progress === 'failed') return
      const isLate = state.progress === 'committed' ? committedText !== undefined && dataText(state) !== committedText : isChanged(state)
      if (isLate) uncommitted(state, 'late')
    },
  }
}

/** After a commit that failed, the app's error page is to get out: nothing is written, and a logout is not lost. */
async function commitLogout<Data extends object>(state: SessionState<Data>, context: CommitContext): Promise<void> {
  if (state.destroyed) await commitSession(state, { ...context, revoker: undefined }, 500)
}

/** Opens the request's cookie into the state: believed, rejected with an event, or not known. */
async function openState<Data extends object>(state: SessionState<Data>, shared: Shared<Data>, jar: CookieJar): Promise<void> {
  const header = jar.get('cookie')
  if (header === undefined || !header.includes(shared.settings.attributes.name)) return
  const found = await findSession(shared, header)
  if (found === undefined) return
  if (found instanceof SessionUnavailableError) {
    state.unavailable = found
    return
  }
  if ('rejection' in found) {
    if (found.rejection.reason === 'newer-data') state.restriction = 'newer-data'
    tellRejected(shared.settings, found)
    return
  }
  resume(state, found.opened)
  if (found.data !== undefined) {
    state.data = found.data
    // A handler's change is a change from what the schema and the upgrade have made of it.
    state.baseline = encodePayload(found.data)
  }
  if (found.isReadOnly) state.restriction = 'superseded'
  await tellOpened(shared, found.opened)
}

/** A session that the cookie, the store and the schema agree on. */
export interface FoundSession<Data extends object> {
  readonly opened: OpenedCookie
  /** Decoded already where a schema or an upgrade had to see it. */
  readonly data: Data | undefined
  readonly isReadOnly: boolean
}

/** Looks a session up: cookie, then store, then data. */
export async function findSession<Data extends object>(
  { settings, sealer, revoker }: Shared<Data>,
  header: string,
): Promise<FoundSession<Data> | RejectedCookie | SessionUnavailableError | undefined> {
  const opened = await openCookie(header, settings, await sealer(), settings.now())
  if (opened === undefined || 'rejection' in opened) return opened
  const verdict = (await revoker?.judge(opened.claims)) ?? 'alive'
  if (verdict instanceof SessionUnavailableError) return verdict
  if (verdict === 'revoked' || verdict === 'superseded') return { ...opened.cookie, rejection: new Rejection(verdict, opened.cookie.keyId) }
  const data = await checkedData(settings, opened)
  if (data instanceof Rejection) return { ...opened.cookie, rejection: data }
  return { opened, data, isReadOnly: verdict === 'read-only' }
}

/** The data as the schema and the upgrade give it, or `undefined` where neither is there and it can wait. */
async function checkedData<Data extends object>(settings: Settings<Data>, { claims, payloadText }: OpenedCookie): Promise<Data | Rejection | undefined> {
  const { schema, upgrade } = settings
  const version = claims.dataVersion ?? 0
  if (schema === undefined && version === (upgrade?.version ?? 0)) return undefined
  const decoded = decodePayload(payloadText)
  if (decoded instanceof Rejection) return decoded
  const data = await upgraded(upgrade, decoded, version)
  if (data instanceof Rejection) return data
  // The cast trusts the app's own upgrade; a schema, where there is one, checks it.
  return schema === undefined ? (data as Data) : validated(schema, data)
}

async function tellOpened<Data extends object>({ settings, references }: Shared<Data>, { claims, cookie }: OpenedCookie): Promise<void> {
  if (!settings.emitter.isHeard()) return
  settings.emitter.emit({ type: 'opened', cookie: cookie.name, session: await references.of(claims.id), keyId: cookie.keyId })
}

function tellRejected<Data extends object>({ attributes, emitter }: Settings<Data>, { rejection, bytes, chunks }: RejectedCookie): void {
  const { reason, keyId } = rejection
  emitter.emit({ type: 'rejected', cookie: attributes.name, reason, bytes, chunks, ...(keyId !== undefined && { keyId }) })
}
