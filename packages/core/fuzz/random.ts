/** Choices that look random and are the same for the same seed, so that what was found can be found again. */
export interface Random {
  /** A whole number from 0 up to, but not including, the limit. */
  below(limit: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  /** A text of so many characters of base64url's alphabet, at most {@link NOISE_CHARACTERS}. */
  text(length: number): string
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const NOISE_CHARACTERS = 65_536

/** Mulberry32: 32 bits of state, good enough to wander. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
  // Drawn once: texts are windows on it, or drawing them would take most of the time.
  const noise = Array.from({ length: NOISE_CHARACTERS }, () => BASE64URL.charAt(below(BASE64URL.length))).join('')
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    text: (length) => {
      const start = below(NOISE_CHARACTERS - length + 1)
      return noise.slice(start, start + length)
    },
  }
}
