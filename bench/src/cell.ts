import type { Contestant } from './contestant.ts'
import type { SampleSession } from './sessions.ts'

/** What is done to a session. `new`: a token never seen before. `again`: the token that was opened last. */
export type Operation = 'seal' | 'open (new)' | 'open (again)' | 'read (new)' | 'read (again)' | 'write'

/** What one number of a table is about. */
export interface CellName {
  readonly contestant: string
  readonly bytes: number
  readonly operation: Operation
}

/** One operation on one session by one contestant, to be run any number of times. */
export interface Cell extends CellName {
  run(count: number): Promise<void>
}

/** The cells of one contestant for one session. Checks first that it gives back what it was given. */
export async function createCells(
  contestant: Contestant,
  { bytes, data }: SampleSession,
  operations: readonly Operation[],
): Promise<Cell[]> {
  const pool: string[] = []
  for (let index = 0; index < contestant.pool; index++) {
    pool.push(flat(contestant.received(await contestant.seal(data))))
  }
  const [first = ''] = pool
  if (JSON.stringify(contestant.data(await contestant.open(first))) !== JSON.stringify(data)) {
    throw new Error(`${contestant.name} does not give back what it was given`)
  }
  let next = 0
  const calls: Partial<Record<Operation, () => unknown>> = {
    seal: () => contestant.seal(data),
    'open (new)': () => contestant.open(pool[next++ % pool.length] ?? ''),
    'open (again)': () => contestant.open(first),
  }
  return operations.flatMap((operation) => {
    const call = calls[operation]
    if (call === undefined) return []
    const run = contestant.answers === 'at once' ? repeatAtOnce(call) : repeatLater(call)
    return [{ contestant: contestant.name, bytes, operation, run }]
  })
}

/** Text as a server's parser makes it: in one piece, with a hash that nobody has computed yet. */
export function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Runs a call so many times, each after the one before. */
export function repeatLater(call: () => unknown): (count: number) => Promise<void> {
  return async (count) => {
    for (let index = 0; index < count; index++) kept.last = await call()
  }
}

function repeatAtOnce(call: () => unknown): (count: number) => Promise<void> {
  return async (count) => {
    for (let index = 0; index < count; index++) kept.last = call()
  }
}

// Results are kept where no compiler can prove that nobody looks, so that no call is optimised away.
const kept: { last: unknown } = { last: undefined }
