import { once } from 'node:events'
import type { CellName, Operation } from './cell.ts'
import { type Agreed, countAgreed, type CountedProcess, type Counter } from './counter.ts'
import type { Request } from './children/count.ts'

/** User-mode instructions of one operation. */
export interface InstructionsOfCell extends CellName, Agreed {}

/** The sizes that the targets name. */
const SIZES = [103, 526] as const
const CELLS: readonly [string, Operation][] = [
  ['encrypted-session', 'seal'],
  ['encrypted-session', 'open (new)'],
  ['encrypted-session', 'open (again)'],
  ['node:crypto floor', 'seal'],
  ['node:crypto floor', 'open (new)'],
  ['@fastify/secure-session', 'seal'],
  ['@fastify/secure-session', 'open (new)'],
]

// Until the optimising compiler has done its work; more would cost minutes under valgrind.
const WARM_UP = 3000
const COUNTED = 500
// Enough for ten rounds of tokens that are never seen again.
const POOL = WARM_UP + 10 * COUNTED

/** Counts the same operations that are timed elsewhere: one process for each size, both at once, since counts do not mind. */
export async function countInstructions(counter: Counter): Promise<InstructionsOfCell[]> {
  return (await Promise.all(SIZES.map((bytes) => countSize(counter, bytes)))).flat()
}

async function countSize(counter: Counter, bytes: number): Promise<InstructionsOfCell[]> {
  const counted = counter.start(new URL('children/count.ts', import.meta.url).pathname, [String(bytes), String(POOL)])
  await once(counted.child, 'message')
  const results: InstructionsOfCell[] = []
  for (const [contestant, operation] of CELLS) {
    results.push({ contestant, bytes, operation, ...(await countCell(counted, contestant, operation)) })
  }
  await counted.end()
  return results
}

async function countCell(counted: CountedProcess, contestant: string, operation: Operation): Promise<Agreed> {
  const run = async (count: number): Promise<void> => {
    const request: Request = { type: 'run', contestant, operation, count }
    counted.child.send(request)
    await once(counted.child, 'message')
  }
  await run(WARM_UP)
  return countAgreed(counted, COUNTED, run)
}
