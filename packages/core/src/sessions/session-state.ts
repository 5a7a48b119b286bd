import { Rejection } from '../base/rejection.ts'
import type { SessionUnavailableError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import type { Bytes } from '../base/bytes.ts'
import { decodePayload, encodePayload } from '../codec/payload.ts'
import { ID_BYTES } from '../codec/record.ts'
import { decodeFlash, encodeFlash, type FlashMessage } from './flash.ts'
import type { CookieFacts, OpenedCookie } from './open.ts'
import type { Settings } from './options.ts'
import { isPlainObject } from './schema.ts'

/** What writing this session would overwrite that it must not. */
export type Restriction = 'newer-data' | 'superseded'

/** One session in one request, as it stands. The session object, the plan and the commit all look at this. */
export interface SessionState<Data extends object> {
  readonly settings: Settings<Data>
  /** What the request brought, once it has been opened and believed. */
  opened: OpenedCookie | undefined
  cookie: CookieFacts | undefined
  id: Bytes | undefined
  createdAt: Seconds | undefined
  /** When it was sealed; `undefined` for what is not yet. */
  sealedAt: Seconds | undefined
  subject: string | undefined
  persistent: boolean
  /** What the cookie's payload says; decoded when the session is first touched. */
  decoded: Data | undefined
  /** What the handler sees and changes; `undefined` until it looks. */
  data: Data | undefined
  /** The encoding that `data` is compared with. */
  baseline: string
  flash: FlashMessage[] | undefined
  touched: boolean
  destroyed: boolean
  /** Whether this response sets a cookie of the session's. */
  wrote: boolean
  /** The revocation that `destroy` asks for has been begun. */
  ended: boolean
  /** Exempt from a revocation of its subject that this request has made. */
  kept: boolean
  /** What `regenerate` was called for. */
  regenerated: 'no' | 'authenticated' | 'privilege'
  progress: 'open' | 'committed' | 'failed'
  restriction: Restriction | undefined
  unavailable: SessionUnavailableError | undefined
  /** Told when the payload of an opened cookie turns out to be no payload. */
  readonly onUndecodable: (cookie: CookieFacts) => void
}

/** The state of a request that brought nothing. */
export function freshState<Data extends object>(
  settings: Settings<Data>,
  onUndecodable: (cookie: CookieFacts) => void,
): SessionState<Data> {
  return {
    settings,
    opened: undefined,
    cookie: undefined,
    id: undefined,
    createdAt: undefined,
    sealedAt: undefined,
    subject: undefined,
    persistent: false,
    decoded: undefined,
    data: undefined,
    baseline: settings.initialText,
    flash: undefined,
    touched: false,
    destroyed: false,
    wrote: false,
    ended: false,
    kept: false,
    regenerated: 'no',
    progress: 'open',
    restriction: undefined,
    unavailable: undefined,
    onUndecodable,
  }
}

/** Takes over what a cookie held. */
export function resume<Data extends object>(state: SessionState<Data>, opened: OpenedCookie): void {
  const { claims, cookie, payloadText } = opened
  state.opened = opened
  state.cookie = cookie
  state.id = claims.id
  state.createdAt = claims.createdAt
  state.sealedAt = claims.sealedAt
  state.subject = claims.subject
  state.persistent = claims.persistent
  state.baseline = payloadText
}

/** Forgets who this was: the state of a new visitor, in a request that has an old one's cookie. */
export function startAnew<Data extends object>(state: SessionState<Data>): void {
  state.cookie = undefined
  state.id = undefined
  state.createdAt = undefined
  state.sealedAt = undefined
  state.subject = undefined
  state.persistent = false
  state.decoded = undefined
  state.data = undefined
  state.baseline = state.settings.initialText
  state.flash = []
  state.regenerated = 'no'
}

/** Marks that the handler looked, and decodes what it may look at. Throws `ERR_SESSION_UNAVAILABLE` when it cannot be known whether the session holds. */
export function touch<Data extends object>(state: SessionState<Data>): void {
  if (state.touched) {
    if (state.unavailable !== undefined) throw state.unavailable
    return
  }
  state.touched = true
  if (state.unavailable !== undefined) throw state.unavailable
  if (state.opened === undefined) return
  const { cookie, flashText, payloadText } = state.opened
  const data = state.decoded ?? decodePayload(payloadText)
  const flash = decodeFlash(flashText)
  if (isPlainObject(data) && !(flash instanceof Rejection)) {
    // The cast trusts what was sealed by this app under this name; `schema` checks it where it is configured.
    state.decoded = data as Data
    state.flash = flash
    return
  }
  state.opened = undefined
  startAnew(state)
  state.onUndecodable(cookie)
}

/** The data: what the cookie held, or what `initial()` gives. */
export function dataOf<Data extends object>(state: SessionState<Data>): Data {
  state.data ??= state.decoded ?? state.settings.initial()
  return state.data
}

/** The id, drawn at first use. */
export function idOf<Data extends object>(state: SessionState<Data>): Bytes {
  state.id ??= randomId()
  return state.id
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
export function encodeState<Data extends object>({ baseline, data, flash, opened }: SessionState<Data>): EncodedState {
  return {
    payloadText: data === undefined ? baseline : encodePayload(data),
    flashText: flash === undefined ? opened?.flashText : encodeFlash(flash),
  }
}
