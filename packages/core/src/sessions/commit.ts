import { SessionUnavailableError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import { forbidStoring, varyByCookie } from '../cookie/caching.ts'
import { carriedChunks } from '../cookie/chunks.ts'
import type { CookieJar } from '../cookie/jar.ts'
import type { UncommittedReason } from './events.ts'
import { maxAgeOf } from './lifetime.ts'
import { check } from '../base/check.ts'
import type { OpenedCookie } from './open.ts'
import { planCommit, type WriteReason } from './plan.ts'
import { complaintOf } from './schema.ts'
import { type SealedSession, sealSession } from './seal-session.ts'
import { baselineOf, type EncodedState, encodedIfPossible, encodeState, type SessionState } from './session-state.ts'
import { situationOf } from './situation.ts'

/**
 * Carries out what becomes of a session at the end of a request with this status; the decision itself is `planCommit`'s.
 * Answers what the session held then; `undefined` when nobody had looked at it, or when it cannot be encoded.
 */
export async function commitSession<Data extends object>(
  state: SessionState<Data>,
  jar: CookieJar,
  status: number,
): Promise<EncodedState | undefined> {
  if (!state.touched) return undefined
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

/** What caches must know of this response. Said again by every commit, since the handler may have looked, or set headers, after the first. */
export function setHeaders<Data extends object>(
  { claims, settings, touched, wrote }: SessionState<Data>,
  jar: CookieJar,
): void {
  if (touched) varyByCookie(jar)
  if (wrote || (touched && settings.noStore === 'subject' && claims.subject !== undefined)) forbidStoring(jar)
}

/** Tells that a change did not reach the browser. */
export function uncommitted<Data extends object>({ settings }: SessionState<Data>, reason: UncommittedReason): void {
  settings.emitter.emit({ type: 'uncommitted', reason })
}

/** Writes or clears. Answers why that came to nothing, if it did. */
async function carryOut<Data extends object>(
  state: SessionState<Data>,
  encoded: EncodedState | undefined,
  jar: CookieJar,
  plan: WriteReason | 'clear',
  now: Seconds,
): Promise<UncommittedReason | undefined> {
  const { former, opened, restriction, settings } = state
  const { emitter, revoker, rows } = settings
  if (restriction) return restriction
  let sealed: SealedSession | undefined
  // What cannot be encoded is never to be written: see `planCommit`.
  if (plan !== 'clear' && encoded) {
    if (encoded.payloadText !== baselineOf(state)) await checkSchema(state, encoded.payloadText)
    sealed = await sealSession(state, encoded, plan, now)
  }
  // Asked again: a logout in another request, while this one ran, must not be undone by what this one sends (CVE-2025-46336).
  const verdict = opened && (await revoker?.check(opened.claims))
  if (verdict && verdict !== 'alive') return 'revoked'
  if (sealed?.row && (await rows?.put(sealed.row)) === 'conflict') return 'conflict'
  if (opened && sealed?.reason === 'regenerated') {
    await revoker?.supersede(opened.claims, sealed.claims.id)
  }
  setCookies(state, jar, sealed, now)
  const gone = opened ?? former
  if (sealed) await emitter.emitOf(sealed.claims.id, { type: 'sealed', reason: sealed.reason, ...sealed.facts })
  else await emitter.emitOf(gone?.claims.id, { type: 'cleared' })
  // Last: the browser has its answer whatever the stores say.
  if (gone) await end(state, gone, sealed)
  return undefined
}

/** What the schema would refuse on the next request is refused now, while the developer can see it. */
async function checkSchema<Data extends object>(
  { data, settings }: SessionState<Data>,
  payloadText: string,
): Promise<void> {
  const result = await settings.schema?.['~standard'].validate(data)
  const complaint = result && complaintOf(result, payloadText)
  check(!complaint, `The schema ${complaint}`, 'ERR_DATA_INVALID')
}

/** The new cookies, or none; and no others of this session. */
function setCookies<Data extends object>(
  state: SessionState<Data>,
  jar: CookieJar,
  sealed: SealedSession | undefined,
  now: Seconds,
): void {
  const { attributes, clearSiteData, lifetimes, setCookie } = state.settings
  const { name } = attributes
  const maxAge = sealed && maxAgeOf(sealed.claims, now, lifetimes)
  for (const chunk of sealed?.chunks ?? []) jar.set(setCookie(chunk.name, chunk.value, maxAge))
  if (!sealed) jar.set(setCookie(name, '', 0))
  const surplus = carriedChunks(jar.get('cookie') ?? '', name, sealed?.facts.chunks ?? 1)
  for (const each of surplus) jar.set(setCookie(each, '', 0))
  state.wrote = true
  state.cookie = sealed && { name, ...sealed.facts }
  if (sealed) {
    state.claims = sealed.claims
    warnOfPlainHttp(state, jar)
  }
  setHeaders(state, jar)
  if (state.destroyed && clearSiteData) jar.revise('clear-site-data', () => clearSiteData)
}

function warnOfPlainHttp<Data extends object>({ settings }: SessionState<Data>, jar: CookieJar): void {
  if (!settings.attributes.secure || jar.secure !== false) return
  const host = jar.get('host') ?? ''
  // Browsers treat loopback as secure: a Secure cookie works there.
  if (/^((.*\.)?localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/iu.test(host)) return
  settings.emitter.emit({ type: 'insecure-transport', host })
}

/** Ends elsewhere what this commit has ended here, once: the row that no cookie names any more, and the id that `destroy` has given up. */
async function end<Data extends object>(
  state: SessionState<Data>,
  { claims, row }: OpenedCookie,
  sealed: SealedSession | undefined,
): Promise<void> {
  if (state.ended) return
  state.ended = true
  const { revoker, rows } = state.settings
  const isOutdated = !sealed?.row || sealed.reason === 'regenerated'
  try {
    if (row && isOutdated) await rows?.remove(claims)
  } finally {
    // Whatever the one store answers, the other is told.
    if (state.destroyed) await revoker?.end(claims)
  }
}
