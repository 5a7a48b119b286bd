/** Why a cookie is written. There is no other reason. */
export type WriteReason = 'changed' | 'regenerated' | 'rekeyed' | 'extended' | 'migrated'

/** What becomes of the cookie at the end of a request. `dropped` says that the handler's changes were not kept. */
export type Plan = { readonly kind: 'keep'; readonly dropped?: true } | WritePlan | ClearPlan

export interface WritePlan {
  readonly kind: 'write'
  readonly reason: WriteReason
}

export interface ClearPlan {
  readonly kind: 'clear'
}

/** Everything that the decision rests on. */
export interface Situation {
  /** The handler used any property of the session. */
  readonly touched: boolean
  /** The response has a status of 500 or above. */
  readonly failed: boolean
  /** The request carries a cookie of this name, good or bad. Asked only of a destroyed session. */
  readonly carried: boolean
  readonly origin: 'fresh' | 'resumed' | 'migrated'
  /** `destroy()` was called. */
  readonly destroyed: boolean
  /** `regenerate()` was called, after any `destroy()`. */
  readonly regenerated: boolean
  /** Data, flash or `persistent` differ from what was opened, or after `destroy()` from a fresh session. */
  readonly changed: boolean
  /** Nothing is left that a new visitor would not have: data of `initial()`, no subject, flash or generation, not persistent. */
  readonly empty: boolean
  /** Sealed at least 300 seconds ago by a key that does not seal now. */
  readonly rekeyable: boolean
  /** `extendAfter` has passed since the seal, and a person may be asking. */
  readonly extendable: boolean
}

const KEEP: Plan = { kind: 'keep' }
const CLEAR: Plan = { kind: 'clear' }

/** The decision at the end of a request: the first line that fits. The table stands in spec/session.md "Plan" and is the test. */
export function planCommit(situation: Situation): Plan {
  const { touched, failed, carried, origin, destroyed, regenerated, changed } = situation
  if (!touched) return KEEP
  if (failed && !destroyed) return changed || regenerated ? { kind: 'keep', dropped: true } : KEEP
  if (destroyed && !failed && (changed || regenerated)) return write('regenerated')
  if (destroyed) return carried ? CLEAR : KEEP
  if (regenerated) return write('regenerated')
  if (origin === 'resumed' && changed && situation.empty) return CLEAR
  if (origin === 'migrated') return write('migrated')
  if (changed) return write('changed')
  if (situation.rekeyable) return write('rekeyed')
  if (situation.extendable) return write('extended')
  return KEEP
}

function write(reason: WriteReason): Plan {
  return { kind: 'write', reason }
}
