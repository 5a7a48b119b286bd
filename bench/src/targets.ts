import type { CellName } from './cell.ts'
import type { Result, Results } from './results.ts'
import type { TimeOfScenario } from './requests.ts'
import type { TimeOfCell } from './times.ts'

/** Something that this project promises, and whether this run shows it. */
export interface Target {
  readonly promise: string
  readonly measured: string
  readonly met: boolean
}

const OURS = 'encrypted-session'
const ENCRYPTING_PEERS = ['@fastify/secure-session', 'jose', 'iron-session']

/** Characters of the smallest cookie value that any encrypting library wrote for a session of that many bytes, when this project began. */
const SMALLEST_SEEN = new Map([
  [28, 129],
  [331, 545],
  [1023, 1468],
  [2537, 3487],
])

export function checkTargets({ sizes, times, requests }: Pick<Results, 'sizes' | 'times' | 'requests'>): Target[] {
  const time = (name: CellName): TimeOfCell | undefined =>
    times.find(
      (each) => each.contestant === name.contestant && each.bytes === name.bytes && each.operation === name.operation,
    )
  const characters = (contestant: string, bytes: number): number =>
    sizes.find((each) => each.contestant === contestant && each.bytes === bytes)?.characters ?? Number.NaN

  const floorTargets = [103, 526].flatMap((bytes) =>
    (['seal', 'open (new)'] as const).map((operation) => {
      const ratio = time({ contestant: OURS, bytes, operation })?.ofFloor?.median ?? Number.NaN
      return target(
        `${operation}, ${bytes} bytes: at most 1.6 x the node:crypto floor`,
        `${ratio.toFixed(2)} x`,
        ratio <= 1.6,
      )
    }),
  )
  const ironTargets = [103, 526].flatMap((bytes) =>
    (['seal', 'open (new)'] as const).map((operation) => {
      const own = time({ contestant: OURS, bytes, operation })?.micros.median ?? Number.NaN
      const iron = time({ contestant: 'iron-session', bytes, operation })?.micros.median ?? Number.NaN
      return target(
        `${operation}, ${bytes} bytes: at least 20 x faster than iron-session`,
        `${(iron / own).toFixed(1)} x`,
        iron / own >= 20,
      )
    }),
  )
  const sizeTargets = [...new Set(sizes.map(({ bytes }) => bytes))].flatMap((bytes) => {
    const own = characters(OURS, bytes)
    const best = Math.min(...ENCRYPTING_PEERS.map((peer) => characters(peer, bytes)))
    const limit = SMALLEST_SEEN.get(bytes)
    const smallest = target(
      `value of ${bytes} bytes: smaller than every encrypting peer's`,
      `${own.toFixed(1)} against ${best.toFixed(1)}`,
      own < best,
    )
    if (limit === undefined) return [smallest]
    return [smallest, target(`value of ${bytes} bytes: fewer than ${limit} characters`, own.toFixed(1), own < limit)]
  })
  return [...floorTargets, ...ironTargets, ...sizeTargets, ...requestTargets(requests)]
}

/** The same promise for counted instructions, which noise does not touch. */
export function checkCounted(
  instructions: Result<Results['instructions']> | undefined,
  requests: Result<Results['request-instructions']> | undefined,
): Target[] {
  const of = (contestant: string, bytes: number, operation: string): number =>
    instructions?.numbers.find(
      (each) => each.contestant === contestant && each.bytes === bytes && each.operation === operation,
    )?.instructions ?? Number.NaN
  const cells =
    instructions === undefined
      ? []
      : [103, 526].flatMap((bytes) =>
          ['seal', 'open (new)'].map((operation) => {
            const ratio = of(OURS, bytes, operation) / of('node:crypto floor', bytes, operation)
            return target(
              `${operation}, ${bytes} bytes, instructions: at most 1.6 x the node:crypto floor`,
              `${ratio.toFixed(2)} x`,
              ratio <= 1.6,
            )
          }),
        )
  const added = requests?.numbers
    .filter(({ variant }) => variant === OURS)
    .map(({ path, traffic, instructions: own }) => {
      const other = (variant: string): number =>
        requests.numbers.find((each) => each.variant === variant && each.path === path && each.traffic === traffic)
          ?.instructions ?? Number.NaN
      const [ours, peer] = [own - other('bare'), other('secure-session') - other('bare')]
      return target(
        `Fastify ${path}, ${traffic}, instructions: less added than by @fastify/secure-session`,
        `${ours} against ${peer}`,
        ours < peer,
      )
    })
  return [...cells, ...(added ?? [])]
}

function requestTargets(requests: readonly TimeOfScenario[]): Target[] {
  return requests
    .filter(({ variant }) => variant === OURS)
    .map(({ path, traffic, added }) => {
      const peer =
        requests.find((each) => each.variant === 'secure-session' && each.path === path && each.traffic === traffic)
          ?.added.median ?? Number.NaN
      return target(
        `Fastify ${path}, ${traffic}: less added CPU time than by @fastify/secure-session`,
        `${added.median.toFixed(1)} against ${peer.toFixed(1)} µs`,
        added.median < peer,
      )
    })
}

function target(promise: string, measured: string, met: boolean): Target {
  return { promise, measured, met }
}
