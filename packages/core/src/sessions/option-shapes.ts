import { check } from '../base/check.ts'
import type { SessionErrorCode } from '../base/errors.ts'
import { isVarint } from '../codec/record.ts'
import type { Keyring } from '../seal/keyring.ts'
import { anything, fieldsOf, group, oneOf, shape, typed } from './shape.ts'

const TEXT = typed('string')
const BOOLEAN = typed('boolean')
const FUNCTION = typed('function')
const LIFETIME = { absolute: anything, idle: anything, extendAfter: anything }

/** Every option with its shape. Numbers, and what hangs together, are checked where they are given their meaning. */
const OPTIONS = group({
  keyring: anything,
  initial: FUNCTION,
  schema: shape(
    (value) => typeof fieldsOf(fieldsOf(value)['~standard'])['validate'] === 'function',
    'a Standard Schema',
  ),
  upgrade: shape((value) => {
    const { version, from } = fieldsOf(value)
    return typeof version === 'number' && isVarint(version) && version > 0 && typeof from === 'function'
  }, '{ version, from }, with a version of 1 or more'),
  lifetime: group({ ...LIFETIME, persistent: group(LIFETIME), notBefore: anything }),
  cookie: group({
    name: TEXT,
    secure: BOOLEAN,
    sameSite: oneOf('strict', 'lax', 'none'),
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
  revocation: shape(isConnectable, 'createRevocation(port)'),
  onUnavailable: oneOf('closed', 'open'),
  store: shape(isConnectable, 'createStore(port)'),
  overflow: oneOf('chunk', 'store', 'always'),
  onEvent: FUNCTION,
  now: FUNCTION,
})

/** Whether a value is what another entry makes of a port. */
function isConnectable(value: unknown): boolean {
  return typeof fieldsOf(value)['connect'] === 'function'
}

/** Refuses options of another name or shape, which would fail much later, or without a word. */
export function checkShapes(options: unknown): void {
  const { keyring } = fieldsOf(options)
  if (typeof keyring !== 'function') checkKeyring(keyring, 'ERR_OPTIONS_INVALID')
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
