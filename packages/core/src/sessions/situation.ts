import type { Seconds } from '../base/time.ts'
import { carriedChunks } from '../cookie/chunks.ts'
import { hasCookie } from '../cookie/header.ts'
import type { CookieJar } from '../cookie/jar.ts'
import { lifetimeOf } from './lifetime.ts'
import type { Situation } from './plan.ts'
import { type EncodedState, isChanged, type SessionState } from './session-state.ts'

// spec/session.md "Plan": during a rolling deploy two keys may seal; sessions that bounce between them are not re-sealed each time.
const REKEY_AFTER: Seconds = 300

/** Everything that the plan rests on, as it is at the end of a request. Without `encoded`, what the session holds cannot be sealed. */
export async function situationOf<Data extends object>(
  state: SessionState<Data>,
  encoded: EncodedState | undefined,
  jar: CookieJar,
  now: Seconds,
): Promise<Omit<Situation, 'failed'>> {
  const { claims, destroyed, opened, regenerated, settings, touched } = state
  const { idle, extendAfter } = lifetimeOf(claims, settings.lifetimes)
  const age = opened ? now - opened.claims.sealedAt : 0
  return {
    touched,
    carried: destroyed && isCarried(jar.get('cookie') ?? '', settings.attributes.name),
    origin: opened ? 'resumed' : 'fresh',
    destroyed,
    regenerated,
    changed: !encoded || isChanged(state, encoded),
    empty:
      claims.subject === undefined &&
      claims.generation === undefined &&
      !claims.persistent &&
      encoded?.flashText === undefined &&
      encoded?.payloadText === settings.initialText,
    rekeyable: age >= REKEY_AFTER && (await isRekeyable(state, now)),
    // A page that the browser loads ahead of the visitor is no sign of him.
    extendable: Number.isFinite(idle) && age > 0 && age >= extendAfter && !jar.get('sec-purpose')?.includes('prefetch'),
  }
}

function isCarried(header: string, name: string): boolean {
  return hasCookie(header, name) || carriedChunks(header, name, 1).length > 0
}

/** Whether another key seals now. When none does, as before the first `activateAt`, nothing is to be gained. */
async function isRekeyable<Data extends object>(
  { opened, settings }: SessionState<Data>,
  now: Seconds,
): Promise<boolean> {
  const sealing = (await settings.sealer()).sealingKeyId(now)
  return sealing !== undefined && sealing !== opened?.cookie.keyId
}
