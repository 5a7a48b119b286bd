import { SessionError, SessionUnavailableError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import { encodePayload } from '../codec/payload.ts'
import type { Claims } from '../codec/record.ts'
import { forbidStoring, varyByCookie } from '../cookie/caching.ts'
import { carriedChunks, type Chunk } from '../cookie/chunks.ts'
import type { CookieJar } from '../cookie/jar.ts'
import type { UncommittedReason } from './events.ts'
import { maxAgeOf } from './lifetime.ts'
import { nextClaims } from './next-claims.ts'
import { type ClearPlan, planCommit, type WritePlan } from './plan.ts'
import { CHECK_ONLY, differingFields, issueText } from './schema.ts'
import { sealSession } from './seal-session.ts'
import { dataOf, type EncodedState, encodeState, type Restriction, type SessionState } from './session-state.ts'
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
  const encoded = failed ? encodedIfPossible(state) : encodeState(state)
  const now = state.settings.now()
  const plan = planCommit(await situationOf(state, encoded, jar, failed, now))
  if (plan.kind === 'keep') {
    if (plan.dropped === true) uncommitted(state, 'failed-response')
  } else if (state.restriction !== undefined && !state.destroyed) lose(state, plan, state.restriction)
  else if (plan.kind === 'clear') await clear(state, jar, plan)
  else if (encoded !== undefined) await (isRenewal(plan) ? renew : write)(state, encoded, jar, plan, now)
  return encoded
}

/** Whether a write only seals anew what the browser has already. */
function isRenewal({ reason }: WritePlan): boolean {
  return reason === 'rekeyed' || reason === 'extended'
}

/** A write that can wait for the next request: a store that cannot answer now is no reason to refuse this one. */
async function renew<Data extends object>(...parameters: Parameters<typeof write<Data>>): Promise<void> {
  try {
    await write(...parameters)
  } catch (error) {
    // Told already, as `unavailable`.
    if (!(error instanceof SessionUnavailableError)) throw error
  }
}

/** What caches must know of this response. Said again by every commit, since the handler may have looked, or set headers, after the first. */
export function setHeaders<Data extends object>(
  { settings, subject, touched, wrote }: SessionState<Data>,
  jar: CookieJar,
): void {
  if (touched) varyByCookie(jar)
  if (wrote || (touched && settings.noStore === 'subject' && subject !== undefined)) forbidStoring(jar)
}

/** Tells that a change did not reach the browser. */
export function uncommitted<Data extends object>({ settings }: SessionState<Data>, reason: UncommittedReason): void {
  settings.emitter.emit({ type: 'uncommitted', reason })
}

/** After a failed response the data may be half-made: that it cannot be encoded is no reason to hide the handler's own error. */
function encodedIfPossible<Data extends object>(state: SessionState<Data>): EncodedState | undefined {
  try {
    return encodeState(state)
  } catch (error) {
    if (error instanceof SessionError) return undefined
    throw error
  }
}

/** A plan that may not be carried out. A seal that is only not renewed loses nothing that the handler did. */
function lose<Data extends object>(
  state: SessionState<Data>,
  plan: WritePlan | ClearPlan,
  reason: Restriction | 'revoked' | 'conflict',
): void {
  if (plan.kind === 'write' && isRenewal(plan)) return
  uncommitted(state, reason)
}

/** Asked again: a logout in another request, while this one ran, must not be undone by what this one sends (CVE-2025-46336). */
async function isStillAlive<Data extends object>({
  destroyed,
  kept,
  opened,
  settings: { revoker },
}: SessionState<Data>): Promise<boolean> {
  if (revoker === undefined || opened === undefined || destroyed || kept) return true
  return (await revoker.check(opened.claims)) === 'alive'
}

/** Ends elsewhere what this commit has ended here, once: the row that no cookie names any more, and the id that `destroy` has given up. */
async function end<Data extends object>(state: SessionState<Data>, row: 'outdated' | 'current'): Promise<void> {
  const { destroyed, ended, opened, settings } = state
  const { revoker, rows } = settings
  if (ended || opened === undefined) return
  state.ended = true
  try {
    if (opened.row !== undefined && row === 'outdated') await rows?.remove(opened.claims)
  } finally {
    // Whatever the one store answers, the other is told.
    if (destroyed) await revoker?.end(opened.claims)
  }
}

async function write<Data extends object>(
  state: SessionState<Data>,
  encoded: EncodedState,
  jar: CookieJar,
  plan: WritePlan,
  now: Seconds,
): Promise<void> {
  const { reason } = plan
  const { settings, opened } = state
  const { revoker, rows, emitter } = settings
  if (encoded.payloadText !== state.baseline) await checkSchema(state, encoded.payloadText)
  const claims = await nextClaims(state, now)
  // A new id gets a new row: whoever knew the old one's key is not to read on.
  const row = reason === 'regenerated' ? undefined : opened?.row
  const sealed = await sealSession({ claims, ...encoded, data: () => dataOf(state), row }, settings, now)
  const { keyId, chunks } = sealed
  if (!(await isStillAlive(state))) return lose(state, plan, 'revoked')
  if (sealed.row !== undefined && (await rows?.put(sealed.row)) === 'conflict') return lose(state, plan, 'conflict')
  if (reason === 'regenerated' && opened !== undefined && !state.destroyed) {
    await revoker?.supersede(opened.claims, claims.id)
  }
  setCookies(state, jar, chunks, claims, now)
  if (state.destroyed) clearSiteData(state, jar)
  const facts = { keyId, bytes: bytesOf(chunks), chunks: chunks.length }
  state.cookie = { name: settings.attributes.name, ...facts }
  warnOfPlainHttp(state, jar)
  await emitter.emitOf(claims.id, { type: 'sealed', reason, ...facts })
  // Last, as in `clear`: the browser has its new cookie whatever the stores answer.
  await end(state, sealed.row === undefined || row === undefined ? 'outdated' : 'current')
}

/** What the schema would refuse on the next request is refused now, while the developer can see it. */
async function checkSchema<Data extends object>(
  { settings, data }: SessionState<Data>,
  payloadText: string,
): Promise<void> {
  const result = await settings.schema?.['~standard'].validate(data)
  if (result === undefined) return
  if (result.issues !== undefined) {
    throw new SessionError(
      'ERR_DATA_INVALID',
      `The session's data does not satisfy the schema at ${issueText(result.issues)}. Nothing was written.`,
    )
  }
  // What it strips or converts would be gone, or other, on the next request.
  const fields = differingFields(payloadText, encodePayload(result.value))
  if (fields.length === 0) return
  throw new SessionError(
    'ERR_DATA_INVALID',
    `The schema gives back something else than it was given, at data.${fields.slice(0, 3).join(', data.')}. ${CHECK_ONLY} Nothing was written.`,
  )
}

function setCookies<Data extends object>(
  state: SessionState<Data>,
  jar: CookieJar,
  chunks: readonly Chunk[],
  claims: Claims,
  now: Seconds,
): void {
  const { settings } = state
  const maxAge = maxAgeOf(claims, now, settings.lifetimes)
  for (const { name, value } of chunks) jar.set(settings.setCookie(name, value, maxAge))
  for (const name of carriedChunks(jar.get('cookie') ?? '', settings.attributes.name, chunks.length)) {
    jar.set(settings.setCookie(name, '', 0))
  }
  state.wrote = true
  state.createdAt = claims.createdAt
  state.sealedAt = claims.sealedAt
  setHeaders(state, jar)
}

async function clear<Data extends object>(state: SessionState<Data>, jar: CookieJar, plan: ClearPlan): Promise<void> {
  const { settings, opened, destroyed } = state
  const { name } = settings.attributes
  if (!(await isStillAlive(state))) return lose(state, plan, 'revoked')
  for (const each of [name, ...carriedChunks(jar.get('cookie') ?? '', name, 1)]) {
    jar.set(settings.setCookie(each, '', 0))
  }
  state.wrote = true
  setHeaders(state, jar)
  if (destroyed) clearSiteData(state, jar)
  state.cookie = undefined
  if (opened === undefined) settings.emitter.emit({ type: 'cleared' })
  else await settings.emitter.emitOf(opened.claims.id, { type: 'cleared' })
  // Last: the browser loses the cookie whatever the stores answer.
  await end(state, 'outdated')
}

function clearSiteData<Data extends object>({ settings }: SessionState<Data>, jar: CookieJar): void {
  const { clearSiteData: value } = settings
  if (value !== undefined) jar.revise('clear-site-data', () => value)
}

function warnOfPlainHttp<Data extends object>({ settings }: SessionState<Data>, jar: CookieJar): void {
  if (!settings.attributes.secure || jar.secure !== false) return
  const host = jar.get('host') ?? ''
  // Browsers treat loopback as secure: a Secure cookie works there.
  if (/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/iu.test(host)) return
  settings.emitter.emit({ type: 'insecure-transport', host })
}

function bytesOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { name, value }) => sum + name.length + value.length, 0)
}
