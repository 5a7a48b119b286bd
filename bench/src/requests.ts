import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Agreed, countAgreed, type Counter } from './counter.ts'
import type { Question, Variant } from './children/server.ts'
import { summarize, type Summary } from './statistics.ts'
import { createVisitors, type Visitors } from './visitors.ts'

/** Which cookies come: always one and the same, or a different visitor's each time. */
type Traffic = 'one visitor' | 'many visitors'

/** What a request asks for, and who asks. */
export interface Scenario {
  readonly path: '/read' | '/write'
  readonly traffic: Traffic
}

/** CPU time of the server for one request, in microseconds. */
export interface TimeOfScenario extends Scenario {
  readonly variant: Variant
  readonly micros: Summary
  /** Beyond the bare server in the same round. */
  readonly added: Summary
}

/** User-mode instructions of the server for one request. */
export interface InstructionsOfScenario extends Scenario, Agreed {
  readonly variant: Variant
}

export const VARIANTS: readonly Variant[] = ['bare', 'secure-session', 'encrypted-session']
export const SCENARIOS: readonly Scenario[] = [
  { path: '/read', traffic: 'one visitor' },
  { path: '/read', traffic: 'many visitors' },
  { path: '/write', traffic: 'one visitor' },
  { path: '/write', traffic: 'many visitors' },
]

// More than any cache of opened tokens holds.
const VISITORS = 2000
const ROUNDS = 24
const REQUESTS_PER_SLICE = 500
const SERVER = new URL('children/server.ts', import.meta.url).pathname

interface Server {
  readonly variant: Variant
  readonly child: ChildProcess
  readonly visitors: Visitors
  readonly cookies: Readonly<Record<Traffic, readonly string[]>>
}

/** Times all servers and scenarios in turn, a slice of each, and again. */
export async function timeRequests(): Promise<TimeOfScenario[]> {
  const servers = await Promise.all(VARIANTS.map((variant) => ready(variant, fork(SERVER, [variant]), VISITORS)))
  const micros = new Map<string, number[]>()
  for (const server of servers) for (const scenario of SCENARIOS) await slice(server, scenario, 2000)
  for (let round = 0; round < ROUNDS; round++) {
    for (const scenario of SCENARIOS) {
      for (const server of servers) {
        const name = nameOf(server.variant, scenario)
        micros.set(name, [
          ...(micros.get(name) ?? []),
          (await slice(server, scenario, REQUESTS_PER_SLICE)) / REQUESTS_PER_SLICE,
        ])
      }
    }
  }
  for (const { visitors, child } of servers) {
    visitors.leave()
    child.disconnect()
  }
  return SCENARIOS.flatMap((scenario) => {
    const bare = micros.get(nameOf('bare', scenario)) ?? []
    return VARIANTS.map((variant) => {
      const own = micros.get(nameOf(variant, scenario)) ?? []
      const added = own.map((each, round) => each - (bare[round] ?? Number.NaN))
      return { variant, ...scenario, micros: summarize(own), added: summarize(added) }
    })
  })
}

/** Counts the instructions of all servers, at once, since counts do not mind. */
export async function countRequests(counter: Counter): Promise<InstructionsOfScenario[]> {
  const results = await Promise.all(VARIANTS.map((variant) => countServer(counter, variant)))
  return SCENARIOS.flatMap((scenario) =>
    results.flat().filter(({ path, traffic }) => path === scenario.path && traffic === scenario.traffic),
  )
}

async function countServer(counter: Counter, variant: Variant): Promise<InstructionsOfScenario[]> {
  const counted = counter.start(SERVER, [variant])
  // Under a slow counter fewer requests must do.
  const [warmUp, requests] = counter.slowdown === 1 ? [10_000, 10_000] : [1500, 500]
  const { visitors, cookies } = await ready(variant, counted.child, VISITORS)
  const results: InstructionsOfScenario[] = []
  for (const path of ['/read', '/write']) await visitors.send(path, cookies['one visitor'], 2 * warmUp)
  for (const { path, traffic } of SCENARIOS) {
    const send = (count: number): Promise<void> => visitors.send(path, cookies[traffic], count)
    await send(warmUp)
    results.push({ variant, path, traffic, ...(await countAgreed(counted, requests, send)) })
  }
  visitors.leave()
  await counted.end()
  return results
}

async function ready(variant: Variant, child: ChildProcess, count: number): Promise<Server> {
  // The child's first message is its port.
  const [port] = (await once(child, 'message')) as [number]
  const visitors = await createVisitors(port)
  const begun = variant === 'bare' ? strangers(count) : await visitors.welcome('/seed', count)
  return { variant, child, visitors, cookies: { 'one visitor': begun.slice(0, 1), 'many visitors': begun } }
}

/** Cookies that mean nothing to the bare server, as long as a session's: it parses them all the same. */
function strangers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `other=${String(index).padStart(530, 'x')}`)
}

async function slice(
  { child, visitors, cookies }: Server,
  { path, traffic }: Scenario,
  requests: number,
): Promise<number> {
  const before = await usage(child)
  await visitors.send(path, cookies[traffic], requests)
  return (await usage(child)) - before
}

async function usage(child: ChildProcess): Promise<number> {
  const question: Question = { type: 'usage' }
  child.send(question)
  const [micros] = (await once(child, 'message')) as [number]
  return micros
}

function nameOf(variant: Variant, { path, traffic }: Scenario): string {
  return `${variant} ${path} ${traffic}`
}
