import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createOpenedTokens } from './opened-tokens.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const opened = (bytes = 10) => ({ plaintext: new Uint8Array(bytes), keyId: '00000000' })

describe('opened tokens', () => {
  it('are found by their whole text only', () => {
    const tokens = createOpenedTokens()
    const one = opened()
    tokens.set('token', one)
    expect(tokens.get('token')).toBe(one)
    expect(['toke', 'token ', 'Token', ''].map((text) => tokens.get(text))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('are forgotten after a minute, however often they are asked for', () => {
    const tokens = createOpenedTokens()
    tokens.set('token', opened())
    for (const ms of [30_000, 29_999]) {
      vi.advanceTimersByTime(ms)
      expect(tokens.get('token')).toBeDefined()
    }
    vi.advanceTimersByTime(1)
    expect(tokens.get('token')).toBeUndefined()
  })

  it('are at most a thousand: the oldest gives way', () => {
    const tokens = createOpenedTokens()
    for (let index = 0; index <= 1000; index++) tokens.set(`token ${index}`, opened())
    expect(tokens.get('token 0')).toBeUndefined()
    expect(tokens.get('token 1')).toBeDefined()
    expect(tokens.get('token 1000')).toBeDefined()
  })

  it('take at most 4 MiB, texts and bytes together', () => {
    const tokens = createOpenedTokens()
    const size = 4 * 1024 * 1024
    tokens.set('a', opened(size / 2 - 1))
    tokens.set('b', opened(size / 2 - 1))
    expect(tokens.get('a')).toBeDefined()
    expect(tokens.get('b')).toBeDefined()
    tokens.set('c', opened(0))
    expect(tokens.get('a')).toBeUndefined()
    expect(tokens.get('b')).toBeDefined()
    expect(tokens.get('c')).toBeDefined()
  })

  it('do not give way to one that is too large for all of them together', () => {
    const tokens = createOpenedTokens()
    tokens.set('a', opened())
    tokens.set('b', opened(4 * 1024 * 1024))
    expect(tokens.get('a')).toBeDefined()
    expect(tokens.get('b')).toBeUndefined()
  })

  it('count one that is set again once', () => {
    const tokens = createOpenedTokens()
    const half = 2 * 1024 * 1024 - 1
    for (let index = 0; index < 10; index++) tokens.set('a', opened(half))
    tokens.set('b', opened(half))
    expect(tokens.get('a')).toBeDefined()
    expect(tokens.get('b')).toBeDefined()
  })

  it('free their room when they are forgotten', () => {
    const tokens = createOpenedTokens()
    const half = 2 * 1024 * 1024 - 1
    tokens.set('a', opened(half))
    vi.advanceTimersByTime(60_000)
    tokens.set('b', opened(half))
    expect(tokens.get('a')).toBeUndefined()
    tokens.set('c', opened(half))
    expect(tokens.get('b')).toBeDefined()
  })
})
