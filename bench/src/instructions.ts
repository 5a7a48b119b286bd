import { once } from 'node:events'
import type { CellName, Operation } from './cell.ts'
import type { CountedProcess, Counter } from './counter.ts'
import type { Request } from './children/count.ts'

/** User-mode instructions of one operation. */
export interface InstructionsOfCell extends CellName {
  readonly instructions: number
  readonly cycles: number | undefined
  /** By how much a second count differed, as a share of the first. */
  readonly disagreement: number
}

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
const ROUNDS = 4

/** Counts the same operations that are timed elsewhere: one process for each size, both at once, since counts do not mind. */
export async function countInstructions(counter: Counter): Promise<InstructionsOfCell[]> {
  return (await Promise.all(SIZES.map((bytes) => countSize(counter, bytes)))).flat()
}

async function countSize(counter: Counter, bytes: number): Promise<InstructionsOfCell[]> {
  const counted = counter.start(new URL('children/count.ts', import.meta.url).pathname, [String(bytes), String(WARM_UP + ROUNDS * COUNTED)])
  await once(counted.child, 'message')
  const results: InstructionsOfCell[] = []
  for (const [contestant, operation] of CELLS) results.push({ contestant, bytes, operation, ...(await countCell(counted, contestant, operation)) })
  await counted.end()
  return results
}

async function countCell(
  counted: CountedProcess,
  contestant: string,
  operation: Operation,
): Promise<Pick<InstructionsOfCell, 'instructions' | 'cycles' | 'disagreement'>> {
  const run = async (count: number): Promise<void> => {
    const request: Request = { type: 'run', contestant, operation, count }
    counted.child.send(request)
    await once(counted.child, 'message')
  }
  await run(WARM_UP)
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await counted.during(() => run(COUNTED)))
  // The two lowest: in the others a compiler or a large garbage collection was at work.
  const [least, next] = rounds.toSorted((a, b) => a.instructions - b.instructions)
  if (least === undefined || next === undefined) throw new Error('nothing was counted')
  return {
    instructions: Math.round(least.instructions / COUNTED),
    cycles: least.cycles === undefined ? undefined : Math.round(least.cycles / COUNTED),
    disagreement: (next.instructions - least.instructions) / least.instructions,
  }
}
