import { check } from '../base/check.ts'
import { SessionError, SessionUnavailableError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { minutes, type Seconds } from '../base/time.ts'
import { createKeyTextReader } from './key-text.ts'
import { type LoadedKeyringOptions, resolveRefreshOptions } from './refresh-options.ts'
import { createRefreshingKeyring, type LoadedKeyring } from './refreshing-keyring.ts'

/** Five minutes: secret managers are slow, and count what they are asked. */
const REFRESH_EVERY: Seconds = minutes(5)

/**
 * A keyring of what a function answers, "esk_… esk_…" or the text of a keyset: for secret managers. When the keys are older
 * than `refreshEvery` (300 seconds) the function is called again, beside the request that noticed; requests wait for it only
 * when twice that has passed, after a quiet time. A cookie of an unknown key has it called too, at most every 10 seconds.
 *
 * When it rejects, takes longer than 10 seconds or answers no valid keys, the last good ones stay, `health()` and the event
 * `keyring-refused` say so, and it is called again within 10 seconds. The signal that it is given says when it has taken too
 * long. Throws `ERR_OPTIONS_INVALID` for wrong options.
 *
 * @example
 * ```ts
 * declare function fetchSecret(name: string, options: { signal: AbortSignal }): Promise<string>
 *
 * const keyring = createLoadedKeyring((signal) => fetchSecret('session-keys', { signal }), { refreshEvery: 60 })
 * const sessions = createSessions({ keyring })
 * ```
 */
export function createLoadedKeyring(
  load: (signal: AbortSignal) => MaybePromise<string>,
  options: LoadedKeyringOptions = {},
): LoadedKeyring {
  check(typeof load === 'function', 'createLoadedKeyring takes a function that answers the text of the keys')
  const resolved = resolveRefreshOptions(options, REFRESH_EVERY)
  const read = createKeyTextReader(resolved.now)
  return createRefreshingKeyring(
    {
      awaited: 'when-overdue',
      load: async (signal) => {
        const text = await answerOf(() => load(signal))
        try {
          return await read(text)
        } catch (error) {
          throw inContext(error)
        }
      },
    },
    resolved,
  )
}

/** What the app's function answers, if that is a text. */
async function answerOf(load: () => MaybePromise<string>): Promise<string> {
  let text: unknown
  try {
    text = await load()
  } catch (error) {
    // Not its message: a parser's quotes what it could not parse, and here that is a secret.
    const name = error instanceof Error ? ` with ${error.name}` : ''
    throw new SessionUnavailableError(
      `The function that loads them failed${name}: its error is the cause of this one.`,
      {
        cause: error,
      },
    )
  }
  check(
    typeof text === 'string' && text.trim() !== '',
    'The function that loads session keys must answer a text, "esk_…" or that of a keyset',
    'ERR_KEYRING_MISSING',
  )
  return text
}

/** Says of a reader's error where its text came from. */
function inContext(error: unknown): unknown {
  if (!(error instanceof SessionError)) return error
  return new SessionError(error.code, `The function that loads session keys answered no valid ones: ${error.message}`, {
    cause: error,
  })
}
