import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeBase64url } from '#bytes'
import { createOpenedTokens, type OpenedToken, type OpenedTokens } from './opened-tokens.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const opened = (bytes = 10) => ({ plaintext: new Uint8Array(bytes), keyId: '00000000' })

/** Comes by twice, and is remembered from then on. */
function add(tokens: OpenedTokens, token: string, what: OpenedToken): void {
  const envelope = decodeBase64url(token)!
  tokens.add(envelope, what)
  tokens.add(envelope, what)
}

const numbered = (index: number): string => `token${String(index).padStart(7, '0')}`

describe('opened tokens', () => {
  it('are remembered from their second visit on', () => {
    const tokens = createOpenedTokens()
    const envelope = decodeBase64url('tokenOne')!
    tokens.add(envelope, opened())
    expect(tokens.get('tokenOne')).toBeUndefined()
    tokens.add(envelope, opened())
    expect(tokens.get('tokenOne')).toBeDefined()
  })

  it('are found by their whole text only', () => {
    const tokens = createOpenedTokens()
    const one = opened()
    add(tokens, 'tokenOne', one)
    expect(tokens.get('tokenOne')).toBe(one)
    expect(['tokenOn', 'tokenOne ', 'TokenOne', ''].map((text) => tokens.get(text))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('are forgotten after a minute, however often they are asked for', () => {
    const tokens = createOpenedTokens()
    add(tokens, 'tokenOne', opened())
    for (const ms of [30_000, 29_999]) {
      vi.advanceTimersByTime(ms)
      expect(tokens.get('tokenOne')).toBeDefined()
    }
    vi.advanceTimersByTime(1)
    expect(tokens.get('tokenOne')).toBeUndefined()
  })

  it('are at most a thousand: the oldest gives way', () => {
    const tokens = createOpenedTokens()
    for (let index = 0; index <= 1000; index++) add(tokens, numbered(index), opened())
    expect(tokens.get(numbered(0))).toBeUndefined()
    expect(tokens.get(numbered(1))).toBeDefined()
    expect(tokens.get(numbered(1000))).toBeDefined()
  })

  it('take at most 4 MiB, texts and bytes together', () => {
    const tokens = createOpenedTokens()
    const size = 4 * 1024 * 1024
    add(tokens, 'aaaaaaaa', opened(size / 2 - 8))
    add(tokens, 'bbbbbbbb', opened(size / 2 - 8))
    expect(tokens.get('aaaaaaaa')).toBeDefined()
    expect(tokens.get('bbbbbbbb')).toBeDefined()
    add(tokens, 'cccccccc', opened(0))
    expect(tokens.get('aaaaaaaa')).toBeUndefined()
    expect(tokens.get('bbbbbbbb')).toBeDefined()
    expect(tokens.get('cccccccc')).toBeDefined()
  })

  it('do not give way to one that is too large for all of them together', () => {
    const tokens = createOpenedTokens()
    add(tokens, 'aaaaaaaa', opened())
    add(tokens, 'bbbbbbbb', opened(4 * 1024 * 1024))
    expect(tokens.get('aaaaaaaa')).toBeDefined()
    expect(tokens.get('bbbbbbbb')).toBeUndefined()
  })

  it('count one that is set again once', () => {
    const tokens = createOpenedTokens()
    const half = 2 * 1024 * 1024 - 8
    for (let index = 0; index < 10; index++) add(tokens, 'aaaaaaaa', opened(half))
    add(tokens, 'bbbbbbbb', opened(half))
    expect(tokens.get('aaaaaaaa')).toBeDefined()
    expect(tokens.get('bbbbbbbb')).toBeDefined()
  })

  it('free their room when they are forgotten', () => {
    const tokens = createOpenedTokens()
    const half = 2 * 1024 * 1024 - 8
    add(tokens, 'aaaaaaaa', opened(half))
    vi.advanceTimersByTime(60_000)
    add(tokens, 'bbbbbbbb', opened(half))
    expect(tokens.get('aaaaaaaa')).toBeUndefined()
    add(tokens, 'cccccccc', opened(half))
    expect(tokens.get('bbbbbbbb')).toBeDefined()
  })
})
