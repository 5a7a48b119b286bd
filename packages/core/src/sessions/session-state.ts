import type { Bytes } from '../base/bytes.ts'
import type { SessionUnavailableError } from '../base/errors.ts'
import { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import { decodePayload, encodePayload } from '../codec/payload.ts'
import { type Claims, ID_BYTES } from '../codec/record.ts'
import { forbidStoring, varyByCookie } from '../cookie/caching.ts'
import type { Chunk } from '../cookie/chunks.ts'
import type { CookieJar } from '../cookie/jar.ts'
import { type EncodedState, UNSEALABLE } from './encoded-state.ts'
import { decodeFlash, encodeFlash, type FlashMessage } from './flash.ts'
import { type OpenedCookie, type SealFacts, tellRejected } from './open.ts'
import type { Settings } from './options.ts'
import { isPlainObject } from './schema.ts'

/** What writing this session would overwrite that it must not. */
type Restriction = 'newer-data' | 'superseded'

/** The claims as far as they are settled. Without its times, the session is dated by the write that seals it. */
type Draft = Partial<Omit<Claims, 'id' | 'createdAt' | 'sealedAt'>> & {
  id?: Bytes
  readonly createdAt?: Seconds | undefined
  readonly sealedAt?: Seconds | undefined
  readonly persistent: boolean
}

/** One session in one request, as it stands. The session object, the plan and the commit all look at this. */
export class SessionState<Data extends object> {
  readonly settings: Settings<Data>
  /** What the request brought, once it has been opened and believed, and as long as this is the session that it brought. */
  opened: OpenedCookie | undefined
  /** What it had brought when `destroy` was called. */
  former: OpenedCookie | undefined
  claims: Draft = { persistent: false }
  cookie: SealFacts | undefined
  /** What the handler sees and changes; `undefined` until it looks. */
  data: Data | undefined
  /** Decoded when the session is touched. */
  flash: readonly FlashMessage[] = []
  touched = false
  /** Where to say so when the handler, or whoever writes the response, looks for the first time after the commit. Not a closure: V8 keeps one that is assigned to a property, and all it sees, until a full garbage collection. */
  lateJar: CookieJar | undefined
  destroyed = false
  regenerated = false
  /** The session's cookies that this response sets. */
  chunks: readonly Chunk[] = []
  /** What this response does to the browser's cookie, if it does. */
  wrote: 'session' | 'clear' | undefined
  /** What the stores had to be told has been begun. */
  ended = false
  progress: 'open' | 'committed' | 'failed' = 'open'
  restriction: Restriction | undefined
  unavailable: SessionUnavailableError | undefined

  /** The state of a request that brought nothing. */
  constructor(settings: Settings<Data>) {
    this.settings = settings
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
    if (state.lateJar) setHeaders(state, state.lateJar)
  }
  if (state.unavailable) throw state.unavailable
  return state
}

/** What caches must know of this response. Said again by every commit, since the handler may have looked, or set headers, after the first. */
export function setHeaders<Data extends object>(state: SessionState<Data>, jar: CookieJar): void {
  const { claims, settings } = state
  if (state.touched) varyByCookie(jar)
  const isPrivate = settings.headers.noStore === 'subject' && claims.subject !== undefined
  if (state.wrote || (state.touched && isPrivate)) forbidStoring(jar)
}

function decode<Data extends object>(state: SessionState<Data>, opened: OpenedCookie): void {
  const data = opened.data ?? decodePayload(opened.payloadText)
  const flash = decodeFlash(opened.flashText)
  if (isPlainObject(data) && flash) {
    opened.data = data
    state.flash = flash
  } else {
    startAnew(state)
    tellRejected(state.settings, opened.cookie, new Rejection('undecodable', opened.cookie.keyId))
  }
}

/** The data: what the cookie held, or what `initial()` gives. */
export function dataOf<Data extends object>(state: SessionState<Data>): Data {
  // The cast trusts what was sealed by this app under this name; `schema` checks it where it is configured.
  return (state.data ??= (state.opened?.data as Data | undefined) ?? state.settings.initial())
}

/** The id, drawn at first use. */
export function idOf<Data extends object>({ claims }: SessionState<Data>): Bytes {
  return (claims.id ??= randomId())
}

/** A fresh session id: 128 random bits (ASVS 7.2.3). */
export function randomId(): Bytes {
  return crypto.getRandomValues(new Uint8Array(ID_BYTES))
}

/** Encodes what a touched session holds now. Data that the handler never looked at is not encoded again. Throws for data that cannot be sealed. */
export function encodeState<Data extends object>(state: SessionState<Data>): EncodedState {
  const { claims, data, flash } = state
  return {
    payloadText: data ? encodePayload(data) : baselineOf(state).payloadText,
    flashText: encodeFlash(flash),
    persistent: claims.persistent,
  }
}

/** The same, for when nobody is to hear of data that cannot be sealed. */
export function encodedIfPossible<Data extends object>(state: SessionState<Data>): EncodedState {
  try {
    return encodeState(state)
  } catch {
    // Data is the app's own, and a getter in it may throw anything.
    return UNSEALABLE
  }
}

/** What the session is compared with. */
export function baselineOf<Data extends object>({ opened, settings }: SessionState<Data>): EncodedState {
  return opened ?? settings.blank
}
