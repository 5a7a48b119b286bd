import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { CellName } from './cell.ts'
import type { SlicesOfCell } from './children/slices.ts'
import { summarize, type Summary } from './statistics.ts'

/** CPU time of one operation, in microseconds. */
export interface TimeOfCell extends CellName {
  readonly micros: Summary
  /** As a multiple of the floor's time for the same operation in the same round; absent where the floor has none. */
  readonly ofFloor: Summary | undefined
}

const PROCESSES = 3
const FLOOR = 'node:crypto floor'

/** Times everything in several processes, one after the other, so that one process's luck with memory and compilers is not the result. */
export async function timeOperations(): Promise<TimeOfCell[]> {
  const runs: (readonly SlicesOfCell[])[] = []
  for (let run = 0; run < PROCESSES; run++) runs.push(await slices())
  const [first = []] = runs
  return first.map((cell) => ({
    contestant: cell.contestant,
    bytes: cell.bytes,
    operation: cell.operation,
    micros: summarize(runs.flatMap((run) => find(run, cell)?.micros ?? [])),
    ofFloor: ratioToFloor(runs, cell),
  }))
}

async function slices(): Promise<readonly SlicesOfCell[]> {
  const child = fork(new URL('children/slices.ts', import.meta.url))
  const [answer] = (await once(child, 'message')) as [readonly SlicesOfCell[]]
  if (child.exitCode === null) await once(child, 'exit')
  return answer
}

/** Round by round: what disturbs the machine disturbs neighbours alike. */
function ratioToFloor(runs: readonly (readonly SlicesOfCell[])[], cell: CellName): Summary | undefined {
  const operation = cell.operation === 'open (again)' ? 'open (new)' : cell.operation
  const ratios = runs.flatMap((run) => {
    const floor = find(run, { contestant: FLOOR, bytes: cell.bytes, operation })?.micros
    if (floor === undefined) return []
    return (find(run, cell)?.micros ?? []).map((micros, round) => micros / (floor[round] ?? Number.NaN))
  })
  return ratios.length === 0 ? undefined : summarize(ratios)
}

function find(run: readonly SlicesOfCell[], { contestant, bytes, operation }: CellName): SlicesOfCell | undefined {
  return run.find((each) => each.contestant === contestant && each.bytes === bytes && each.operation === operation)
}
