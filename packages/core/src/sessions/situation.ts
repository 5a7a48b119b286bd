import type { Seconds } from '../base/time.ts'
import { carriedChunks } from '../cookie/chunks.ts'
import { hasCookie } from '../cookie/header.ts'
import type { CookieJar } from '../cookie/jar.ts'
import type { Sealer } from '../seal/sealer.ts'
import { lifetimeOf } from './lifetime.ts'
import type { Situation } from './plan.ts'
import type { EncodedState, SessionState } from './session-state.ts'

// spec/session.md "Plan": during a rolling deploy two keys may seal; sessions that bounce between them are not re-sealed each time.
const REKEY_AFTER: Seconds = 300

/** Everything that the plan rests on, as it is at the end of a request. */
export async function situationOf<Data extends object>(
  state: SessionState<Data>,
  encoded: EncodedState | undefined,
  jar: CookieJar,
  failed: boolean,
  now: Seconds,
): Promise<Situation> {
  const { opened, settings } = state
  const changed = encoded === undefined || isChanged(state, encoded)
  const age = opened === undefined ? 0 : now - opened.claims.sealedAt
  const { idle, extendAfter } = lifetimeOf(state, settings.lifetimes)
  return {
    touched: state.touched,
    failed,
    carried: state.destroyed && isCarried(jar, settings.attributes.name),
    origin: opened === undefined ? 'fresh' : 'resumed',
    destroyed: state.destroyed,
    regenerated: state.regenerated !== 'no',
    changed,
    empty: changed && encoded !== undefined && isEmpty(state, encoded),
    rekeyable:
      opened !== undefined && age >= REKEY_AFTER && (await isSealedByOther(opened.cookie.keyId, settings.sealer, now)),
    extendable: idle !== undefined && age > 0 && age >= extendAfter && !isPrefetch(jar),
  }
}

/** Whether another key seals now. When none does, as before the first `activateAt`, nothing is to be gained. */
async function isSealedByOther(keyId: string, sealer: () => Promise<Sealer>, now: Seconds): Promise<boolean> {
  const sealing = (await sealer()).sealingKeyId(now)
  return sealing !== undefined && sealing !== keyId
}

function isCarried(jar: CookieJar, name: string): boolean {
  const header = jar.get('cookie')
  return header !== undefined && (hasCookie(header, name) || carriedChunks(header, name, 1).length > 0)
}

function isEmpty<Data extends object>(
  { opened, persistent, settings, subject }: SessionState<Data>,
  encoded: EncodedState,
): boolean {
  return (
    subject === undefined &&
    opened?.claims.generation === undefined &&
    !persistent &&
    encoded.flashText === undefined &&
    encoded.payloadText === settings.initialText
  )
}

/** A page that the browser loads ahead of the visitor is no sign of him. */
function isPrefetch(jar: CookieJar): boolean {
  return jar.get('sec-purpose')?.includes('prefetch') ?? false
}

/** Whether the handler changed something that would have to be written. */
export function isChanged<Data extends object>(state: SessionState<Data>, encoded: EncodedState): boolean {
  const before = state.destroyed ? undefined : state.opened
  return (
    encoded.payloadText !== state.baseline ||
    encoded.flashText !== before?.flashText ||
    state.persistent !== (before?.claims.persistent ?? false)
  )
}
