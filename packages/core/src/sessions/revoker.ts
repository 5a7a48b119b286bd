import { toHex } from '../base/bytes.ts'
import { SessionUnavailableError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import { check } from '../base/check.ts'
import { checkPort, type PortContext } from './port.ts'
import { createRetry } from './retries.ts'
import type { RevocableSession, Revocation, RevocationPort, RevocationTarget, Revoker } from './revocation.ts'

/** spec/session.md "Revocation": how long an id that `regenerate` has replaced still reads. */
const GRACE: Seconds = 10

/**
 * Makes a store what `createSessions({ revocation })` takes: logging out is then final.
 * Throws `ERR_OPTIONS_INVALID` for a port without its methods.
 */
export function createRevocation(port: RevocationPort): Revocation {
  checkPort(port, ['check', 'revoke', 'cutoff'])
  return Object.freeze({ port, connect: (context: PortContext) => createRevoker(port, context) })
}

/** Joins a store and the policy for when it cannot answer. */
function createRevoker(store: RevocationPort, { emitter, lifetimes, onUnavailable, now }: PortContext): Revoker {
  const isListed = (claims: Claims): boolean => claims.subject !== undefined || store.revokeAnonymous === true
  const until = ({ createdAt }: Claims): Seconds =>
    createdAt + Math.max(lifetimes.transient.absolute, lifetimes.persistent.absolute)

  /** The store's answer, or under `open` what stands in for it. */
  const ask = async <T>(question: () => T | Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await question()
    } catch (cause) {
      // A store may fail in any way of its own; all of them mean that it has not answered.
      emitter.emit({ type: 'unavailable', policy: onUnavailable, error: cause })
      if (onUnavailable === 'closed') throw unavailable(cause)
      return otherwise
    }
  }
  // Claims of sessions that outlive the revocation of their subject which their own request has made.
  const kept = new WeakSet<Claims>()
  const endAll = async (target: RevocationTarget & { readonly kind: 'subject' | 'all' }): Promise<void> => {
    await store.revoke(target)
    emitter.emit({ type: 'revoked', target: target.kind })
  }
  let telling: Promise<void> = Promise.resolve()
  const revoke = async (
    target: RevocationTarget & { readonly kind: 'session' | 'superseded' },
    claims: Claims,
  ): Promise<void> => {
    await store.revoke(target)
    // A failure of before is told before: naming a session takes time, and where WebCrypto does it, not always the same.
    await telling
    await emitter.emitOf(claims.id, { type: 'revoked', target: target.kind })
  }
  const retry = createRetry(now)
  const revokeNow = (claims: Claims): Promise<void> =>
    revoke({ kind: 'session', id: toHex(claims.id), until: until(claims) }, claims)
  const revokeAgain = async (claims: Claims): Promise<void> => {
    try {
      await revokeNow(claims)
    } catch (error) {
      // Told beside the next retry and not before it, and a keyring that fails too must not end the process.
      telling = telling.then(() => tellFailure(claims, error)).catch(() => undefined)
      throw error
    }
  }
  const tellFailure = (claims: Claims, error: unknown): Promise<void> => {
    // The entry matters until the session would have ended anyway.
    const next = now() < until(claims) ? 'scheduled' : 'given-up'
    return emitter.emitOf(claims.id, { type: 'revocation-failed', error, retry: next })
  }

  return {
    check: async (claims) => (kept.has(claims) ? 'alive' : ask(() => store.check(revocable(claims)), 'alive')),
    async supersede(claims, by) {
      if (!isListed(claims)) return
      const target = {
        kind: 'superseded',
        id: toHex(claims.id),
        by: toHex(by),
        until: until(claims),
        grace: GRACE,
      } as const
      await ask(() => revoke(target, claims), undefined)
    },
    async end(claims) {
      if (!isListed(claims)) return
      try {
        await revokeNow(claims)
      } catch (error) {
        // Any failure of the store; the retry comes first, whatever happens to what tells of it.
        retry(toHex(claims.id), until(claims), () => revokeAgain(claims))
        await tellFailure(claims, error)
        if (onUnavailable === 'closed') throw unavailable(error)
      }
    },
    cutoff: (subject) => ask(() => store.cutoff(subject), 0),
    async endSubject(subject, keep, claims) {
      if (keep !== undefined) {
        check(
          keep.subject === subject,
          'revokeSubject keeps a session of that subject only; for another call session.regenerate({ subject }) after it',
        )
        // One that was revoked while this request ran is not revived: whoever stole it would outlive the alarm.
        if (claims === undefined || (await store.check(revocable(claims))) === 'alive') {
          // Before the store is told: a session that comes too late to be kept is not to be lost.
          keep.regenerate({ subject })
          if (claims !== undefined) kept.add(claims)
        }
      }
      await endAll({ kind: 'subject', subject })
    },
    endAll: () => endAll({ kind: 'all' }),
  }
}

/** A session as the store knows it. */
function revocable({ id, subject, createdAt }: Claims): RevocableSession {
  return { id: toHex(id), createdAt, ...(subject !== undefined && { subject }) }
}

function unavailable(cause: unknown): SessionUnavailableError {
  return new SessionUnavailableError(
    'The revocation store cannot answer, so it is not known whether this session still holds.',
    { cause },
  )
}
