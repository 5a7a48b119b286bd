import type { Bytes } from '../base/bytes.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Rejection } from '../base/rejection.ts'
import type { Seconds } from '../base/time.ts'
import type { Claims, SessionRecord } from '../codec/record.ts'
import type { StoredPayload } from '../codec/stored-payload.ts'
import type { CookieAttributes } from '../cookie/attributes.ts'
import type { Chunk } from '../cookie/chunks.ts'
import type { PortContext } from './port.ts'

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
export interface StorePort {
  /** The value under a name, or null when there is none: its session has been ended. */
  get(name: string): MaybePromise<Uint8Array | null>
  /** Keeps an entry if the one it replaces is still there, in one atomic step; else answers `conflict` and changes nothing. */
  set(entry: StoreEntry): MaybePromise<'stored' | 'conflict'>
  /** Forgets an entry. No error when there is none. */
  delete(name: string): MaybePromise<void>
}

/** A port with what core needs around it, made by `createStore`: for `createSessions({ store })`. */
export interface Store {
  /** What it was made of: for tests that put another around it. */
  readonly port: StorePort
  /** For `createSessions` alone. */
  connect(context: PortContext): Rows
}

/** Which row a session's data is in. */
export interface RowFacts {
  readonly dataKey: Bytes
  readonly version: number
}

/** A row that is sealed and not yet stored. */
export interface SealedRow {
  readonly entry: StoreEntry
  readonly facts: RowFacts
}

/** A record with its payload at hand. */
export type WholeRecord = SessionRecord & StoredPayload

/** A record as a token, in as many cookies as it needs. */
interface SealedCookies {
  readonly token: string
  readonly keyId: string
  /** `undefined` where there would be too many. */
  readonly chunks: readonly [Chunk, ...Chunk[]] | undefined
  /** What is to be stored beside the cookies. */
  readonly row?: SealedRow
}

export type SealCookies = (record: SessionRecord, attributes: CookieAttributes) => Promise<SealedCookies>

/** Everything that sessions ask of a store. Every method rejects with `SessionUnavailableError` when the store cannot answer. */
export interface Rows {
  /** The payload behind a cookie; `revoked` when its row is gone. */
  read(claims: Claims, dataKey: Bytes): Promise<{ readonly payload: Bytes; readonly facts: RowFacts } | Rejection>
  /** Seals a session into cookies and, as `overflow` has it, its payload into a row in place of the one before; with another id, under another data key, so that who knew the old one learns nothing. */
  seal(record: WholeRecord, seal: SealCookies, before: RowFacts | undefined, now: Seconds): Promise<SealedCookies>
  /** Stores a sealed row, unless another request was faster. */
  put(row: SealedRow): Promise<'stored' | 'conflict'>
  /** Ends the row of a session; goes on trying by itself when the store cannot answer. */
  remove(claims: Claims): Promise<void>
}
