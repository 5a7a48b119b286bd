import { SessionError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { type Clock, systemClock } from '../base/time.ts'
import { encodePayload } from '../codec/payload.ts'
import { isVarint } from '../codec/record.ts'
import { type CookieAttributes, type CookieOptions, createSetCookie, resolveAttributes } from '../cookie/attributes.ts'
import type { Keyring } from '../seal/keyring.ts'
import { encodePurpose, type Purpose } from '../seal/purpose.ts'
import { createEmitter, type Emitter, type EventListener } from './events.ts'
import { type Lifetimes, type LifetimesOptions, resolveLifetimes } from './lifetime.ts'
import type { Revocation, UnavailablePolicy } from './revocation.ts'
import type { StandardSchema, Upgrade } from './schema.ts'

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
  readonly compression: 'deflate' | 'off'
  readonly noStore: 'cookie' | 'subject'
  readonly clearSiteData: string | undefined
  readonly revocation: Revocation | undefined
  readonly onUnavailable: UnavailablePolicy
  readonly emitter: Emitter
  readonly now: Clock
}

/** Checks everything that can be checked before the first request. Throws `ERR_OPTIONS_INVALID` or `ERR_INITIAL_INVALID`. */
export function resolveOptions<Data extends object>(options: SessionsOptions<Data>): Settings<Data> {
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- JavaScript callers may pass nothing
  check(options?.keyring !== undefined, 'createSessions needs a keyring: createSessions({ keyring: () => parseKeyring(process.env.SESSION_KEYS) })')
  checkNames(options)
  const attributes = resolveAttributes(options.cookie)
  const purpose: Purpose = { kind: 'cookie', name: attributes.name, ...(options.audience !== undefined && { audience: options.audience }) }
  encodePurpose(purpose)
  const { compression = 'deflate', onUnavailable = 'closed', upgrade } = options
  check(['deflate', 'off'].includes(compression), 'compression must be "deflate" or "off"')
  check(['closed', 'open'].includes(onUnavailable), 'onUnavailable must be "closed" or "open"')
  check(upgrade === undefined || (isVarint(upgrade.version) && upgrade.version > 0), 'upgrade.version must be a whole number, at least 1')
  const noStore = options.headers?.noStore ?? 'cookie'
  check(['cookie', 'subject'].includes(noStore), 'headers.noStore must be "cookie" or "subject"')
  // The cast is safe: without `initial`, the type of the options says that {} is a Data.
  const initial = options.initial ?? ((): Data => ({}) as Data)
  return Object.freeze({
    keyring: options.keyring,
    purpose,
    initial,
    initialText: initialText(initial, options.schema),
    schema: options.schema,
    upgrade,
    lifetimes: resolveLifetimes(options.lifetime),
    attributes,
    setCookie: createSetCookie(attributes),
    compression,
    noStore,
    clearSiteData: options.headers?.clearSiteData,
    revocation: options.revocation,
    onUnavailable,
    emitter: createEmitter(options.onEvent),
    now: options.now ?? systemClock,
  })
}

const OPTION_NAMES: ReadonlySet<string> = new Set([
  'keyring', 'initial', 'schema', 'upgrade', 'lifetime', 'cookie', 'audience', 'compression',
  'headers', 'revocation', 'onUnavailable', 'onEvent', 'now',
])

/** A name that is not known is a name that would be ignored: `secret`, `password`, `maxAge` and the like say so at once. */
function checkNames(options: object): void {
  for (const name of Object.keys(options)) {
    check(OPTION_NAMES.has(name), `${name} is not an option of createSessions. Options are ${[...OPTION_NAMES].join(', ')}`)
  }
}

/** Encodes `initial()` twice: change detection compares with it, so a date or a random value would look like a change on every request. */
function initialText<Data extends object>(initial: () => Data, schema: StandardSchema<Data> | undefined): string {
  const first = encodedInitial(initial)
  if (first !== encodedInitial(initial)) {
    throw new SessionError('ERR_INITIAL_INVALID', 'initial() gives something else on every call. Set values such as a date or a token in a handler instead.')
  }
  const checked = schema?.['~standard'].validate(initial())
  if (checked === undefined || checked instanceof Promise) return first
  if (checked.issues !== undefined || encodePayload(checked.value) !== first) {
    throw new SessionError('ERR_INITIAL_INVALID', 'initial() must satisfy the schema, and the schema must give back what it accepts, unchanged.')
  }
  return first
}

function encodedInitial(initial: () => object): string {
  const value: unknown = initial()
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Promise) {
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
