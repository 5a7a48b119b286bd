import { readUint32 } from '../base/bytes.ts'
import type { Envelope } from './envelope.ts'

// How many tokens are told apart, 4 bytes each.
const SLOTS = 2048

/** Which tokens came by a moment ago. To remember a token costs as much as to open it, and many come only once: the second visit decides. */
export interface Visits {
  /** Whether this token was here before; rarely a no for one that was, when another has taken its slot. */
  isRepeated(envelope: Envelope): boolean
}

export function createVisits(): Visits {
  const tagEnds = new Uint32Array(SLOTS)
  return {
    isRepeated({ bytes }) {
      const tagEnd = readUint32(bytes, bytes.length - 4)
      const slot = tagEnd % SLOTS
      const wasHere = tagEnds[slot] === tagEnd
      tagEnds[slot] = tagEnd
      return wasHere
    },
  }
}
