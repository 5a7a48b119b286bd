import { type Bytes, toHex } from '../base/bytes.ts'
import { SessionUnavailableError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import type { Settings } from './options.ts'
import type { References } from './references.ts'
import { createRetry } from './retries.ts'
import type { RevocableSession, Revocation, RevocationTarget, RevocationVerdict } from './revocation.ts'

/** Everything that sessions ask of a revocation store, with an answer to "and if it does not answer?". */
export interface Revoker {
  /** The verdict on a session, or the error that touching it is to throw. */
  judge(claims: Claims): Promise<RevocationVerdict | SessionUnavailableError>
  /** Whether a session may be written. Throws {@link SessionUnavailableError} under `closed`. */
  mayWrite(claims: Claims): Promise<boolean>
  /** Refuses the id that the new one `by` replaces, after a grace. Throws {@link SessionUnavailableError} under `closed`. */
  supersede(claims: Claims, by: Bytes): Promise<void>
  /** Refuses a session from now on; goes on trying by itself until the store takes it. Throws {@link SessionUnavailableError} under `closed`. */
  end(claims: Claims): Promise<void>
  /** The moment that a new session must be dated after. Throws {@link SessionUnavailableError} under `closed`. */
  cutoff(subject: string | undefined): Promise<Seconds>
}

/** spec/session.md "Revocation": how long an id that `regenerate` has replaced still reads. */
const GRACE: Seconds = 10

/** Joins a store and the policy for when it cannot answer. */
export function createRevoker<Data extends object>(
  store: Revocation,
  settings: Settings<Data>,
  references: References,
): Revoker {
  const { attributes, emitter, lifetimes, onUnavailable } = settings
  const isListed = (claims: Claims): boolean => claims.subject !== undefined || store.revokeAnonymous === true
  const until = ({ createdAt }: Claims): Seconds =>
    createdAt + Math.max(lifetimes.transient.absolute, lifetimes.persistent.absolute)

  /** The store's answer, or under `open` what stands in for it. */
  const ask = async <T>(question: () => T | Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await question()
    } catch (cause) {
      // A store may fail in any way of its own; all of them mean that it has not answered.
      emitter.emit({ type: 'unavailable', cookie: attributes.name, policy: onUnavailable, error: cause })
      if (onUnavailable === 'closed') throw unavailable(cause)
      return otherwise
    }
  }
  let telling: Promise<void> = Promise.resolve()
  const revoke = async (target: RevocationTarget, claims: Claims): Promise<void> => {
    await store.revoke(target)
    if (!emitter.isHeard()) return
    const session = await references.of(claims.id)
    // A failure of before is told before: naming a session takes time, and where WebCrypto does it, not always the same.
    await telling
    emitter.emit({ type: 'revoked', cookie: attributes.name, target: target.kind, session })
  }
  const retry = createRetry(settings.now)
  const revokeNow = (claims: Claims): Promise<void> =>
    revoke({ kind: 'session', id: toHex(claims.id), until: until(claims) }, claims)
  const revokeAgain = async (claims: Claims): Promise<void> => {
    try {
      await revokeNow(claims)
    } catch (error) {
      // Told beside the next retry and not before it, and a keyring that fails too must not end the process.
      if (emitter.isHeard()) telling = telling.then(() => tellFailure(claims, error)).catch(() => undefined)
      throw error
    }
  }
  const tellFailure = async (claims: Claims, error: unknown): Promise<void> => {
    // The entry matters until the session would have ended anyway.
    const next = settings.now() < until(claims) ? 'scheduled' : 'given-up'
    emitter.emit({
      type: 'revocation-failed',
      cookie: attributes.name,
      session: await references.of(claims.id),
      error,
      retry: next,
    })
  }

  return {
    async judge(claims) {
      try {
        return await ask(() => store.check(revocable(claims)), 'alive')
      } catch (error) {
        if (error instanceof SessionUnavailableError) return error
        throw error
      }
    },
    async mayWrite(claims) {
      return (await ask(() => store.check(revocable(claims)), 'alive')) === 'alive'
    },
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
        if (emitter.isHeard()) await tellFailure(claims, error)
        if (onUnavailable === 'closed') throw unavailable(error)
      }
    },
    async cutoff(subject) {
      return ask(() => store.cutoff(subject), 0)
    },
  }
}

/** A session as the store knows it. */
export function revocable({ id, subject, createdAt }: Claims): RevocableSession {
  return { id: toHex(id), createdAt, ...(subject !== undefined && { subject }) }
}

function unavailable(cause: unknown): SessionUnavailableError {
  return new SessionUnavailableError(
    'The revocation store cannot answer, so it is not known whether this session still holds.',
    { cause },
  )
}
