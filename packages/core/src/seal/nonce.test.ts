import { afterEach, describe, expect, it, vi } from 'vitest'
import { toHex } from '../base/bytes.ts'
import * as node from './nonce.node.ts'
import * as web from './nonce.web.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** How often and for how many bytes the platform's generator is called. */
function watchRandomness(): () => number[] {
  const spy = vi.spyOn(crypto, 'getRandomValues')
  // Only views are ever passed in.
  return () => spy.mock.calls.map(([view]) => (view as Uint8Array).length)
}

describe.each([
  { platform: 'Node', ...node },
  { platform: 'the web', ...web },
])('suffixes on $platform', ({ createSuffixSource }) => {
  it('are twelve bytes and never the same, over many batches', () => {
    const source = createSuffixSource()
    const seen = Array.from({ length: 20_000 }, () => source())
    expect(seen.every(({ length }) => length === 12)).toBe(true)
    expect(new Set(seen.map(toHex)).size).toBe(20_000)
  })

  it('are spread evenly: every bit is set about half of the time', () => {
    const source = createSuffixSource()
    const counts = Array.from({ length: 96 }, () => 0)
    for (let index = 0; index < 4000; index++) {
      for (const [byte, value] of source().entries()) {
        for (let bit = 0; bit < 8; bit++) counts[byte * 8 + bit]! += (value >> bit) & 1
      }
    }
    // Eight standard deviations of 31.6: once in 10^13 runs by chance.
    expect(counts.filter((count) => Math.abs(count - 2000) > 253)).toEqual([])
  })

  it('need no randomness until the first is asked for', () => {
    const drawn = watchRandomness()
    const source = createSuffixSource()
    expect(drawn()).toEqual([])
    source()
    expect(drawn()).toHaveLength(1)
  })

  it.each([
    ['a microsecond of the machine’s running', 0.001, 0],
    ['a millisecond of the machine’s running', 1, 0],
    ['a millisecond of the calendar', 0, 1],
    ['an hour of the calendar', 0, 3_600_000],
  ])('differ between two copies of one process that are %s apart', (_, running, calendar) => {
    // What two machines restored from one image share: the very same random bytes.
    const clone = (now: number, today: number): string => {
      vi.spyOn(crypto, 'getRandomValues').mockImplementation((view) => view)
      vi.spyOn(performance, 'now').mockReturnValue(now)
      vi.spyOn(Date, 'now').mockReturnValue(today)
      return toHex(createSuffixSource()())
    }
    expect(clone(123_456.789, 1_800_000_000_000)).toBe(clone(123_456.789, 1_800_000_000_000))
    expect(clone(123_456.789 + running, 1_800_000_000_000 + calendar)).not.toBe(clone(123_456.789, 1_800_000_000_000))
  })
})

describe('suffixes on Node', () => {
  it('use each drawn byte once: sixteen suffixes a batch', () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] })
    const drawn = watchRandomness()
    const source = node.createSuffixSource()
    for (let index = 0; index < 33; index++) source()
    expect(drawn()).toEqual([192, 192, 192])
  })

  it('drop what is left of a batch after a second', () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] })
    const drawn = watchRandomness()
    const source = node.createSuffixSource()
    source()
    vi.advanceTimersByTime(1000)
    source()
    expect(drawn()).toHaveLength(1)
    vi.advanceTimersByTime(1)
    source()
    expect(drawn()).toHaveLength(2)
  })
})
