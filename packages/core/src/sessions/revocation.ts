import type { Bytes } from '../base/bytes.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import type { PortContext } from './port.ts'

/** A session as a revocation store knows it. */
export interface RevocableSession {
  /** 32 hexadecimal characters. */
  readonly id: string
  readonly subject?: string
  readonly createdAt: Seconds
}

/**
 * What a revocation store says of a session. `read-only`: its id was superseded a moment ago by `regenerate`, and requests
 * that were under way at that time may still read with it.
 */
export type RevocationVerdict = 'alive' | 'read-only' | 'superseded' | 'revoked'

/** What to revoke. */
export type RevocationTarget =
  /** One session, from now on; the entry may be forgotten at `until`, when the session would have ended anyway. */
  | { readonly kind: 'session'; readonly id: string; readonly until: Seconds }
  /**
   * One id that `by` has replaced: read-only for `grace` seconds, then refused. When it is revoked, in the grace or after it,
   * so is `by`, and what has replaced that: a logout that races a `regenerate` ends both.
   */
  | {
      readonly kind: 'superseded'
      readonly id: string
      readonly by: string
      readonly until: Seconds
      readonly grace: Seconds
    }
  /** Every session of a subject that was created at or before its new cut-off: `nextCutoff(cutoff(subject), clock)`. */
  | { readonly kind: 'subject'; readonly subject: string }
  /** Every session that was created at or before the new cut-off of all: `nextCutoff` of the latest cut-off that there is, subjects' included. */
  | { readonly kind: 'all' }

/**
 * Where sessions are revoked: the port that a Redis, a database or a replicated list implements. A store that cannot answer
 * throws or rejects; it never guesses. What then happens is `onUnavailable`'s choice. A promise that takes its time holds up
 * the request, so give it a timeout of your own.
 */
export interface RevocationPort {
  /** The verdict on one session. Asked once when it is opened and again before it is written. */
  check(session: RevocableSession): MaybePromise<RevocationVerdict>
  /** Revokes; answers when it holds for every process that asks. */
  revoke(target: RevocationTarget): MaybePromise<void>
  /** The later of the moments up to which all sessions and those of this subject are revoked; of all alone without a subject; 0 for never. New sessions are dated after it. */
  cutoff(subject: string | undefined): MaybePromise<Seconds>
  /** Also revokes the ids of sessions without a subject, for apps that keep the identity in `data`. Default false, so that strangers cannot make the list grow. */
  readonly revokeAnonymous?: boolean
}

/** A port with what core needs around it, made by `createRevocation`: for `createSessions({ revocation })`. */
export interface Revocation {
  /** What it was made of: for tests that put another around it. */
  readonly port: RevocationPort
  /** For `createSessions` alone. */
  connect(context: PortContext): Revoker
}

/** Everything that sessions ask of a revocation store, with an answer to "and if it does not answer?". */
export interface Revoker {
  /** The verdict on a session. Throws `SessionUnavailableError` under `closed`. */
  check(claims: Claims): Promise<RevocationVerdict>
  /** Refuses the id that the new one `by` replaces, after a grace. Throws `SessionUnavailableError` under `closed`. */
  supersede(claims: Claims, by: Bytes): Promise<void>
  /** Refuses a session from now on; goes on trying by itself until the store takes it. Throws `SessionUnavailableError` under `closed`. */
  end(claims: Claims): Promise<void>
  /** The moment that a new session must be dated after. Throws `SessionUnavailableError` under `closed`. */
  cutoff(subject: string | undefined): Promise<Seconds>
  /**
   * Ends every session of a subject but `keep`, which came with these claims and goes on as one that has just authenticated.
   * Throws `ERR_OPTIONS_INVALID` for a session of another subject, and what the store throws.
   */
  endSubject(subject: string, keep: KeptSession | undefined, claims: Claims | undefined): Promise<void>
  /** Ends every session. Throws what the store throws. */
  endAll(): Promise<void>
}

/** What is asked of a session that is to be kept. */
interface KeptSession {
  readonly subject: string | undefined
  regenerate(options: { readonly subject: string }): void
}
