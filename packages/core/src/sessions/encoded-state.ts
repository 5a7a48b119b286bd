/** What of a session a handler can change, encoded. */
export interface EncodedState {
  /** Empty for what cannot be sealed. */
  readonly payloadText: string
  readonly flashText: string
  readonly persistent: boolean
}

/** Stands for data that cannot be sealed. */
export const UNSEALABLE: EncodedState = { payloadText: '', flashText: '', persistent: false }

/** Whether a session that was as `one` is would have to be written to be as `other` is. */
export function isOther(one: EncodedState, other: EncodedState): boolean {
  return (
    one.payloadText !== other.payloadText || one.flashText !== other.flashText || one.persistent !== other.persistent
  )
}
