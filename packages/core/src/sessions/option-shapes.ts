import { SessionError } from '../base/errors.ts'
import type { Keyring } from '../seal/keyring.ts'

const LIFETIME_NAMES: readonly string[] = ['absolute', 'idle', 'extendAfter']

/** Every group of options with the names in it. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  '': [
    'keyring',
    'initial',
    'schema',
    'upgrade',
    'lifetime',
    'cookie',
    'audience',
    'compression',
    'headers',
    'revocation',
    'onUnavailable',
    'store',
    'overflow',
    'onEvent',
    'now',
  ],
  lifetime: [...LIFETIME_NAMES, 'persistent', 'notBefore'],
  'lifetime.persistent': LIFETIME_NAMES,
  cookie: ['name', 'secure', 'sameSite', 'domain', 'path', 'partitioned', 'maxChunks'],
  headers: ['noStore', 'clearSiteData'],
}

/** Options that are functions. */
const FUNCTIONS: readonly string[] = ['initial', 'now', 'onEvent', 'upgrade.from', 'schema.~standard.validate']

/** Options that another entry makes of a port. */
const PORTS = { revocation: 'createRevocation', store: 'createStore' }

const TEXTS: readonly string[] = ['cookie.name', 'cookie.domain', 'cookie.path', 'audience', 'headers.clearSiteData']
const BOOLEANS: readonly string[] = ['cookie.secure', 'cookie.partitioned']

/** What the types say, for JavaScript: what has another name or shape would fail much later, or without a word. */
export function checkShapes(options: unknown): void {
  const keyring = valueAt(options, 'keyring')
  check(
    keyring !== undefined,
    'createSessions needs a keyring: createSessions({ keyring: () => parseKeyring(process.env.SESSION_KEYS) })',
  )
  check(
    typeof keyring === 'function' || isKeyring(keyring),
    'keyring must be a keyring, or a function that answers one: () => parseKeyring(process.env.SESSION_KEYS)',
  )
  for (const [group, names] of Object.entries(GROUPS)) checkGroup(group, valueAt(options, group), names)
  for (const path of FUNCTIONS) {
    const owner = path.includes('.') ? valueAt(options, path.split('.')[0] ?? '') : valueAt(options, path)
    check(owner === undefined || typeof valueAt(options, path) === 'function', `${path} must be a function`)
  }
  for (const [path, factory] of Object.entries(PORTS)) {
    check(
      valueAt(options, path) === undefined || typeof valueAt(options, `${path}.connect`) === 'function',
      `${path} must be what ${factory}(port) of @encrypted-session/core/${path} gives`,
    )
  }
  for (const path of TEXTS) {
    check(['string', 'undefined'].includes(typeof valueAt(options, path)), `${path} must be a text`)
  }
  for (const path of BOOLEANS) {
    check(['boolean', 'undefined'].includes(typeof valueAt(options, path)), `${path} must be true or false`)
  }
}

/** Whether a value is a keyring and not, say, the promise of one or the text of a key. */
export function isKeyring(value: unknown): value is Keyring {
  return typeof value === 'object' && value !== null && 'current' in value
}

/** A name that is not known is a name that would be ignored: `secret`, `password`, `maxAge` and the like say so at once. */
function checkGroup(group: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return
  check(typeof options === 'object' && options !== null, `${group} must be an object with ${known.join(', ')}`)
  const prefix = group === '' ? '' : `${group}.`
  for (const name of Object.keys(options)) {
    check(
      known.includes(name),
      `${prefix}${name} is not an option of createSessions. Options are ${known.map((each) => prefix + each).join(', ')}`,
    )
  }
}

/** What stands at a path of names, as far as there is anything. */
function valueAt(options: unknown, path: string): unknown {
  if (path === '') return options
  return path.split('.').reduce<unknown>((value, name) => {
    // The cast asks an unknown object for a property; anything else has none.
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
  }, options)
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new SessionError('ERR_OPTIONS_INVALID', `${message}.`)
}
