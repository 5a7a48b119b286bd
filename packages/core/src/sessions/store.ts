import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Seconds } from '../base/time.ts'

/** What is to be kept, and in place of what. */
export interface StoreEntry {
  /** 64 hexadecimal characters. */
  readonly name: string
  /** Sealed. Its first 8 bytes are its version, big-endian; the rest is nobody's business. */
  readonly value: Uint8Array
  /** The version that this one replaces; 0 when there must be no entry yet. */
  readonly replaces: number
  /** In how many seconds the entry may be forgotten. */
  readonly ttl: Seconds
}

/**
 * Where sessions are kept that are too large for a cookie: the port that a Redis or a database implements. What it is given is
 * sealed, and the key to it is in the browser's cookie. A store that cannot answer throws or rejects; the session is then
 * unavailable, never empty. `get` is called when a request brings a cookie that names an entry, `set` and `delete` at commit.
 */
export interface Store {
  /** The value under a name, or null when there is none: its session has been ended. */
  get(name: string): MaybePromise<Uint8Array | null>
  /** Keeps an entry if the one it replaces is still there, in one atomic step; else answers `conflict` and changes nothing. */
  set(entry: StoreEntry): MaybePromise<'stored' | 'conflict'>
  /** Forgets an entry. No error when there is none. */
  delete(name: string): MaybePromise<void>
}

/** Where data goes that does not fit one cookie: into more cookies, or into the store; `always` keeps all data there. */
export type OverflowPolicy = 'chunk' | 'store' | 'always'
