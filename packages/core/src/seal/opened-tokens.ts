import type { Bytes } from '../base/bytes.ts'

const ENTRIES = 1000
const BYTES = 4 * 1024 * 1024
const AGE_MS = 60_000

/** What a token held, and which key had sealed it. */
export interface OpenedToken {
  readonly plaintext: Bytes
  readonly keyId: string
}

/** Tokens that were authenticated a moment ago, so that a browser's next requests cost no decryption. Bounded in entries, bytes and age. */
export interface OpenedTokens {
  get(token: string): OpenedToken | undefined
  set(token: string, opened: OpenedToken): void
}

interface Entry {
  readonly opened: OpenedToken
  readonly endsAt: number
}

export function createOpenedTokens(): OpenedTokens {
  const entries = new Map<string, Entry>()
  let bytes = 0
  const drop = (token: string, entry: Entry): void => {
    entries.delete(token)
    bytes -= sizeOf(token, entry.opened)
  }
  return {
    get(token) {
      const entry = entries.get(token)
      if (entry === undefined) return undefined
      if (performance.now() < entry.endsAt) return entry.opened
      drop(token, entry)
      return undefined
    },
    set(token, opened) {
      const size = sizeOf(token, opened)
      const present = entries.get(token)
      if (present !== undefined) drop(token, present)
      if (size > BYTES) return
      // The first entry is the oldest: a Map keeps the order of insertion.
      for (const [oldest, entry] of entries) {
        if (entries.size < ENTRIES && bytes + size <= BYTES) break
        drop(oldest, entry)
      }
      entries.set(token, { opened, endsAt: performance.now() + AGE_MS })
      bytes += size
    },
  }
}

function sizeOf(token: string, { plaintext }: OpenedToken): number {
  return token.length + plaintext.length
}
