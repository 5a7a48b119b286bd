import { later } from '../base/later.ts'
import type { Clock, Seconds } from '../base/time.ts'

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 60_000

/** Does later what a store could not do now: again after 1, 2, 4 … at most 60 seconds, until it is done or no longer matters at `until`. */
export type Retry = (key: string, until: Seconds, attempt: () => Promise<unknown>) => void

/** Makes the retries of one store. What has a key that is waiting already is not tried twice. */
export function createRetry(now: Clock): Retry {
  const waiting = new Set<string>()
  const retry = (key: string, until: Seconds, attempt: () => Promise<unknown>, delayMs: number): void => {
    if (waiting.has(key) || now() >= until) return
    waiting.add(key)
    const again = async (): Promise<void> => {
      waiting.delete(key)
      try {
        await attempt()
      } catch {
        // A store may fail in any way of its own, and the attempt has told of it.
        retry(key, until, attempt, Math.min(delayMs * 2, LAST_RETRY_MS))
      }
    }
    later(() => void again(), delayMs)
  }
  return (key, until, attempt) => {
    retry(key, until, attempt, FIRST_RETRY_MS)
  }
}
