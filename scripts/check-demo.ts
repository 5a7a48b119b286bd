/** `pnpm demo` says where it listens, on a line of its own, answers there, and ends on SIGTERM. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const DEADLINE = AbortSignal.timeout(120_000)
const LISTENING = /^listening on (http:\/\/\S+)$/u

const demo = spawn('pnpm', ['demo'], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
  // Its own process group, so that a demo that does not end can be ended whole.
  detached: true,
})
const ended = once(demo, 'exit', { signal: DEADLINE })
try {
  const url = await listening()
  const { status } = await fetch(url, { signal: DEADLINE })
  if (status !== 200) throw new Error(`${url} answered ${status}`)
  demo.kill('SIGTERM')
  await ended
  await refused(url)
  console.log(`The demo answered at ${url} and ended.`)
} finally {
  end()
}

async function listening(): Promise<string> {
  for await (const line of createInterface({ input: demo.stdout, signal: DEADLINE })) {
    console.log(line)
    const url = LISTENING.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('the demo ended without saying where it listens')
}

/** Waits until nobody answers any more: what pnpm started must end with pnpm. */
async function refused(url: string): Promise<void> {
  while (!DEADLINE.aborted) {
    const answered = await fetch(url, { signal: DEADLINE }).then(
      () => true,
      () => false,
    )
    if (!answered) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} still answers after SIGTERM`)
}

function end(): void {
  try {
    if (demo.pid !== undefined) process.kill(-demo.pid, 'SIGKILL')
  } catch {
    // ESRCH: the whole group has ended, as it should.
  }
}
