import { EdgeVM } from '@edge-runtime/vm'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleWorker } from './bundle-worker.ts'

type Fetch = (
  path: string,
  init?: { method: string; body: string } | { headers: { cookie: string } },
) => Promise<Answer>

/** Every platform has a `Response` of its own. */
interface Answer {
  readonly status: number
  readonly headers: { getSetCookie(): string[] }
  json(): Promise<unknown>
}

/** The adapter and core alone, on platforms that have nothing of Node: no `node:` import, WebCrypto, streams. */
const PLATFORMS: Readonly<Record<string, (script: string) => { readonly fetch: Fetch; close(): Promise<void> }>> = {
  'workerd without nodejs_compat': (script) => {
    const worker = new Miniflare({ script, compatibilityDate: '2026-07-30' })
    return {
      fetch: (path, init) => worker.dispatchFetch(`https://shop.example${path}`, init),
      close: () => worker.dispose(),
    }
  },
  'an edge VM': (script) => {
    const machine = new EdgeVM({ initialCode: script })
    return {
      fetch: (path, init) => machine.dispatchFetch(`https://shop.example${path}`, init),
      close: async () => undefined,
    }
  },
}

let script: string
beforeAll(async () => {
  script = await bundleWorker(`${import.meta.dirname}/remote/bare-worker.ts`)
})

it('a Worker that is bundled for the web imports nothing of Node', () => {
  expect(script).not.toContain('node:')
})

describe.each(Object.keys(PLATFORMS))('%s', (name) => {
  let platform: ReturnType<NonNullable<(typeof PLATFORMS)[string]>>
  beforeAll(() => {
    platform = PLATFORMS[name]!(script)
  })
  afterAll(() => platform.close())

  it.each([
    ['small', 'Leave it at the door.'],
    ['large enough to be compressed', 'Leave it at the door. '.repeat(100)],
  ])('a session that is %s comes back', async (_size, note) => {
    const written = await platform.fetch('/notes', { method: 'POST', body: note })
    const [cookie = ''] = written.headers.getSetCookie()
    expect([written.status, cookie]).toEqual([204, expect.stringMatching(/^__Host-Http-session=[\w-]+; /u)])
    const read = await platform.fetch('/notes', { headers: { cookie: cookie.split(';')[0]! } })
    expect(await read.json()).toEqual([note])
  })

  it('a cookie that was changed opens nothing', async () => {
    const read = await platform.fetch('/notes', { headers: { cookie: `__Host-Http-session=AQ${'A'.repeat(100)}` } })
    expect(await read.json()).toEqual([])
  })
})
