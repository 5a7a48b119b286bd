import { UsageError } from '../failure.ts'

/** The shell command that brings an .env file into the environment, which the program itself does not read. */
export const READ_ENV = 'set -a; . ./.env; set +a'

/** What came on stdin as keys: the text itself, or the value where it is an .env file with one line of SESSION_KEYS. Throws for any other .env file. */
export function keysInText(text: string): string {
  if (!ENV_LINE.test(text)) return text
  const values = Array.from(
    text.matchAll(SESSION_KEYS_LINE),
    ([, double, single, bare = '']) => double ?? single ?? bare,
  )
  const [value, ...others] = values
  // Of several a shell takes the last, and other readers the first: it must be that which the app has.
  if (value !== undefined && others.length === 0) return value.trim()
  const lines = values.length === 0 ? 'without a line of' : `with ${values.length} lines of`
  throw new UsageError(`That is an .env file ${lines} SESSION_KEYS. Run, and pipe nothing in:\n  ${READ_ENV}`)
}

/** The value of the variable SESSION_KEYS; empty where it is not set. Throws where it is a whole line of an .env file. */
export function keysInVariable(value = ''): string {
  if (!ENV_LINE.test(value)) return value
  throw new UsageError(
    `SESSION_KEYS holds a line of an .env file, with a name in front. Run, or set it to what stands behind the = alone:\n  ${READ_ENV}`,
  )
}

/** In no key and in no line of a keyset stands a name with = behind it first. */
const ENV_LINE = /^[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*[ \t]*=/mu
const SESSION_KEYS_LINE = /^[ \t]*(?:export[ \t]+)?SESSION_KEYS[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|([^#\n]*))/gmu
