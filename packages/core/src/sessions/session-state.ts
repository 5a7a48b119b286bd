import type { Bytes } from '../base/bytes.ts'
import { SessionError, type SessionUnavailableError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import { decodePayload, encodePayload } from '../codec/payload.ts'
import { type Claims, ID_BYTES } from '../codec/record.ts'
import { decodeFlash, encodeFlash, type FlashMessage } from './flash.ts'
import { type CookieFacts, type OpenedCookie, tellRejected } from './open.ts'
import type { Settings } from './options.ts'
import { isPlainObject } from './schema.ts'

/** What writing this session would overwrite that it must not. */
type Restriction = 'newer-data' | 'superseded'

/** The claims as far as they are settled. Without `sealedAt`, the session is dated by the write that seals it. */
type Draft = Partial<Omit<Claims, 'id' | 'sealedAt'>> & {
  id?: Claims['id']
  readonly sealedAt?: Claims['sealedAt'] | undefined
  readonly persistent: boolean
}

/** One session in one request, as it stands. The session object, the plan and the commit all look at this. */
export interface SessionState<Data extends object> {
  readonly settings: Settings<Data>
  /** What the request brought, once it has been opened and believed, and as long as this is the session that it brought. */
  opened: OpenedCookie | undefined
  /** What it had brought when `destroy` was called. */
  former: OpenedCookie | undefined
  claims: Draft
  cookie: CookieFacts | undefined
  /** What the handler sees and changes; `undefined` until it looks. */
  data: Data | undefined
  flash: FlashMessage[] | undefined
  touched: boolean
  destroyed: boolean
  regenerated: boolean
  /** Whether this response sets a cookie of the session's. */
  wrote: boolean
  /** What the stores had to be told has been begun. */
  ended: boolean
  progress: 'open' | 'committed' | 'failed'
  restriction: Restriction | undefined
  unavailable: SessionUnavailableError | undefined
}

/** The state of a request that brought nothing. */
export function freshState<Data extends object>(settings: Settings<Data>): SessionState<Data> {
  return {
    settings,
    opened: undefined,
    former: undefined,
    claims: { persistent: false },
    cookie: undefined,
    data: undefined,
    flash: undefined,
    touched: false,
    destroyed: false,
    regenerated: false,
    wrote: false,
    ended: false,
    progress: 'open',
    restriction: undefined,
    unavailable: undefined,
  }
}

/** Forgets who this was: the state of a new visitor, in a request that has an old one's cookie. */
export function startAnew<Data extends object>(state: SessionState<Data>): void {
  state.opened = undefined
  state.claims = { persistent: false }
  state.cookie = undefined
  state.data = undefined
  state.flash = []
  state.regenerated = false
}

/** The state, marked as looked at by the handler, with what it may look at decoded. Throws `ERR_SESSION_UNAVAILABLE` when it cannot be known whether the session holds. */
export function touched<Data extends object>(state: SessionState<Data>): SessionState<Data> {
  if (!state.touched) {
    state.touched = true
    if (state.opened) decode(state, state.opened)
  }
  if (state.unavailable) throw state.unavailable
  return state
}

function decode<Data extends object>(state: SessionState<Data>, opened: OpenedCookie): void {
  const data = opened.data ?? decodePayload(opened.payloadText)
  state.flash = decodeFlash(opened.flashText)
  if (isPlainObject(data) && state.flash) {
    opened.data = data
  } else {
    startAnew(state)
    tellRejected(state.settings, opened.cookie, new Rejection('undecodable', opened.cookie.keyId))
  }
}

/** The data: what the cookie held, or what `initial()` gives. */
export function dataOf<Data extends object>(state: SessionState<Data>): Data {
  // The cast trusts what was sealed by this app under this name; `schema` checks it where it is configured.
  state.data ??= (state.opened?.data as Data | undefined) ?? state.settings.initial()
  return state.data
}

/** The id, drawn at first use. */
export function idOf<Data extends object>(state: SessionState<Data>): Bytes {
  state.claims.id ??= randomId()
  return state.claims.id
}

/** A fresh session id: 128 random bits (ASVS 7.2.3). */
export function randomId(): Bytes {
  return crypto.getRandomValues(new Uint8Array(ID_BYTES))
}

/** What the session holds, encoded. */
export interface EncodedState {
  readonly payloadText: string
  readonly flashText: string | undefined
}

/** Encodes what the session holds now. Data that the handler never looked at is not encoded again. Throws for data that cannot be sealed. */
export function encodeState<Data extends object>(state: SessionState<Data>): EncodedState {
  const { data, flash, opened } = state
  return {
    payloadText: data ? encodePayload(data) : baselineOf(state),
    flashText: flash ? encodeFlash(flash) : opened?.flashText,
  }
}

/** The same, or `undefined` for what cannot be sealed. */
export function encodedIfPossible<Data extends object>(state: SessionState<Data>): EncodedState | undefined {
  try {
    return encodeState(state)
  } catch (error) {
    if (error instanceof SessionError) return undefined
    throw error
  }
}

/** The encoding that data is compared with. */
export function baselineOf<Data extends object>({ opened, settings }: SessionState<Data>): string {
  return opened?.payloadText ?? settings.initialText
}

/** Whether the handler changed something that would have to be written. */
export function isChanged<Data extends object>(state: SessionState<Data>, encoded: EncodedState): boolean {
  const { claims, opened } = state
  return (
    encoded.payloadText !== baselineOf(state) ||
    encoded.flashText !== opened?.flashText ||
    claims.persistent !== (opened?.claims.persistent ?? false)
  )
}
