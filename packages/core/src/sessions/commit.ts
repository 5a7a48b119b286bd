import { SessionError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import { forbidStoring, varyByCookie } from '../cookie/caching.ts'
import { carriedChunks, type Chunk } from '../cookie/chunks.ts'
import { hasCookie } from '../cookie/header.ts'
import type { CookieJar } from '../cookie/jar.ts'
import type { Sealer } from '../seal/sealer.ts'
import { lifetimeOf, maxAgeOf } from './lifetime.ts'
import { planCommit, type Situation, type WriteReason } from './plan.ts'
import type { References } from './references.ts'
import type { Revoker } from './revoker.ts'
import { issueText } from './schema.ts'
import { sealSession } from './seal-session.ts'
import { dataOf, dataText, flashText, idOf, type SessionState } from './session-state.ts'

/** What a commit needs beside the session. */
export interface CommitContext {
  readonly jar: CookieJar
  readonly sealer: () => Promise<Sealer>
  readonly references: References
  readonly revoker: Revoker | undefined
}

// spec/session.md "Plan": during a rolling deploy two keys may seal; sessions that bounce between them are not re-sealed each time.
const REKEY_AFTER: Seconds = 300

/** Carries out what becomes of a session at the end of a request with this status. The decision itself is `planCommit`'s. */
export async function commitSession<Data extends object>(state: SessionState<Data>, context: CommitContext, status: number): Promise<void> {
  if (!state.touched) return
  varyByCookie(context.jar)
  if (state.settings.noStore === 'subject' && state.subject !== undefined) forbidStoring(context.jar)
  const now = state.settings.now()
  const situation = await situationOf(state, context, status, now)
  const plan = planCommit(situation)
  switch (plan.kind) {
    case 'keep':
      if (plan.dropped === true) uncommitted(state, 'failed-response')
      return
    case 'clear':
      return clear(state, context)
    case 'write':
      if (state.restriction !== undefined && !state.destroyed) return uncommitted(state, state.restriction)
      return write(state, context, plan.reason, now)
  }
}

/** Tells that a change did not reach the browser. */
export function uncommitted<Data extends object>(
  { settings }: SessionState<Data>,
  reason: 'failed-response' | 'newer-data' | 'superseded' | 'revoked' | 'late',
): void {
  settings.emitter.emit({ type: 'uncommitted', cookie: settings.attributes.name, reason })
}

/** Whether the handler changed something that would have to be written. */
export function isChanged<Data extends object>(state: SessionState<Data>): boolean {
  const before = state.destroyed ? undefined : state.opened
  return (
    dataText(state) !== state.baseline ||
    flashText(state) !== before?.flashText ||
    state.persistent !== (before?.claims.persistent ?? false)
  )
}

async function situationOf<Data extends object>(
  state: SessionState<Data>,
  { jar, sealer }: CommitContext,
  status: number,
  now: Seconds,
): Promise<Situation> {
  const { opened, settings } = state
  const header = jar.get('cookie') ?? ''
  const failed = status >= 500
  const changed = failed ? isChangedOrBroken(state) : isChanged(state)
  const age = opened === undefined ? 0 : now - opened.claims.sealedAt
  const { idle, extendAfter } = lifetimeOf(state, settings.lifetimes)
  return {
    touched: state.touched,
    failed,
    carried: header !== '' && (hasCookie(header, settings.attributes.name) || carriedChunks(header, settings.attributes.name, 1).length > 0),
    origin: opened === undefined ? 'fresh' : 'resumed',
    destroyed: state.destroyed,
    regenerated: state.regenerated !== 'no',
    changed,
    empty: changed && isEmpty(state),
    rekeyable: opened !== undefined && age >= REKEY_AFTER && (await sealer()).sealingKeyId(now) !== opened.cookie.keyId,
    extendable: idle !== undefined && age > 0 && age >= extendAfter && !isPrefetch(jar),
  }
}

/** After a failed response the data may be half-made: that it cannot be encoded is no reason to hide the handler's own error. */
function isChangedOrBroken<Data extends object>(state: SessionState<Data>): boolean {
  try {
    return isChanged(state)
  } catch (error) {
    if (error instanceof SessionError) return true
    throw error
  }
}

function isEmpty<Data extends object>(state: SessionState<Data>): boolean {
  return (
    state.subject === undefined &&
    state.opened?.claims.generation === undefined &&
    !state.persistent &&
    flashText(state) === undefined &&
    dataText(state) === state.settings.initialText
  )
}

/** A page that the browser loads ahead of the visitor is no sign of him. */
function isPrefetch(jar: CookieJar): boolean {
  return jar.get('sec-purpose')?.includes('prefetch') ?? false
}

async function write<Data extends object>(state: SessionState<Data>, context: CommitContext, reason: WriteReason, now: Seconds): Promise<void> {
  const { settings, opened } = state
  const { jar, revoker, references } = context
  const payloadText = dataText(state)
  if (payloadText !== state.baseline) await checkSchema(state)
  const claims = await nextClaims(state, revoker, now)
  const sealer = await context.sealer()
  const { keyId, chunks } = await sealSession({ claims, payloadText, flashText: flashText(state), data: dataOf(state) }, settings, sealer, now)
  if (revoker !== undefined && opened !== undefined && !state.destroyed) {
    // Asked again: a logout in another request, while this one ran, must not be undone by this one's cookie.
    if (!(await revoker.mayWrite(opened.claims))) return uncommitted(state, 'revoked')
    if (reason === 'regenerated') await revoker.supersede(opened.claims)
  }
  setCookies(state, jar, chunks, claims, now)
  if (state.destroyed) clearSiteData(state, jar)
  const facts = { keyId, bytes: bytesOf(chunks), chunks: chunks.length }
  const { name } = settings.attributes
  state.cookie = { name, ...facts }
  warnOfPlainHttp(state, jar)
  if (settings.emitter.isHeard()) {
    settings.emitter.emit({ type: 'sealed', cookie: name, session: await references.of(claims.id), reason, ...facts })
  }
  // Last, as in `clear`: the browser has its new cookie whatever the store answers.
  if (opened !== undefined && state.destroyed) await revoker?.end(opened.claims)
}

async function nextClaims<Data extends object>(state: SessionState<Data>, revoker: Revoker | undefined, now: Seconds): Promise<Claims> {
  const kept = state.destroyed ? undefined : state.opened?.claims
  const isMinted = kept === undefined || state.regenerated === 'authenticated'
  // Dated after every cut-off, so that a login in the second of a "log out everywhere" lives.
  const createdAt = isMinted ? Math.max(now, ((await revoker?.cutoff(state.subject)) ?? -1) + 1) : kept.createdAt
  state.createdAt = createdAt
  const dataVersion = state.settings.upgrade?.version
  return {
    id: idOf(state),
    createdAt,
    sealedAt: Math.max(now, createdAt, isMinted ? 0 : kept.sealedAt),
    ...(state.subject !== undefined && { subject: state.subject }),
    ...(kept?.generation !== undefined && { generation: kept.generation }),
    ...(dataVersion !== undefined && { dataVersion }),
    persistent: state.persistent,
  }
}

/** What the schema would refuse on the next request is refused now, while the developer can see it. */
async function checkSchema<Data extends object>({ settings, data }: SessionState<Data>): Promise<void> {
  const result = await settings.schema?.['~standard'].validate(data)
  if (result?.issues === undefined) return
  throw new SessionError('ERR_DATA_INVALID', `The session's data does not satisfy the schema at ${issueText(result.issues)}. Nothing was written.`)
}

function setCookies<Data extends object>(
  { settings }: SessionState<Data>,
  jar: CookieJar,
  chunks: readonly Chunk[],
  claims: Claims,
  now: Seconds,
): void {
  const maxAge = maxAgeOf(claims, now, settings.lifetimes)
  for (const { name, value } of chunks) jar.set(settings.setCookie(name, value, maxAge))
  for (const name of carriedChunks(jar.get('cookie') ?? '', settings.attributes.name, chunks.length)) {
    jar.set(settings.setCookie(name, '', 0))
  }
  forbidStoring(jar)
}

async function clear<Data extends object>(state: SessionState<Data>, { jar, revoker, references }: CommitContext): Promise<void> {
  const { settings, opened, destroyed } = state
  const { name } = settings.attributes
  for (const each of [name, ...carriedChunks(jar.get('cookie') ?? '', name, 1)]) jar.set(settings.setCookie(each, '', 0))
  forbidStoring(jar)
  if (destroyed) clearSiteData(state, jar)
  state.cookie = undefined
  if (settings.emitter.isHeard()) {
    settings.emitter.emit({ type: 'cleared', cookie: name, ...(opened !== undefined && { session: await references.of(opened.claims.id) }) })
  }
  // Last: the browser loses the cookie whatever the store answers.
  if (destroyed && opened !== undefined) await revoker?.end(opened.claims)
}

function clearSiteData<Data extends object>({ settings }: SessionState<Data>, jar: CookieJar): void {
  const { clearSiteData: value } = settings
  if (value !== undefined) jar.revise('clear-site-data', () => value)
}

function warnOfPlainHttp<Data extends object>({ settings }: SessionState<Data>, jar: CookieJar): void {
  if (!settings.attributes.secure || jar.secure !== false) return
  const host = jar.get('host') ?? ''
  // Browsers treat loopback as secure: a Secure cookie works there.
  if (/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host)) return
  settings.emitter.emit({ type: 'insecure-transport', cookie: settings.attributes.name, host })
}

function bytesOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { name, value }) => sum + name.length + value.length, 0)
}
