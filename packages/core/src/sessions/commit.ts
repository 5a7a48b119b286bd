import { SessionUnavailableError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import { forbidStoring } from '../cookie/caching.ts'
import { carriedChunks } from '../cookie/chunks.ts'
import type { CookieJar } from '../cookie/jar.ts'
import type { EncodedState } from './encoded-state.ts'
import type { UncommittedReason } from './events.ts'
import { maxAgeOf } from './lifetime.ts'
import { planCommit, type WriteReason } from './plan.ts'
import { checkResult } from './schema.ts'
import { type SealedSession, sealSession } from './seal-session.ts'
import { baselineOf, encodedIfPossible, encodeState, setHeaders, type SessionState } from './session-state.ts'
import { situationOf } from './situation.ts'

/**
 * Carries out what becomes of a session at the end of a request with this status; the decision itself is `planCommit`'s.
 * Answers what the session held then; `undefined` when nobody had looked at it.
 */
export async function commitSession<Data extends object>(
  state: SessionState<Data>,
  jar: CookieJar,
  status: number,
): Promise<EncodedState | undefined> {
  if (!state.touched) {
    // The response may be written from the session all the same, and before its headers go out.
    state.lateJar = jar
    return undefined
  }
  setHeaders(state, jar)
  const failed = status >= 500
  // Data of a failed handler may be half-made: that it cannot be encoded is no reason to hide the handler's own error.
  const encoded = failed ? encodedIfPossible(state) : encodeState(state)
  const now = state.settings.now()
  const plan = planCommit({ ...(await situationOf(state, encoded, jar, now)), failed })
  if (plan === 'keep') return encoded
  // A seal that is only not renewed loses nothing that the handler did: it can wait for the next request.
  const isRenewal = plan === 'rekeyed' || plan === 'extended'
  try {
    const lost = plan === 'drop' ? 'failed-response' : await carryOut(state, encoded, jar, plan, now)
    if (lost && !isRenewal) uncommitted(state, lost)
  } catch (error) {
    // Told already, as `unavailable`.
    if (!isRenewal || !(error instanceof SessionUnavailableError)) throw error
  }
  return encoded
}

/** Tells that a change did not reach the browser. */
export function uncommitted<Data extends object>({ settings }: SessionState<Data>, reason: UncommittedReason): void {
  settings.emitter.emit({ type: 'uncommitted', reason })
}

/** Writes or clears. Answers why that came to nothing, if it did. */
async function carryOut<Data extends object>(
  state: SessionState<Data>,
  encoded: EncodedState,
  jar: CookieJar,
  plan: WriteReason | 'clear',
  now: Seconds,
): Promise<UncommittedReason | undefined> {
  const { former, opened, restriction, settings } = state
  const { emitter, revoker, rows } = settings
  if (restriction) return restriction
  const sealed = plan === 'clear' ? undefined : await checkedAndSealed(state, encoded, plan, now)
  // Asked again: a logout in another request, while this one ran, must not be undone by what this one sends (CVE-2025-46336).
  const verdict = opened && (await revoker?.check(opened.claims))
  if (verdict && verdict !== 'alive') return 'revoked'
  if (sealed?.row && (await rows?.put(sealed.row)) === 'conflict') return 'conflict'
  if (opened && sealed?.reason === 'regenerated') await revoker?.supersede(opened.claims, sealed.claims.id)
  const isRepeated = !sealed && state.wrote === 'clear'
  setCookies(state, jar, sealed, now)
  if (sealed) await emitter.emitOf(sealed.claims.id, { type: 'sealed', reason: sealed.reason, ...sealed.facts })
  else if (!isRepeated) await emitter.emitOf((opened ?? former)?.claims.id, { type: 'cleared' })
  // Last: the browser has its answer whatever the stores say.
  await endGone(state, sealed)
  return undefined
}

/** Tells the stores, once, what is over: the row that no cookie names any more, and the session that was destroyed. */
export async function endGone<Data extends object>(
  state: SessionState<Data>,
  sealed: SealedSession | undefined,
): Promise<void> {
  const gone = state.opened ?? state.former
  if (!gone || state.ended) return
  state.ended = true
  const { revoker, rows } = state.settings
  try {
    if (gone.row && (!sealed?.row || sealed.reason === 'regenerated')) await rows?.remove(gone.claims)
  } finally {
    // Whatever the one store answers, the other is told.
    if (state.destroyed) await revoker?.end(gone.claims)
  }
}

async function checkedAndSealed<Data extends object>(
  state: SessionState<Data>,
  encoded: EncodedState,
  reason: WriteReason,
  now: Seconds,
): Promise<SealedSession> {
  const { data, settings } = state
  const { payloadText } = encoded
  if (settings.schema && payloadText !== baselineOf(state).payloadText) {
    // What the schema would refuse on the next request is refused now, while the developer can see it.
    checkResult(await settings.schema['~standard'].validate(data), payloadText, 'data', 'ERR_DATA_INVALID')
  }
  return sealSession(state, encoded, reason, now)
}

/** The new cookies, or none; and no others of this session. */
function setCookies<Data extends object>(
  state: SessionState<Data>,
  jar: CookieJar,
  sealed: SealedSession | undefined,
  now: Seconds,
): void {
  const { attributes, headers, lifetimes, setCookie } = state.settings
  const { clearSiteData } = headers
  const chunks = sealed?.chunks ?? [{ name: attributes.name, value: '' }]
  const maxAge = sealed ? maxAgeOf(sealed.claims, now, lifetimes) : 0
  for (const { name, value } of chunks) jar.set(setCookie(name, value, maxAge))
  // With what this response has set already, where what came after that failed.
  const carried = [jar.get('cookie') ?? '', ...state.chunks.map(({ name }) => `${name}=`)].join('; ')
  const surplus = carriedChunks(carried, attributes.name, chunks.length)
  for (const name of surplus) jar.set(setCookie(name, '', 0))
  state.chunks = sealed?.chunks ?? []
  state.wrote = sealed ? 'session' : 'clear'
  state.cookie = sealed?.facts
  if (sealed) {
    state.claims = sealed.claims
    if (attributes.secure && jar.secure === false) warnOfPlainHttp(state, jar)
  }
  forbidStoring(jar)
  if (state.destroyed && clearSiteData) jar.revise('clear-site-data', () => clearSiteData)
}

function warnOfPlainHttp<Data extends object>({ settings }: SessionState<Data>, jar: CookieJar): void {
  const host = jar.get('host') ?? ''
  // Browsers treat loopback as secure: a Secure cookie works there.
  if (/^((.*\.)?localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/iu.test(host)) return
  settings.emitter.emit({ type: 'insecure-transport', host })
}
