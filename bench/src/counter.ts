import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** What a process did between two moments. */
interface Counts {
  readonly instructions: number
  /** Where the counter knows them. */
  readonly cycles: number | undefined
}

/** A child process whose user-mode instructions are counted. */
export interface CountedProcess {
  readonly child: ChildProcess
  /** What the process does while `work` is under way. */
  readonly during: (work: () => Promise<void>) => Promise<Counts>
  end(): Promise<void>
}

/** Counts the instructions of a Node program: what noise on the machine does not change. */
export interface Counter {
  readonly name: string
  /** How many times slower a program runs while it is counted. */
  readonly slowdown: 1 | 50
  start(file: string, args: readonly string[]): CountedProcess
}

/** What two rounds agree on, and by how much they differ, as a share of the lower. */
export interface Agreed extends Counts {
  readonly disagreement: number
}

const AGREEMENT = 0.02
const ROUNDS_AT_MOST = 10

/**
 * Counts so many of a thing in rounds, until the two lowest agree, and answers the lowest for one of it. In the others a compiler or
 * a large garbage collection was at work.
 */
export async function countAgreed(
  { during }: CountedProcess,
  count: number,
  work: (count: number) => Promise<void>,
): Promise<Agreed> {
  const rounds: Counts[] = []
  for (;;) {
    rounds.push(await during(() => work(count)))
    const [least, next] = rounds.toSorted((a, b) => a.instructions - b.instructions)
    if (least === undefined || next === undefined) continue
    const disagreement = (next.instructions - least.instructions) / least.instructions
    if (disagreement > AGREEMENT && rounds.length < ROUNDS_AT_MOST) continue
    const cycles = least.cycles === undefined ? undefined : Math.round(least.cycles / count)
    return { instructions: Math.round(least.instructions / count), cycles, disagreement }
  }
}

/** The best counter of this machine, or `undefined`. */
export function findCounter(): Counter | undefined {
  if (perfCounts()) return perf
  return spawnSync('valgrind', ['--version']).status === 0 ? valgrind : undefined
}

const PERF = ['stat', '-x', ',', '-e', 'instructions:u,cycles:u']

/** In many virtual machines the processor's counters are not there: perf then runs and counts nothing. */
function perfCounts(): boolean {
  const { status, stderr } = spawnSync('perf', [...PERF, 'true'], { encoding: 'utf8' })
  return status === 0 && /^\d+,,instructions/mu.test(stderr)
}

const perf: Counter = {
  name: 'perf stat -e instructions:u,cycles:u -p PID',
  slowdown: 1,
  start(file, args) {
    const child = fork(file, args)
    return {
      child,
      async during(work) {
        const stat = spawn('perf', [...PERF, '-p', String(child.pid)], { stdio: ['ignore', 'ignore', 'pipe'] })
        let text = ''
        stat.stderr.setEncoding('utf8').on('data', (part: string) => (text += part))
        // It says nothing when it has attached itself.
        await delay(300)
        await work()
        stat.kill('SIGINT')
        await once(stat, 'close')
        return { instructions: counted(text, 'instructions'), cycles: counted(text, 'cycles') }
      },
      async end() {
        child.disconnect()
        await once(child, 'exit')
      },
    }
  },
}

function counted(text: string, event: string): number {
  const count = new RegExp(`^(\\d+),,${event}`, 'mu').exec(text)?.[1]
  if (count === undefined) throw new Error(`perf did not count ${event}`)
  return Number(count)
}

// Callgrind writes its counts out whenever this function of libuv is entered, which `os.hostname()` does and nothing else.
const MARK = 'uv_os_gethostname'

const valgrind: Counter = {
  name: 'valgrind --tool=callgrind',
  slowdown: 50,
  start(file, args) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'))
    const child = fork(file, args, {
      execPath: 'valgrind',
      execArgv: [
        '--quiet',
        '--tool=callgrind',
        `--callgrind-out-file=${join(folder, 'counts')}`,
        `--dump-before=${MARK}`,
        process.execPath,
      ],
    })
    const mark = async (): Promise<string> => {
      child.send({ type: 'mark' })
      await once(child, 'message')
      const dumps = readdirSync(folder).map((name) => Number(name.split('.')[1] ?? 0))
      return join(folder, `counts.${Math.max(...dumps)}`)
    }
    return {
      child,
      async during(work) {
        await mark()
        await work()
        const total = /^totals: (\d+)$/mu.exec(readFileSync(await mark(), 'utf8'))?.[1]
        return { instructions: Number(total), cycles: undefined }
      },
      async end() {
        child.disconnect()
        await once(child, 'exit')
        rmSync(folder, { recursive: true })
      },
    }
  },
}
