import type { Bytes } from '../base/bytes.ts'

const ENTRIES = 1000
const BYTES = 4 * 1024 * 1024
const AGE_MS = 60_000

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
  /** Remembers what has just been authenticated, and is to be called for nothing else. The text must not be a window on a larger one. */
  set(token: string, opened: OpenedToken): void
}

interface Entry {
  readonly token: string
  readonly opened: OpenedToken
  readonly size: number
  readonly endsAt: number
}

export function createOpenedTokens(): OpenedTokens {
  const entries = new Map<string, Entry>()
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
    set(token, opened) {
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
