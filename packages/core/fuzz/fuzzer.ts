import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { mutate } from './mutations.ts'
import { createRandom } from './random.ts'

/** What is done with a Cookie header. Throwing means that something is wrong. */
export type Operation = (header: string) => Promise<void>

/** What went wrong, and the header that shows it. */
export interface Finding {
  readonly kind: 'throw' | 'unhandled' | 'slow' | 'growth'
  readonly operation: string
  readonly seed: number
  readonly run: number
  readonly detail: string
  readonly header: string
}

/** How a run of the fuzzer went. */
export interface Report {
  readonly runs: number
  readonly findings: readonly Finding[]
}

export interface FuzzOptions {
  readonly operations: Readonly<Record<string, Operation>>
  /** Headers that are in order, to begin with. */
  readonly corpus: readonly [string, ...string[]]
  readonly seconds: number
  readonly seed: number
  /** Ends sooner, after so many headers. */
  readonly runs?: number
}

/** No single operation may hold up a request for longer. */
const SLOW_MS = 50
/** What the caches of one process may grow by once they are warm. A leak of 1 KiB a request passes it within seconds. */
const GROWTH_BYTES = 8 * 1024 * 1024
const FINDINGS = 10

setFlagsFromString('--expose-gc')
// The cast names what the flag provides.
const collectGarbage = runInNewContext('gc') as () => void

/** Mutates headers for so many seconds and does one operation with each. Stops early after ten findings. */
export async function fuzz({
  operations,
  corpus,
  seconds,
  seed,
  runs = Number.POSITIVE_INFINITY,
}: FuzzOptions): Promise<Report> {
  const random = createRandom(seed)
  const names = Object.keys(operations)
  const findings: Finding[] = []
  let current = { operation: '', seed, run: 0, header: '' }
  const stray = (error: unknown): void => {
    findings.push({ ...current, kind: 'unhandled', detail: String(error) })
  }
  process.on('unhandledRejection', stray)
  const startedAt = performance.now()
  const elapsed = (): number => (performance.now() - startedAt) / 1000
  let baseline: number | undefined

  while (elapsed() < seconds && current.run < runs && findings.length < FINDINGS) {
    const operation = names[random.below(names.length)] ?? ''
    current = {
      operation,
      seed,
      run: current.run + 1,
      header: mutate(random.pick(corpus), random, random.pick(corpus)),
    }
    const problem = await examine(operations[operation] ?? absent, current.header)
    if (problem !== undefined) findings.push({ ...current, ...problem })
    // A macrotask now and then, so that rejections show and finalizers run.
    if (current.run % 100 === 0) await macrotask()
    // A quarter of the time warms caches and the compiler.
    if (baseline === undefined && elapsed() > seconds / 4) baseline = await usedBytes()
  }

  const growth = (await usedBytes()) - (baseline ?? 0)
  if (baseline !== undefined && growth > GROWTH_BYTES) {
    findings.push({ ...current, kind: 'growth', detail: `${growth} bytes` })
  }
  process.off('unhandledRejection', stray)
  return { runs: current.run, findings }
}

/** One operation on one header: what is wrong with it, if anything is. */
export async function examine(
  operation: Operation,
  header: string,
): Promise<Pick<Finding, 'kind' | 'detail'> | undefined> {
  try {
    const first = await timed(operation, header)
    if (first <= SLOW_MS) return undefined
    // Measured again: once may be a collection of garbage or another process.
    const times = [
      first,
      await timed(operation, header),
      await timed(operation, header),
      await timed(operation, header),
    ]
    const least = Math.min(...times)
    return least > SLOW_MS ? { kind: 'slow', detail: `${least.toFixed(1)} ms` } : undefined
  } catch (error) {
    // The operation's own word that something is wrong, of whatever kind.
    return { kind: 'throw', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

async function timed(operation: Operation, header: string): Promise<number> {
  const startedAt = performance.now()
  await operation(header)
  return performance.now() - startedAt
}

async function absent(): Promise<void> {
  throw new Error('there is no operation')
}

/** The least of three measurements: what is still there after the garbage is gone. */
async function usedBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let times = 0; times < 3; times++) {
    await macrotask()
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    least = Math.min(least, heapUsed + external)
  }
  return least
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
