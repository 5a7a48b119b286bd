import { SessionError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { type Clock, systemClock } from '../base/time.ts'
import { decodePayload, encodePayload } from '../codec/payload.ts'
import { isVarint } from '../codec/record.ts'
import { type CookieAttributes, type CookieOptions, createSetCookie, resolveAttributes } from '../cookie/attributes.ts'
import { tokenLimit } from '../cookie/chunks.ts'
import type { Keyring } from '../seal/keyring.ts'
import { encodePurpose, type Purpose } from '../seal/purpose.ts'
import { createEmitter, type Emitter, type EventListener } from './events.ts'
import { type Lifetimes, type LifetimesOptions, resolveLifetimes } from './lifetime.ts'
import type { Revocation, UnavailablePolicy } from './revocation.ts'
import { isPlainObject, type StandardResult, type StandardSchema, type Upgrade } from './schema.ts'
import type { OverflowPolicy, Store } from './store.ts'

/** Where the keys come from: a keyring, or a function that is called once, at the first session or at `ready()`. */
export type KeyringSource = Keyring | (() => MaybePromise<Keyring>)

/** What a session holds at the start. */
type InitialOption<Data extends object> = Record<string, never> extends Data
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
  /** Makes logging out final: without it, a cookie that was copied before the logout stays good until it expires. */
  readonly revocation?: Revocation
  /** Default `closed`. */
  readonly onUnavailable?: UnavailablePolicy
  /** Where large sessions are kept, sealed. */
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

/** The options, checked and complete: nothing that is read while a request runs can be wrong. */
export interface Settings<Data extends object> {
  readonly keyring: KeyringSource
  readonly purpose: Purpose
  readonly initial: () => Data
  /** The encoding of `initial()`. */
  readonly initialText: string
  readonly schema: StandardSchema<Data> | undefined
  readonly upgrade: Upgrade<Data> | undefined
  readonly lifetimes: Lifetimes
  readonly attributes: CookieAttributes
  readonly setCookie: ReturnType<typeof createSetCookie>
  /** The most characters of a token that are looked at. */
  readonly tokenLimit: number
  readonly compression: 'deflate' | 'off'
  readonly noStore: 'cookie' | 'subject'
  readonly clearSiteData: string | undefined
  readonly revocation: Revocation | undefined
  readonly onUnavailable: UnavailablePolicy
  readonly store: Store | undefined
  readonly overflow: OverflowPolicy
  readonly emitter: Emitter
  readonly now: Clock
}

/** Checks everything that can be checked before the first request. Throws `ERR_OPTIONS_INVALID` or `ERR_INITIAL_INVALID`. */
export function resolveOptions<Data extends object>(options: SessionsOptions<Data>): Settings<Data> {
  checkShape(options)
  const attributes = resolveAttributes(options.cookie)
  const purpose: Purpose = { kind: 'cookie', name: attributes.name, ...(options.audience !== undefined && { audience: options.audience }) }
  encodePurpose(purpose)
  const { compression = 'deflate', onUnavailable = 'closed', overflow = 'chunk', store, upgrade } = options
  check(['deflate', 'off'].includes(compression), 'compression must be "deflate" or "off"')
  check(['closed', 'open'].includes(onUnavailable), 'onUnavailable must be "closed" or "open"')
  check(['chunk', 'store', 'always'].includes(overflow), 'overflow must be "chunk", "store" or "always"')
  check(overflow === 'chunk' || store !== undefined, `overflow "${overflow}" needs a store: createSessions({ store })`)
  check(upgrade === undefined || (isVarint(upgrade.version) && upgrade.version > 0), 'upgrade.version must be a whole number, at least 1')
  const now = options.now ?? systemClock
  check(isVarint(now()), 'now must answer whole seconds since 1970, such as Math.floor(Date.now() / 1000)')
  const noStore = options.headers?.noStore ?? 'cookie'
  check(['cookie', 'subject'].includes(noStore), 'headers.noStore must be "cookie" or "subject"')
  // The cast is safe: without `initial`, the type of the options says that {} is a Data.
  const text = initialText(options.initial ?? ((): Data => ({}) as Data), options.schema)
  return Object.freeze({
    keyring: options.keyring,
    purpose,
    // Decoded anew for every visitor: what `initial()` shares between its answers is not shared between them. The cast says what was encoded.
    initial: () => decodePayload(text) as Data,
    initialText: text,
    schema: options.schema,
    upgrade,
    lifetimes: resolveLifetimes(options.lifetime),
    attributes,
    setCookie: createSetCookie(attributes),
    tokenLimit: tokenLimit(attributes),
    compression,
    noStore,
    clearSiteData: options.headers?.clearSiteData,
    revocation: options.revocation,
    onUnavailable,
    store,
    overflow,
    emitter: createEmitter(options.onEvent),
    now,
  })
}

/** What the types say, for JavaScript: what is not a function or has another name would fail much later, or without a word. */
function checkShape<Data extends object>(options: SessionsOptions<Data>): void {
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- JavaScript callers may pass nothing
  check(options?.keyring !== undefined, 'createSessions needs a keyring: createSessions({ keyring: () => parseKeyring(process.env.SESSION_KEYS) })')
  const { cookie, headers, initial, keyring, lifetime, now, onEvent, upgrade } = options
  check(typeof keyring === 'function' || isKeyring(keyring), 'keyring must be a keyring, or a function that answers one: () => parseKeyring(process.env.SESSION_KEYS)')
  for (const [name, value] of Object.entries({ initial, now, onEvent })) if (value !== undefined) checkFunction(name, value)
  if (upgrade !== undefined) checkFunction('upgrade.from', upgrade.from)
  checkNames(options, '', OPTION_NAMES)
  checkNames(lifetime, 'lifetime.', [...LIFETIME_NAMES, 'persistent', 'notBefore'])
  checkNames(lifetime?.persistent, 'lifetime.persistent.', LIFETIME_NAMES)
  checkNames(cookie, 'cookie.', ['name', 'secure', 'sameSite', 'domain', 'path', 'partitioned', 'maxChunks'])
  checkNames(headers, 'headers.', ['noStore', 'clearSiteData'])
}

const LIFETIME_NAMES: readonly string[] = ['absolute', 'idle', 'extendAfter']

const OPTION_NAMES: readonly string[] = [
  'keyring', 'initial', 'schema', 'upgrade', 'lifetime', 'cookie', 'audience', 'compression',
  'headers', 'revocation', 'onUnavailable', 'store', 'overflow', 'onEvent', 'now',
]

function checkFunction(name: string, value: unknown): void {
  check(typeof value === 'function', `${name} must be a function`)
}

/** A name that is not known is a name that would be ignored: `secret`, `password`, `maxAge` and the like say so at once. */
function checkNames(options: object | undefined, prefix: string, known: readonly string[]): void {
  for (const name of Object.keys(options ?? {})) {
    check(known.includes(name), `${prefix}${name} is not an option of createSessions. Options are ${known.map((each) => prefix + each).join(', ')}`)
  }
}

/** Whether a value is a keyring and not, say, the promise of one or the text of a key. */
export function isKeyring(value: unknown): value is Keyring {
  return typeof value === 'object' && value !== null && 'current' in value
}

/** Encodes `initial()` twice: change detection compares with it, so a date or a random value would look like a change on every request. */
function initialText<Data extends object>(initial: () => Data, schema: StandardSchema<Data> | undefined): string {
  const first = encodedInitial(initial)
  if (first !== encodedInitial(initial)) {
    throw new SessionError('ERR_INITIAL_INVALID', 'initial() gives something else on every call. Set values such as a date or a token in a handler instead.')
  }
  const checked = validatedInitial(initial, schema)
  if (checked === undefined) return first
  if (checked.issues !== undefined || encodePayload(checked.value) !== first) {
    throw new SessionError('ERR_INITIAL_INVALID', 'initial() must satisfy the schema, and the schema must give back what it accepts, unchanged.')
  }
  return first
}

/** What the schema says of `initial()`, where it says it at once. */
function validatedInitial<Data extends object>(initial: () => Data, schema: StandardSchema<Data> | undefined): StandardResult<Data> | undefined {
  try {
    const result = schema?.['~standard'].validate(initial())
    if (!(result instanceof Promise)) return result
    // Nobody waits for it here: its rejection must not end the process. The first request will meet the same.
    result.catch(() => undefined)
    return undefined
  } catch (cause) {
    // A schema is the app's own code and may throw anything.
    throw new SessionError('ERR_INITIAL_INVALID', 'The schema throws for initial(); the cause says why.', { cause })
  }
}

function encodedInitial(initial: () => object): string {
  const value: unknown = initial()
  if (!isPlainObject(value)) {
    throw new SessionError('ERR_INITIAL_INVALID', 'initial() must give a plain object, at once.')
  }
  try {
    return encodePayload(value, 'initial()')
  } catch (cause) {
    throw new SessionError('ERR_INITIAL_INVALID', 'initial() cannot be encoded; the cause says where.', { cause })
  }
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new SessionError('ERR_OPTIONS_INVALID', `${message}.`)
}
