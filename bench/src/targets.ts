import type { CellName } from './cell.ts'
import { type Framework, FRAMEWORKS, peerLabel, type Variant } from './frameworks.ts'
import type { Result, Results } from './results.ts'
import { type Scenario, SCENARIOS } from './scenarios.ts'
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
  return [...cells, ...countedRequestTargets(requests?.numbers ?? [])]
}

function requestTargets(requests: Results['requests']): Target[] {
  return addedTargets((framework, scenario) => {
    const added = (variant: Variant): number | undefined =>
      requests.find((each) => each.variant === variant && isOf(each, framework, scenario))?.added.median
    const [own, peer] = [added(OURS), added(framework.peer)]
    if (own === undefined || peer === undefined) return undefined
    return {
      own,
      peer,
      promise: 'less added CPU time than by',
      measured: `${own.toFixed(1)} against ${peer.toFixed(1)} µs`,
    }
  })
}

function countedRequestTargets(requests: Results['request-instructions']): Target[] {
  return addedTargets((framework, scenario) => {
    const count = (variant: Variant): number | undefined =>
      requests.find((each) => each.variant === variant && isOf(each, framework, scenario))?.instructions
    const [bare, withOurs, withPeer] = [count('bare'), count(OURS), count(framework.peer)]
    if (bare === undefined || withOurs === undefined || withPeer === undefined) return undefined
    const [own, peer] = [withOurs - bare, withPeer - bare]
    return { own, peer, promise: 'fewer added instructions than by', measured: `${own} against ${peer}` }
  })
}

/** What a session adds to a request, and what is promised about it. */
interface Added {
  readonly own: number
  readonly peer: number
  readonly promise: string
  readonly measured: string
}

/** The same promise for every framework and scenario that was measured. */
function addedTargets(addedBy: (framework: Framework, scenario: Scenario) => Added | undefined): Target[] {
  return FRAMEWORKS.flatMap((framework) =>
    SCENARIOS.flatMap((scenario) => {
      const added = addedBy(framework, scenario)
      if (added === undefined) return []
      const { own, peer, promise, measured } = added
      const where = `${framework.name} ${scenario.path}, ${scenario.traffic}`
      return [target(`${where}: ${promise} ${peerLabel(framework)}`, measured, own < peer)]
    }),
  )
}

function isOf(
  each: Scenario & { readonly framework: string },
  { name }: Framework,
  { path, traffic }: Scenario,
): boolean {
  return each.framework === name && each.path === path && each.traffic === traffic
}

function target(promise: string, measured: string, met: boolean): Target {
  return { promise, measured, met }
}
