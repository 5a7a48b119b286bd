import type { Seconds } from '../base/time.ts'
import { carriedChunks } from '../cookie/chunks.ts'
import { hasCookie } from '../cookie/header.ts'
import type { CookieJar } from '../cookie/jar.ts'
import { type EncodedState, isOther } from './encoded-state.ts'
import { lifetimeOf } from './lifetime.ts'
import type { Situation } from './plan.ts'
import { baselineOf, type SessionState } from './session-state.ts'

// spec/session.md "Plan": during a rolling deploy two keys may seal; sessions that bounce between them are not re-sealed each time.
const REKEY_AFTER: Seconds = 300

/** Everything but the status that the plan rests on, as it is at the end of a request. */
export async function situationOf<Data extends object>(
  state: SessionState<Data>,
  encoded: EncodedState,
  jar: CookieJar,
  now: Seconds,
): Promise<Omit<Situation, 'failed'>> {
  const { claims, destroyed, opened, regenerated, settings, touched } = state
  const { attributes, blank, lifetimes } = settings
  const header = jar.get('cookie') ?? ''
  const age = opened ? now - opened.claims.sealedAt : 0
  // None seals before the first `activateAt`: nothing is to be gained then.
  const sealing = age < REKEY_AFTER ? undefined : (await settings.sealer()).sealingKeyId(now)
  return {
    touched,
    carried: destroyed && (hasCookie(header, attributes.name) || carriedChunks(header, attributes.name, 1).length > 0),
    origin: opened ? 'resumed' : 'fresh',
    destroyed,
    regenerated,
    changed: isOther(encoded, baselineOf(state)),
    empty: claims.subject === undefined && claims.generation === undefined && !isOther(encoded, blank),
    rekeyable: sealing !== undefined && sealing !== opened?.cookie.keyId,
    // A page that the browser loads ahead of the visitor is no sign of him.
    extendable:
      age > 0 && age >= lifetimeOf(claims, lifetimes).extendAfter && !jar.get('sec-purpose')?.includes('prefetch'),
  }
}
