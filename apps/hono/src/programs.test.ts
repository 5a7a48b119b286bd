import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createClient } from '@encrypted-session/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { listening, whyNot } from './remote/runtime.ts'

const DIRECTORY = `${import.meta.dirname}/..`
// The cast is what this file of ours holds.
const { scripts } = JSON.parse(await readFile(`${DIRECTORY}/package.json`, 'utf8')) as {
  scripts: Readonly<Record<string, string>>
}
const begun: ChildProcess[] = []

/** What `pnpm start:…` runs, without the build that goes before it. */
function run(script: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const { PATH, HOME } = process.env
  const env = { PATH: `${DIRECTORY}/node_modules/.bin:${PATH}`, HOME, PORT: '0', ...environment }
  const program = spawn('sh', ['-c', scripts[script] ?? 'false'], {
    cwd: DIRECTORY,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  begun.push(program)
  return program
}

afterAll(() => {
  for (const program of begun) program.kill('SIGKILL')
})

describe.each([
  ['start:bun', whyNot('bun')],
  ['start:deno', whyNot('deno')],
  ['start:workerd', undefined],
])('%s', (script, missing) => {
  describe.skipIf(missing !== undefined && process.env['CI'] !== 'true')(missing ?? 'as a program', () => {
    it('says where it listens, answers there, and SIGTERM ends it while a page is open', async () => {
      const program = run(script, {})
      const url = await listening(program)
      const page = await fetch(url)
      const events = await fetch(`${url}/events`)

      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/u)
      expect(await page.text()).toContain('The key was made for this run')
      const left = events.text().catch(() => 'cut off')
      program.kill('SIGTERM')
      await once(program, 'exit', { signal: AbortSignal.timeout(10_000) })
      await left
      expect(program.exitCode).toBe(0)
    })

    it('takes its settings from the environment, and its key from the first session on', async () => {
      const program = run(script, { SESSION_ABSOLUTE: '60', SESSION_SECURE: '1', REVOCATION: 'memory' })
      const client = createClient(await listening(program))
      const login = await client.post('/api/login', { name: 'Ada' })
      const { createdAt, expiresAt } = login.json<{ createdAt: number; expiresAt: number }>()

      expect(login.setCookies).toEqual([expect.stringMatching(/^__Host-Http-session=/u)])
      expect(expiresAt - createdAt).toBe(60)
      expect((await client.get('/api/session')).json()).toMatchObject({ subject: 'Ada' })
      expect((await client.post('/api/logout-everywhere')).status).toBe(200)
    })
  })
})
