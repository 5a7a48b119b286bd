/** Why a cookie is written. There is no other reason. */
export type WriteReason = 'changed' | 'regenerated' | 'rekeyed' | 'extended' | 'migrated'

/** What becomes of the cookie at the end of a request: it is written for a reason, cleared, or kept. `drop` keeps it too, and the handler's changes are lost. */
export type Plan = WriteReason | 'clear' | 'keep' | 'drop'

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

/** The decision at the end of a request: the first line that fits. The table stands in spec/session.md "Plan" and is the test. */
export function planCommit(situation: Situation): Plan {
  const { touched, failed, carried, origin, destroyed, regenerated, changed } = situation
  if (!touched) return 'keep'
  if (failed && !destroyed) return changed || regenerated ? 'drop' : 'keep'
  if (destroyed && !failed && (changed || regenerated)) return 'regenerated'
  if (destroyed) return carried ? 'clear' : 'keep'
  if (regenerated) return 'regenerated'
  if (origin === 'resumed' && changed && situation.empty) return 'clear'
  if (origin === 'migrated') return 'migrated'
  if (changed) return 'changed'
  if (situation.rekeyable) return 'rekeyed'
  return situation.extendable ? 'extended' : 'keep'
}
