import { connect, createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { closeAfterwards, errorOf, fail, mounted, note, type Setting, type VisitContext } from './koa-app.fixture.ts'

interface Answer {
  readonly status: number | undefined
  readonly cookies: string[]
  readonly body: string
}

/** A client that speaks HTTP/2 to this app, each Cookie header in crumbs as browsers send it. */
async function visit({ app }: Setting): Promise<(path: string, crumbs?: string[]) => Promise<Answer>> {
  const callback = app.callback()
  const server = createServer((request, response) => {
    void callback(request, response)
  })
  closeAfterwards(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // The cast is right for a server that listens on a port.
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  closeAfterwards(client)
  return async (path, crumbs = []) => {
    const stream = client.request({ ':path': path, ...(crumbs.length > 0 && { cookie: crumbs }) })
    const head = new Promise<Omit<Answer, 'body'>>((resolve) => {
      stream.on('response', ({ ':status': status, 'set-cookie': cookies = [] }) => {
        resolve({ status, cookies })
      })
    })
    const parts: Buffer[] = []
    // The cast names what a stream without an encoding gives.
    for await (const part of stream) parts.push(part as Buffer)
    return { ...(await head), body: Buffer.concat(parts).toString() }
  }
}

it.each<[string, (ctx: VisitContext) => unknown, number]>([
  ['a response', (ctx) => (ctx.body = note(ctx)), 200],
  ['an error', (ctx) => fail(ctx, errorOf({ status: 409 })), 409],
  ['a response without a body', (ctx) => (ctx.status = note(ctx) === 'ok' ? 204 : 500), 204],
])(
  'over HTTP/2 %s carries the session, and crumbs of one Cookie header are read together',
  async (_what, handle, status) => {
    const all = mounted()
    all.app.use(async (ctx) => {
      await handle(ctx)
    })
    const get = await visit(all)
    const first = await get('/')
    expect([first.status, first.cookies.length]).toEqual([status, 1])
    const second = await get('/read', ['theme=dark', first.cookies[0]?.split(';')[0] ?? '', 'size=large'])
    expect(JSON.parse(second.body)).toMatchObject({ origin: 'resumed', note: 'written' })
  },
)

it('over HTTP/2 an event tells of a change that came too late', async () => {
  const all = mounted()
  all.app.use((ctx) => {
    ctx.res.end(note(ctx))
  })
  const get = await visit(all)
  expect((await get('/')).cookies).toEqual([])
  await expect.poll(() => all.events).toMatchObject([{ type: 'uncommitted', reason: 'late' }])
})

it('over HTTP/2 the host of a Secure cookie on an open line is named', async () => {
  const all = mounted()
  all.app.use((ctx) => {
    ctx.req.headers[':authority'] = 'shop.example'
    ctx.body = note(ctx)
  })
  await (
    await visit(all)
  )('/')
  expect(all.events).toMatchObject([{ type: 'insecure-transport', host: 'shop.example' }, { type: 'sealed' }])
})
