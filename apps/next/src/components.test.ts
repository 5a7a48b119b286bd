import { createRevocation } from '@encrypted-session/core/revocation'
import { describe, expect, it } from 'vitest'
import { useServer } from './server.fixture.ts'

const server = useServer()

it('a component reads the session, cannot change what it has read, and is told where to write', async () => {
  const client = server.visitor()
  await client.post('/api/login', { name: 'Ada' })
  await client.post('/api/cart', { item: 'Tea' })
  const { text, setCookies } = await client.get('/test/component')

  expect(JSON.parse(/<pre>(.*)<\/pre>/u.exec(text)?.[1]?.replaceAll('&quot;', '"') ?? '')).toEqual({
    subject: 'Ada',
    cart: [{ item: 'Tea', qty: 1 }],
    change: 'TypeError',
    write: 'ERR_SESSION_READONLY',
  })
  expect(setCookies).toEqual([])
})

describe('while a store cannot say whether a session holds', () => {
  const fail = (): never => {
    throw new Error('connection lost')
  }
  const failing = useServer({ revocation: createRevocation({ check: fail, revoke: fail, cutoff: fail }) })

  it.each([
    ['/', 503],
    ['/test/component', 500],
  ])('%s, which needs it, answers %i and does not say why', async (path, answer) => {
    const { status, text, setCookies } = await (await failing.dueVisitor()).get(path)

    expect(status).toBe(answer)
    expect(text).not.toContain('connection lost')
    expect(setCookies).toEqual([])
  })

  it.each(['/prerendered', '/api/untouched'])('%s is served', async (path) => {
    expect((await (await failing.dueVisitor()).get(path)).status).toBe(200)
  })

  it('a visitor without a cookie is served', async () => {
    expect((await failing.visitor().get('/')).status).toBe(200)
  })
})
