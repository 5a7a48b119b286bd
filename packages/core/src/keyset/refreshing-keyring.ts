import { SessionUnavailableError } from '../base/errors.ts'
import { tell } from '../base/listener.ts'
import type { Seconds } from '../base/time.ts'
import { findSealingKey, type Keyring, type KeySet } from '../seal/keyring.ts'
import type { LoadedKeyringOptions } from './refresh-options.ts'

/** What a readiness probe wants to know of a keyring. */
export interface KeyringHealth {
  /**
   * `current`: these are the keys of the source. `stale`: the source cannot be read or its keys were refused, and the last
   * good ones serve. `missing`: there have been no good ones; reads give fresh sessions and writes fail.
   */
  readonly state: 'current' | 'stale' | 'missing'
  /** The key that seals now. */
  readonly sealingKeyId?: string
  /** The keys that open cookies. A server that has not got a new key yet shows here. */
  readonly keyIds: readonly string[]
  /** When the source last confirmed the keys that serve. */
  readonly loadedAt?: Seconds
  /** Why it is `stale` or `missing`. */
  readonly error?: unknown
}

/** A keyring that follows a source of keys. No timer runs: it looks when it is used. */
export interface LoadedKeyring extends Keyring {
  /** Loads the keys. Rejects only with `required`, when there are none; otherwise {@link health} says so. */
  ready(): Promise<void>
  check(): Promise<void> | undefined
  refresh(): Promise<void> | undefined
  onRefused(listener: (error: unknown) => void): void
  /** How the keys are, after a look at the source if one is due. Never rejects. */
  health(): Promise<KeyringHealth>
}

/** Where keys come from. */
export interface KeySource {
  /** The keys as they are now, the same object while their content is the same. Rejects with an `Error` when there are none that are good. The signal says that the load was given up. */
  load(signal: AbortSignal): Promise<KeySet>
  /** Who waits for a load that is due: everyone, or only those who find keys that are twice as old as they should be. */
  readonly awaited: 'when-due' | 'when-overdue'
}

/** After a failure, and for unknown keys, the source is asked no more often than this, nor than `refreshEvery`. */
const RETRY_SECONDS = 10
/** A load that takes longer has failed: visitors wait for some of them. */
const LOAD_SECONDS = 10
/** How many causes of a failure, one behind the other, are looked at. */
const CAUSES = 8

/** A load was given up. */
class LateError extends SessionUnavailableError {}

/**
 * A load that is under way. One that runs `beside` a request may be dropped with it, without a word: Workers do so. Nobody waits
 * for such a one; who has to wait begins another.
 */
interface Load {
  readonly done: Promise<void>
  readonly begunAt: number
  readonly waits: 'somebody' | 'nobody'
}

/** A keyring over a source: one load for all who wait, and the last good keys for as long as no better ones come. */
export function createRefreshingKeyring(source: KeySource, options: Required<LoadedKeyringOptions>): LoadedKeyring {
  const { refreshEvery, required, now, uptime, waitUntil } = options
  const retryEvery = Math.min(refreshEvery, RETRY_SECONDS)
  const listeners = new Set<(error: unknown) => void>()
  let current = withoutKeys('They have not been loaded yet: await ready().')
  let loadedAt: Seconds | undefined
  let failure: { readonly error: Error; readonly words: string } | undefined
  let loading: Load | undefined
  /** Whether the last load was given up because it took too long: those whose keys are there do not wait for the next ones. */
  let hangs = false
  /** On the clock `uptime`: of when the keys are, or when it was last tried in vain; when that came; when an unknown key last had us look. */
  let settledAt = -Infinity
  let heardAt = -Infinity
  let askedAt = -Infinity

  const begin = (waits: Load['waits']): Promise<void> => {
    const begunAt = uptime()
    const lateness = new AbortController()
    const keys = within(LOAD_SECONDS, source.load(lateness.signal))
    const mine: Load = { begunAt, waits, done: keys.then(accept, refuse) }
    loading = mine
    tell(waitUntil, mine.done)
    return mine.done

    function accept(keySet: KeySet): void {
      // A load that was given up must not bring back older keys.
      if (loading !== mine) return
      loading = undefined
      hangs = false
      settledAt = begunAt
      heardAt = uptime()
      current = keySet
      loadedAt = now()
      failure = undefined
    }
    function refuse(error: Error): void {
      if (error instanceof LateError) lateness.abort(error)
      if (loading !== mine) return
      loading = undefined
      hangs = error instanceof LateError
      settledAt = heardAt = uptime()
      const words = wordsOf(error)
      if (failure?.words === words) return
      failure = { error, words }
      if (loadedAt === undefined) current = withoutKeys(error.message, error)
      for (const listener of listeners) tell(listener, error)
    }
  }
  /** The load that is under way. One whose timer never rang, in a process or a request that was put to sleep, is given up. */
  const underWay = (): Load | undefined => {
    if (loading && restOf(loading) < 0) loading = undefined
    return loading
  }
  const restOf = ({ begunAt }: Load): Seconds => begunAt + LOAD_SECONDS + 1 - uptime()
  const wait = (): Promise<void> => {
    const load = underWay()
    if (load?.waits !== 'somebody') return begin('somebody')
    // By a timer of one's own too: the other one may go with who had begun the load.
    return within(restOf(load), load.done).catch(() => undefined)
  }
  const isDue = (): boolean => uptime() - settledAt >= (failure ? retryEvery : refreshEvery)
  const lookWhenDue = (): Promise<void> | undefined => {
    if (!isDue()) return undefined
    // Without any keys nobody is spared by not waiting. Otherwise it counts from the last answer or failure, and not from the age
    // of the keys: a source that is out of order, or takes a little longer than `refreshEvery`, is not waited for again and again.
    const isOverdue = (loadedAt === undefined && !hangs) || uptime() - heardAt >= 2 * refreshEvery
    if (source.awaited === 'when-due' ? !hangs : isOverdue) return wait()
    if (!underWay()) void begin('nobody')
    return undefined
  }

  return {
    get current() {
      return current
    },
    async ready() {
      if (loadedAt === undefined && (underWay() ?? isDue())) await wait()
      if (required && current.missing) throw failure?.error ?? current.missing
    },
    check: lookWhenDue,
    refresh() {
      if (underWay()?.waits !== 'somebody') {
        if (uptime() - askedAt < retryEvery) return undefined
        askedAt = uptime()
      }
      return wait()
    },
    onRefused(listener) {
      if (listeners.has(listener)) return
      listeners.add(listener)
      if (failure) tell(listener, failure.error)
    },
    async health() {
      await lookWhenDue()
      const sealingKeyId = findSealingKey(current, now())?.id
      return {
        state: loadedAt === undefined ? 'missing' : failure ? 'stale' : 'current',
        ...(sealingKeyId !== undefined && { sealingKeyId }),
        keyIds: current.keys.filter(({ status }) => status !== 'inactive').map(({ id }) => id),
        ...(loadedAt !== undefined && { loadedAt }),
        ...(failure && { error: failure.error }),
      }
    },
  }
}

/** The empty set of keys, with the reason. */
function withoutKeys(reason: string, cause?: unknown): KeySet {
  return Object.freeze({
    keys: Object.freeze([]),
    revokedIds: new Set<string>(),
    missing: new SessionUnavailableError(`There are no session keys. ${reason}`, { cause }),
  })
}

/** What a promise gives, or a rejection when that takes too long: whoever waits must get on. */
function within<T>(seconds: Seconds, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new LateError(`The keys did not come within ${seconds} seconds.`))
    }, seconds * 1000)
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
    })
  })
}

/** What tells one failure from another. Never throws: an app may throw anything, errors that are their own cause too. */
function wordsOf(error: unknown): string {
  const words = []
  try {
    let cause = error
    for (; cause instanceof Error && words.length < CAUSES; cause = cause.cause) {
      words.push(`${cause.name}: ${cause.message}`)
    }
    if (typeof cause === 'string') words.push(cause)
  } catch {
    // A property that throws when it is read says nothing.
  }
  return words.join(' ')
}
