import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Runner } from './runner.ts'

/** What `pnpm start` runs. */
export interface DemoProgram {
  /** The path of its `main.ts`. */
  readonly main: string
}

/** Describes how a demo on Node begins and ends as a program. */
export function describeDemoProgram({ main }: DemoProgram, { afterAll, describe, expect, it }: Runner): void {
  const begun: Program[] = []
  const run = (environment: Readonly<Record<string, string>>): Program => {
    // Neither what this shell has set nor what the test runner has: NODE_ENV=test is no way to run a program.
    const { PATH, HOME } = process.env
    const env = { PATH, HOME, HOST: '127.0.0.1', ...environment }
    const program = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    begun.push(program)
    return program
  }
  afterAll(() => {
    for (const program of begun) program.kill('SIGKILL')
  })

  describe('the program', () => {
    it.each(['SIGTERM', 'SIGINT'] as const)(
      'says where it listens, answers there, and %s ends it while a page is open',
      async (signal) => {
        const program = run({ PORT: '0' })
        const url = await listening(program)
        const page = await fetch(url)
        const events = await fetch(`${url}/events`)

        expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/u)
        expect(await page.text()).toContain('The key was made for this run')
        const left = events.text().catch(() => 'cut off')
        program.kill(signal)
        await once(program, 'exit', { signal: AbortSignal.timeout(10_000) })
        await left
        expect(program.exitCode).toBe(0)
      },
    )

    it('takes its settings from the environment', async () => {
      const program = run({ PORT: '0', SESSION_SECURE: '1', SESSION_ABSOLUTE: '60', REVOCATION: 'memory' })
      const url = await listening(program)
      const headers = { 'content-type': 'application/json' }
      const login = await fetch(`${url}/api/login`, { method: 'POST', headers, body: '{"name":"Ada"}' })
      const { createdAt, expiresAt } = (await login.json()) as { createdAt: number; expiresAt: number }

      expect(login.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-Http-session=/u)])
      expect(expiresAt - createdAt).toBe(60)
      expect((await fetch(`${url}/api/logout-everywhere`, { method: 'POST' })).status).toBe(200)
    })

    it('a key that is wrong ends it before it listens, and is told', async () => {
      const program = run({ PORT: '0', SESSION_KEYS: 'esk_bad' })
      const [stdout, stderr] = await Promise.all([text(program.stdout), text(program.stderr), once(program, 'exit')])

      expect(program.exitCode).not.toBe(0)
      expect(stdout).not.toContain('listening on')
      expect(stderr).toContain('ERR_KEYRING_INVALID')
    })

    it('a port that is taken ends it with one line that says what to do', async () => {
      const other = createServer().listen(0, '127.0.0.1')
      await once(other, 'listening')
      // Listening on a port, it has one.
      const { port } = other.address() as AddressInfo
      const program = run({ PORT: String(port) })
      const [stdout, stderr] = await Promise.all([text(program.stdout), text(program.stderr), once(program, 'exit')])
      other.close()

      expect({ code: program.exitCode, stdout, stderr }).toEqual({
        code: 1,
        stdout: '',
        stderr: `port ${port} is taken: PORT=${port + 1} listens on the next, PORT=0 on any that is free\n`,
      })
    })
  })
}

type Program = ChildProcessByStdio<null, Readable, Readable>

/** Where it says it listens, on a line of its own among others. */
async function listening({ stdout }: Program): Promise<string> {
  for await (const line of createInterface({ input: stdout, signal: AbortSignal.timeout(30_000) })) {
    const url = /^listening on (\S+)$/u.exec(line)?.[1]
    if (url === undefined) continue
    // What it prints from now on is not to fill the pipe.
    stdout.resume()
    return url
  }
  throw new Error('The program ended without saying where it listens.')
}
