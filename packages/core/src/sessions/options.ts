import { later } from '../base/later.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { type Clock, systemClock } from '../base/time.ts'
import { decodePayload } from '../codec/payload.ts'
import { isVarint } from '../codec/record.ts'
import { type CookieOptions, createSetCookie, resolveAttributes } from '../cookie/attributes.ts'
import { tokenLimit } from '../cookie/chunks.ts'
import type { Keyring } from '../seal/keyring.ts'
import { encodePurpose, type Purpose } from '../seal/purpose.ts'
import { createSealer, type Sealer } from '../seal/sealer.ts'
import { createEmitter, type EventListener, type UnavailablePolicy } from './events.ts'
import type { EncodedState } from './encoded-state.ts'
import { NO_FLASH } from './flash.ts'
import { initialText } from './initial.ts'
import { type LifetimesOptions, resolveLifetimes } from './lifetime.ts'
import { check } from '../base/check.ts'
import { checkKeyring, checkShapes } from './option-shapes.ts'
import { createRefer } from './references.ts'
import type { Revocation, Revoker } from './revocation.ts'
import type { OverflowPolicy, PortContext } from './port.ts'
import type { StandardSchema, Upgrade } from './schema.ts'
import type { Rows, Store } from './store.ts'

/** Where the keys come from: a keyring, or a function that is called once, at the first session or at `ready()`. */
export type KeyringSource = Keyring | (() => MaybePromise<Keyring>)

/** What a session holds at the start. */
type InitialOption<Data extends object> =
  Record<string, never> extends Data
    ? {
        /** The data of a visitor who is new. Must give the same on every call. Default `{}`. */
        readonly initial?: () => Data
      }
    : {
        /** The data of a visitor who is new. Must give the same on every call. */
        readonly initial: () => Data
      }

/** Everything that can be set. A keyring alone is enough. */
export type SessionsOptions<Data extends object> = BaseOptions<Data> & InitialOption<Data>

interface BaseOptions<Data extends object> {
  readonly keyring: KeyringSource
  /** A check of `data` by any Standard Schema: on opening, where data that fails makes the session fresh, and before sealing, where it throws. It must not convert. */
  readonly schema?: StandardSchema<Data>
  /** Carries sessions over when the shape of `data` changes. */
  readonly upgrade?: Upgrade<NoInfer<Data>>
  readonly lifetime?: LifetimesOptions
  readonly cookie?: CookieOptions
  /** Keeps apps and environments apart that share a key. A key for each is better. */
  readonly audience?: string
  /** `off` where text that a visitor chooses stands beside a secret in the same session: lengths could tell of the secret. Default `deflate`. */
  readonly compression?: 'deflate' | 'off'
  readonly headers?: HeaderOptions
  /** What `createRevocation` of `@encrypted-session/core/revocation` gives. Makes logging out final: without it, a cookie that was copied before the logout stays good until it expires. */
  readonly revocation?: Revocation
  /** Default `closed`. */
  readonly onUnavailable?: UnavailablePolicy
  /** Where large sessions are kept, sealed: what `createStore` of `@encrypted-session/core/store` gives. */
  readonly store?: Store
  /** What becomes of data that does not fit one cookie. `store` and `always` need a `store`. Default `chunk`. */
  readonly overflow?: OverflowPolicy
  /** Called with what happens to sessions. */
  readonly onEvent?: EventListener
  /** The present moment in whole seconds since 1970. Default: the machine's clock. */
  readonly now?: Clock
}

/** What the session says to caches and browsers beside its cookie. */
export interface HeaderOptions {
  /** `cookie`: responses that set the cookie are not stored. `subject`: nor those of any touched session with a subject. Default `cookie`. */
  readonly noStore?: 'cookie' | 'subject'
  /** A `Clear-Site-Data` header for responses that end a session, such as `"cache", "storage"` with its quotes. Default none. */
  readonly clearSiteData?: string
}

/** All that the requests of one `Sessions` share. Checked and complete: nothing that is read while a request runs can be wrong. */
export interface Settings<Data extends object> extends PortContext {
  readonly sealer: () => Promise<Sealer>
  readonly revoker: Revoker | undefined
  readonly rows: Rows | undefined
  readonly initial: () => Data
  /** What a new visitor has, encoded. */
  readonly blank: EncodedState
  readonly schema: StandardSchema<Data> | undefined
  readonly upgrade: Upgrade<Data> | undefined
  readonly setCookie: ReturnType<typeof createSetCookie>
  /** The most characters of a token that are looked at. */
  readonly tokenLimit: number
  readonly compression: 'deflate' | 'off' | undefined
  readonly headers: HeaderOptions
}

/** Checks everything that can be checked before the first request. Throws `ERR_OPTIONS_INVALID` or `ERR_INITIAL_INVALID`. */
export function resolveOptions<Data extends object>(options: SessionsOptions<Data>): Settings<Data> {
  checkShapes(options)
  const {
    // The cast is safe: without `initial`, the type of the options says that {} is a Data.
    initial = (): Data => ({}) as Data,
    schema,
    upgrade,
    audience,
    compression,
    headers = {},
    onUnavailable = 'closed',
    overflow = 'chunk',
    now = systemClock,
  } = options
  check(overflow === 'chunk' || options.store !== undefined, `overflow "${overflow}" needs a store`)
  check(isVarint(now()), 'now must answer whole seconds: Math.floor(Date.now() / 1000)')
  const attributes = resolveAttributes(options.cookie)
  const purpose: Purpose = { kind: 'cookie', name: attributes.name, ...(audience !== undefined && { audience }) }
  encodePurpose(purpose)
  const text = initialText(initial, schema)
  // One listener, however often a keyring that is slow to come is asked for.
  const refused = (error: unknown): void => {
    context.emitter.emit({ type: 'keyring-refused', error })
  }
  const keyring = once(() => loadKeyring(options.keyring, refused))
  const context: PortContext = {
    keyring,
    purpose,
    attributes,
    overflow,
    lifetimes: resolveLifetimes(options.lifetime, now()),
    onUnavailable,
    emitter: createEmitter(attributes.name, options.onEvent, createRefer(keyring, now)),
    now,
  }
  return {
    ...context,
    sealer: once(async () => createSealer(await keyring(), purpose)),
    revoker: options.revocation?.connect(context),
    rows: options.store?.connect(context),
    // Decoded anew for every visitor: what `initial()` shares between its answers is not shared between them. The cast says what was encoded.
    initial: () => decodePayload(text) as Data,
    blank: { payloadText: text, flashText: NO_FLASH, persistent: false },
    schema,
    upgrade,
    setCookie: createSetCookie(attributes),
    tokenLimit: tokenLimit(attributes),
    compression,
    headers,
  }
}

/** Longer than this nobody waits for what another request has begun: Workers drop that with the request, without a word. */
const PATIENCE_MS = 10_000

/** What is loaded once for all: the first that comes stays. A failure is not kept, nor a load that does not end: the next call, or who waits already, begins another. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  let loading: Promise<T> | undefined
  let endsAt = 0
  const begin = async (): Promise<T> => {
    try {
      const value = await load()
      return await (loaded ??= Promise.resolve(value))
    } catch (error) {
      if (loaded) return loaded
      throw error
    }
  }
  const get = (): Promise<T> => {
    if (loaded) return loaded
    if (!loading || performance.now() >= endsAt) {
      endsAt = performance.now() + PATIENCE_MS
      const mine = (loading = begin())
      mine.catch(() => {
        if (loading === mine) loading = undefined
      })
    }
    return whileWaiting(loading, endsAt, get)
  }
  return get
}

/** What a promise gives or, from a moment on, what another way gives, whichever comes first. */
function whileWaiting<T>(promise: Promise<T>, endsAt: number, otherwise: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = later(() => {
      otherwise().then(resolve, reject)
    }, endsAt - performance.now())
    void promise.then(resolve, reject).finally(callOff)
  })
}

async function loadKeyring(source: KeyringSource, onRefused: (error: unknown) => void): Promise<Keyring> {
  const keyring: unknown = typeof source === 'function' ? await source() : source
  checkKeyring(keyring, 'ERR_KEYRING_INVALID')
  await keyring.ready?.()
  keyring.onRefused?.(onRefused)
  return keyring
}
