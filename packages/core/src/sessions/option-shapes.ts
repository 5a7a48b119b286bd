import type { SessionErrorCode } from '../base/errors.ts'
import { isVarint } from '../codec/record.ts'
import type { Keyring } from '../seal/keyring.ts'
import { check } from '../base/check.ts'
import { anything, group, oneOf, type Shape, shape, typed, valueAt } from './shape.ts'

const LIFETIME = { absolute: anything, idle: anything, extendAfter: anything }

const KEYRING = 'keyring must be, or answer, a keyring: () => parseKeyring(process.env.SESSION_KEYS)'

/** Every option with its shape. Numbers, and what hangs together, are checked where they are given their meaning. */
const OPTIONS = group({
  keyring: anything,
  initial: typed('function'),
  schema: shape((value) => typeof valueAt(value, '~standard', 'validate') === 'function', 'a Standard Schema'),
  upgrade: shape((value) => {
    const version = valueAt(value, 'version')
    return (
      typeof version === 'number' && version > 0 && isVarint(version) && typeof valueAt(value, 'from') === 'function'
    )
  }, '{ version, from }, with a version of 1 or more'),
  lifetime: group({ ...LIFETIME, persistent: group(LIFETIME), notBefore: anything }),
  cookie: group({
    name: typed('string'),
    secure: typed('boolean'),
    sameSite: anything,
    domain: typed('string'),
    path: typed('string'),
    partitioned: typed('boolean'),
    maxChunks: anything,
  }),
  audience: typed('string'),
  compression: oneOf('deflate', 'off'),
  headers: group({
    noStore: oneOf('cookie', 'subject'),
    // Clear-Site-Data §3.1: directives are quoted; browsers ignore the header silently without the quotes.
    clearSiteData: shape(
      (value) => typeof value === 'string' && /^"[\w*]+"(, ?"[\w*]+")*$/u.test(value),
      'quoted words: "cache", "storage"',
    ),
  }),
  revocation: connectable('createRevocation'),
  onUnavailable: oneOf('closed', 'open'),
  store: connectable('createStore'),
  overflow: oneOf('chunk', 'store', 'always'),
  onEvent: typed('function'),
  now: typed('function'),
})

/** What another entry makes of a port. */
function connectable(factory: string): Shape {
  return (value, path) => {
    check(
      value === undefined || typeof valueAt(value, 'connect') === 'function',
      `${path} must be what ${factory}(port) of @encrypted-session/core/${path} gives`,
    )
  }
}

/** Refuses options of another name or shape, which would fail much later, or without a word. */
export function checkShapes(options: unknown): void {
  const keyring = valueAt(options, 'keyring')
  if (typeof keyring !== 'function') checkKeyring(keyring, 'ERR_OPTIONS_INVALID')
  OPTIONS(options, '')
}

/** Refuses what is no keyring but, say, the promise of one or the text of a key. */
export function checkKeyring(value: unknown, code: SessionErrorCode): asserts value is Keyring {
  check(typeof value === 'object' && value !== null && 'current' in value, KEYRING, code)
}
