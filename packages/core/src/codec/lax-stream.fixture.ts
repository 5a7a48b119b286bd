import { platformDeflate } from './deflate.web.ts'

/**
 * Whether this Node's DecompressionStream passes over what follows the end of a stream, as Node 22's does against the standard.
 * A bundle for another platform is the only thing that uses it there; what it would let through is authenticated before.
 */
export const passesOverWhatFollows: boolean =
  (await platformDeflate.inflate(Uint8Array.of(0x03, 0x00, 0x00), 1)) !== undefined
