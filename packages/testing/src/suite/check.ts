import type { AppFeatures, TestRoute } from './app.ts'
import type { Bench } from './bench.ts'

/** What a check asks of the app beside the routes of the demo. */
export type Need =
  | 'revocation'
  | 'revocation port'
  | 'keyring'
  | 'clock'
  | 'events'
  | 'trustProxy'
  | 'duplicateNames'
  | 'secondCookieHeader'
  | 'head'
  | 'vary'
  | 'vary of what is thrown'
  | `/test/${TestRoute}`

/** One point of what every adapter meets. */
export interface Check {
  /** A sentence about behaviour. */
  readonly name: string
  readonly needs: readonly Need[]
  readonly run: (bench: Bench) => Promise<void>
}

/** A group of checks under one heading. */
export interface CheckGroup {
  readonly title: string
  readonly checks: readonly Check[]
}

/** One check. `needs` that the app does not meet make it a skipped one. */
export function check(name: string, needs: readonly Need[], run: (bench: Bench) => Promise<void>): Check {
  return { name, needs, run }
}

/** What the check needs and the app does not offer. */
export function missing({ needs }: Check, features: AppFeatures): readonly Need[] {
  return needs.filter((need) => !offers(features, need))
}

function offers(features: AppFeatures, need: Need): boolean {
  switch (need) {
    case 'revocation':
      return (features.revocation ?? 'none') !== 'none'
    case 'revocation port':
      return features.revocation === 'port'
    case 'keyring':
    case 'clock':
    case 'events':
    case 'trustProxy':
      return features[need] ?? false
    case 'duplicateNames':
    case 'secondCookieHeader':
    case 'head':
      return features[need] ?? true
    case 'vary':
      return features.vary !== false
    case 'vary of what is thrown':
      return (features.vary ?? true) === true
    default:
      // The cast undoes the template of the type: what follows "/test/" is the route.
      return features.testRoutes?.includes(need.slice('/test/'.length) as TestRoute) ?? false
  }
}
