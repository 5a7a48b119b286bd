import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generateKey } from '@encrypted-session/core'
import type { RunningApp } from '@encrypted-session/demo'
import { createClient } from '@encrypted-session/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dueToken } from './due-token.fixture.ts'
import { NEXT, startNext } from './start-next.ts'

const APP = fileURLToPath(new URL('../cache-components', import.meta.url))

const keys = await generateKey()
let app: RunningApp | undefined
beforeAll(async () => {
  const { PATH } = process.env
  await promisify(execFile)(process.execPath, [NEXT, 'build'], {
    cwd: APP,
    env: { PATH, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', CI: 'true' },
  })
  app = await startNext(
    { PATH, PORT: '0', SESSION_KEYS: keys, SESSION_ABSOLUTE: '7200', SESSION_IDLE: '600', SESSION_EXTEND_AFTER: '60' },
    'hidden',
    APP,
  )
}, 300_000)
afterAll(() => app?.close())

it('with cacheComponents a page has what reads the session in <Suspense>, and the rest was made when the app was built', async () => {
  const { text, setCookies } = await createClient(app?.url ?? '').get('/')

  expect(text).toContain('<h1>For everyone</h1>')
  expect(text).toContain('Signed in: nobody')
  expect(setCookies).toEqual([])
})

it('with cacheComponents the proxy extends a session for the page and for the browser, and no cache keeps the page', async () => {
  const cookie = `session=${await dueToken(keys)}`
  const { text, headers, setCookies } = await createClient(app?.url ?? '').get('/', { cookie })

  expect(text).toContain('Signed in: Ada')
  expect(setCookies).toHaveLength(1)
  expect(headers.get('cache-control')).toBe('private, no-store')
})
