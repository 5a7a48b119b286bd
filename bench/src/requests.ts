import { fork } from 'node:child_process'
import { type Agreed, countAgreed, type Counter } from './counter.ts'
import { type Framework, FRAMEWORKS, type ServerName, type Variant, variantsOf } from './frameworks.ts'
import { type Scenario, SCENARIOS } from './scenarios.ts'
import { summarize, type Summary } from './statistics.ts'
import { createVisitedServer, SERVER_FILE, type VisitedServer } from './visited-server.ts'

/** CPU time of the server for one request, in microseconds. */
export interface TimeOfScenario extends ServerName, Scenario {
  readonly micros: Summary
  /** Beyond the bare server in the same round. */
  readonly added: Summary
}

/** User-mode instructions of the server for one request. */
export interface InstructionsOfScenario extends ServerName, Scenario, Agreed {}

const ROUNDS = 24
// As many requests as fill a slice, within bounds: where a request takes long, a fixed number of them would take minutes.
const SLICE_MICROS = 75_000
const SLICE_REQUESTS = { least: 50, most: 500 }
const WARM_UP = { requests: 2000, micros: 500_000, requestsAtOnce: 100 }

/** Times one framework after the other. */
export async function timeRequests(): Promise<TimeOfScenario[]> {
  const times: TimeOfScenario[] = []
  for (const framework of FRAMEWORKS) times.push(...(await timeServers(framework)))
  return times
}

/** Times all servers and scenarios of a framework in turn, a slice of each, and again. */
async function timeServers(framework: Framework): Promise<TimeOfScenario[]> {
  const children = namesOf(framework).map((name) => ({ name, child: fork(SERVER_FILE, argumentsOf(name)) }))
  const servers = await Promise.all(children.map(({ name, child }) => createVisitedServer(name, child)))
  const slices: Slices[] = []
  for (const scenario of SCENARIOS) {
    for (const server of servers) {
      slices.push({ server, scenario, requests: await warmedUp(server, scenario), micros: [] })
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { server, scenario, requests, micros } of slices) {
      micros.push((await slice(server, scenario, requests)) / requests)
    }
  }
  for (const server of servers) server.leave()
  for (const { child } of children) child.disconnect()
  return slices.map(({ server, scenario, micros }) => {
    const bare = slices.find((each) => each.server.variant === 'bare' && each.scenario === scenario)?.micros ?? []
    const added = micros.map((each, round) => each - (bare[round] ?? Number.NaN))
    const { framework: name, variant } = server
    return { framework: name, variant, ...scenario, micros: summarize(micros), added: summarize(added) }
  })
}

/** What one server has used for each of so many requests, round by round. */
interface Slices {
  readonly server: VisitedServer
  readonly scenario: Scenario
  readonly requests: number
  readonly micros: number[]
}

/** How many requests fill a slice once the server is as fast as it becomes, or has been warmed up for long. */
async function warmedUp(server: VisitedServer, scenario: Scenario): Promise<number> {
  const { requests, micros, requestsAtOnce } = WARM_UP
  let last = 0
  for (let [sent, used] = [0, 0]; sent < requests && used < micros; sent += requestsAtOnce) {
    last = await slice(server, scenario, requestsAtOnce)
    used += last
  }
  const filling = Math.round((SLICE_MICROS / last) * requestsAtOnce)
  return Math.max(SLICE_REQUESTS.least, Math.min(SLICE_REQUESTS.most, filling))
}

async function slice(server: VisitedServer, scenario: Scenario, requests: number): Promise<number> {
  const before = await server.used()
  await server.visit(scenario, requests)
  return (await server.used()) - before
}

// A request of it costs twenty times as much as one of the others: under a slow counter it alone would take longer than all of them.
const TOO_SLOW_TO_SLOW_DOWN: Variant = 'hono-sessions'

/** Counts the instructions of a framework's servers, at once, since counts do not mind. */
export async function countRequests(counter: Counter): Promise<InstructionsOfScenario[]> {
  const results: InstructionsOfScenario[] = []
  for (const framework of FRAMEWORKS) {
    const names = namesOf(framework).filter(
      ({ variant }) => counter.slowdown === 1 || variant !== TOO_SLOW_TO_SLOW_DOWN,
    )
    const counts = await Promise.all(names.map((name) => countServer(counter, name)))
    for (const scenario of SCENARIOS) {
      results.push(
        ...counts.flat().filter(({ path, traffic }) => path === scenario.path && traffic === scenario.traffic),
      )
    }
  }
  return results
}

async function countServer(counter: Counter, name: ServerName): Promise<InstructionsOfScenario[]> {
  const counted = counter.start(SERVER_FILE, argumentsOf(name))
  // Under a slow counter fewer requests must do.
  const [warmUp, requests] = counter.slowdown === 1 ? [10_000, 10_000] : [1500, 500]
  const server = await createVisitedServer(name, counted.child)
  const results: InstructionsOfScenario[] = []
  // All of them before the first is counted: what a later one shows the compiler would make it begin again.
  for (const scenario of SCENARIOS) await server.visit(scenario, warmUp)
  for (const scenario of SCENARIOS) {
    await server.visit(scenario, warmUp)
    const agreed = await countAgreed(counted, requests, (count) => server.visit(scenario, count))
    results.push({ ...name, ...scenario, ...agreed })
  }
  server.leave()
  await counted.end()
  return results
}

function namesOf(framework: Framework): ServerName[] {
  return variantsOf(framework).map((variant) => ({ framework: framework.name, variant }))
}

function argumentsOf({ framework, variant }: ServerName): string[] {
  return [framework, variant]
}
