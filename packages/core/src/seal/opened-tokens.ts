import { encodeBase64url } from '#bytes'
import { type Bytes, readUint32 } from '../base/bytes.ts'

const ENTRIES = 1000
const BYTES = 4 * 1024 * 1024
const AGE_MS = 60_000

// How many tokens are known to have come by once, 4 bytes each.
const VISITS = 2048

// The end of a token is the end of its tag: as good as random, and much shorter to look up than the whole.
const HANDLE_CHARACTERS = 20

/** What a token held, and which key had sealed it. */
export interface OpenedToken {
  readonly plaintext: Bytes
  readonly keyId: string
}

/** Tokens that were authenticated a moment ago, so that a browser's next requests cost no decryption. Bounded in entries, bytes and age. */
export interface OpenedTokens {
  get(token: string): OpenedToken | undefined
  /**
   * Remembers what has just been authenticated, and is to be called for nothing else. To remember a token costs as much as
   * to open it, and many come only once: the second visit decides, or a later one when another has taken its slot meanwhile.
   */
  add(envelope: Bytes, opened: OpenedToken): void
}

interface Entry {
  readonly token: string
  readonly opened: OpenedToken
  readonly size: number
  readonly endsAt: number
}

export function createOpenedTokens(): OpenedTokens {
  const entries = new Map<string, Entry>()
  const visits = new Uint32Array(VISITS)
  let bytes = 0

  const drop = (handle: string, { size }: Entry): void => {
    entries.delete(handle)
    bytes -= size
  }
  return {
    get(token) {
      const handle = handleOf(token)
      const entry = entries.get(handle)
      if (entry?.token !== token) return undefined
      if (performance.now() < entry.endsAt) return entry.opened
      drop(handle, entry)
      return undefined
    },
    add(envelope, opened) {
      const tagEnd = readUint32(envelope, envelope.length - 4)
      if (visits[tagEnd % VISITS] !== tagEnd) {
        visits[tagEnd % VISITS] = tagEnd
        return
      }
      // The token's own text is a window on the Cookie header, which would be kept with it.
      const token = encodeBase64url(envelope)
      const handle = handleOf(token)
      const size = token.length + opened.plaintext.length
      if (size > BYTES || entries.has(handle)) return
      // The first entry is the oldest: a Map keeps the order of insertion.
      for (const [oldestHandle, oldest] of entries) {
        if (entries.size < ENTRIES && bytes + size <= BYTES) break
        drop(oldestHandle, oldest)
      }
      entries.set(handle, { token, opened, size, endsAt: performance.now() + AGE_MS })
      bytes += size
    },
  }
}

function handleOf(token: string): string {
  return token.slice(-HANDLE_CHARACTERS)
}
