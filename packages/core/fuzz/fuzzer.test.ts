import { describe, expect, test } from 'vitest'
import { examine, fuzz, type Operation } from './fuzzer.ts'

const CORPUS = ['theme=dark; session=2.abcdef.token; session.1=abcdef.tokenabcdef', 'session=token'] as const
const fine: Operation = async () => undefined
const busy = (milliseconds: number): void => {
  const startedAt = performance.now()
  while (performance.now() - startedAt < milliseconds);
}

/** Faults that a fuzzer is for, planted: one that cannot find them proves nothing when it finds nothing. */
describe('the fuzzer finds', () => {
  test('a header that throws, and says which', async () => {
    const operation: Operation = async (header) => {
      if (header.includes('=;')) throw new Error('an empty value')
    }
    const { findings } = await fuzz({ operations: { operation }, corpus: CORPUS, seconds: 2, seed: 1 })
    expect(findings[0]).toMatchObject({ kind: 'throw', operation: 'operation', seed: 1 })
    expect(findings[0]?.detail).toContain('an empty value')
    expect(findings[0]?.header).toContain('=;')
  })

  test('a header that is always slow', async () => {
    const operation: Operation = async (header) => {
      if (header.length > 1000) busy(60)
    }
    const { findings } = await fuzz({ operations: { operation }, corpus: CORPUS, seconds: 2, seed: 2 })
    expect(findings[0]).toMatchObject({ kind: 'slow', operation: 'operation' })
    expect(findings[0]?.header.length).toBeGreaterThan(1000)
  })

  test('memory that is never given back', async () => {
    const kept: Uint8Array[] = []
    const operation: Operation = async () => {
      kept.push(new Uint8Array(10_000))
    }
    const { runs, findings } = await fuzz({ operations: { operation }, corpus: CORPUS, seconds: 1, seed: 3 })
    expect(kept.length).toBeGreaterThanOrEqual(runs)
    expect(findings).toMatchObject([{ kind: 'growth' }])
  })
})

describe('the fuzzer takes for no finding', () => {
  test('headers that do no harm', async () => {
    const { runs, findings } = await fuzz({ operations: { fine }, corpus: CORPUS, seconds: 1, seed: 4 })
    expect(findings).toEqual([])
    expect(runs).toBeGreaterThan(0)
  })

  test('a pause that does not come again', async () => {
    let calls = 0
    const operation: Operation = async () => {
      calls++
      if (calls === 1) busy(80)
    }
    expect(await examine(operation, '')).toBeUndefined()
    expect(calls).toBe(4)
  })
})

test('the same seed makes the same headers', async () => {
  const headersOf = async (seed: number): Promise<string[]> => {
    const headers: string[] = []
    const operation: Operation = async (header) => {
      headers.push(header)
    }
    await fuzz({ operations: { operation }, corpus: CORPUS, seconds: 60, seed, runs: 20 })
    return headers.slice(0, 20)
  }
  expect(await headersOf(5)).toEqual(await headersOf(5))
  expect(await headersOf(5)).not.toEqual(await headersOf(6))
})
