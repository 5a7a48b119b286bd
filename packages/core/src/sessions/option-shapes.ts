import { check } from '../base/check.ts'
import type { SessionErrorCode } from '../base/errors.ts'
import { isVarint } from '../codec/record.ts'
import type { Keyring } from '../seal/keyring.ts'
import { anything, group, oneOf, propertyOf, type Shape, shape, typed } from './shape.ts'

const TEXT = typed('string')
const BOOLEAN = typed('boolean')
const FUNCTION = typed('function')
const LIFETIME = { absolute: anything, idle: anything, extendAfter: anything }

/** Every option with its shape. Numbers, and what hangs together, are checked where they are given their meaning. */
const OPTIONS = group({
  keyring: anything,
  initial: FUNCTION,
  schema: shape((value) => hasFunction(propertyOf(value, '~standard'), 'validate'), 'a Standard Schema'),
  upgrade: shape((value) => {
    const version = propertyOf(value, 'version')
    return typeof version === 'number' && isVarint(version) && version > 0 && hasFunction(value, 'from')
  }, '{ version, from }, with a version of 1 or more'),
  lifetime: group({ ...LIFETIME, persistent: group(LIFETIME), notBefore: anything }),
  cookie: group({
    name: TEXT,
    secure: BOOLEAN,
    sameSite: anything,
    domain: TEXT,
    path: TEXT,
    partitioned: BOOLEAN,
    maxChunks: anything,
  }),
  audience: TEXT,
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
  onEvent: FUNCTION,
  now: FUNCTION,
})

/** What another entry makes of a port. */
function connectable(factory: string): Shape {
  const entry = factory.slice('create'.length).toLowerCase()
  const words = `what ${factory}(port) of @encrypted-session/core/${entry} gives`
  return shape((value) => hasFunction(value, 'connect'), words)
}

function hasFunction(value: unknown, name: string): boolean {
  return typeof propertyOf(value, name) === 'function'
}

/** Refuses options of another name or shape, which would fail much later, or without a word. */
export function checkShapes(options: unknown): void {
  if (!hasFunction(options, 'keyring')) checkKeyring(propertyOf(options, 'keyring'), 'ERR_OPTIONS_INVALID')
  OPTIONS(options, '')
}

/** Refuses what is no keyring but, say, the promise of one or the text of a key. */
export function checkKeyring(value: unknown, code: SessionErrorCode): asserts value is Keyring {
  check(
    typeof value === 'object' && value !== null && 'current' in value,
    'keyring must be, or answer, a keyring: () => parseKeyring(process.env.SESSION_KEYS)',
    code,
  )
}
