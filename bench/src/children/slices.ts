/** A child process: runs every cell in short slices, one after the other and again, and sends the CPU time of each slice. */
import { type Cell, createCells, type Operation } from '../cell.ts'
import { CONTESTANTS } from '../contestants.ts'
import { SESSIONS } from '../sessions.ts'
import { createVisits } from '../visits.ts'

/** The CPU time of one operation, in microseconds, in each slice of one cell. */
export interface SlicesOfCell {
  readonly contestant: string
  readonly bytes: number
  readonly operation: Operation
  readonly micros: readonly number[]
}

const ROUNDS = 40
const SLICE_MICROS = 2500
const WARM_UP_MICROS = 60_000

const cells: Cell[] = []
for (const session of SESSIONS) {
  for (const contestant of CONTESTANTS) {
    const remembers = contestant.name === 'encrypted-session'
    cells.push(
      ...(await createCells(
        contestant,
        session,
        remembers ? ['seal', 'open (new)', 'open (again)'] : ['seal', 'open (new)'],
      )),
    )
  }
  cells.push(...(await createVisits(session)))
}

const slices = new Map<Cell, { readonly count: number; readonly micros: number[] }>()
for (const cell of cells) slices.set(cell, { count: await calibrated(cell), micros: [] })
for (let round = 0; round < ROUNDS; round++) {
  for (const [cell, { count, micros }] of slices) {
    micros.push((await cpuMicros(cell, count)) / count)
  }
}
const answer: readonly SlicesOfCell[] = cells.map((cell) => {
  const { contestant, bytes, operation } = cell
  return { contestant, bytes, operation, micros: slices.get(cell)?.micros ?? [] }
})
process.send?.(answer)

/** How many operations fill a slice, once they are as fast as they become. */
async function calibrated(cell: Cell): Promise<number> {
  const first = (await cpuMicros(cell, 50)) / 50
  await cell.run(clamped(WARM_UP_MICROS / first, 50, 4000))
  const each = (await cpuMicros(cell, 50)) / 50
  return clamped(SLICE_MICROS / each, 5, 150)
}

function clamped(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, Math.round(value)))
}

async function cpuMicros(cell: Cell, count: number): Promise<number> {
  const before = process.cpuUsage()
  await cell.run(count)
  const { user, system } = process.cpuUsage(before)
  return user + system
}
