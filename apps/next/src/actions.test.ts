import type { SessionClient } from '@encrypted-session/testing'
import { describe, expect, it } from 'vitest'
import { type ActionForm, call, submit } from './action.fixture.ts'
import { useServer } from './server.fixture.ts'

const server = useServer()

async function signedIn(): Promise<SessionClient> {
  const client = server.visitor()
  await client.post('/api/login', { name: 'Ada' })
  return client
}

function asking(how: string): ActionForm {
  return { path: '/test/actions', has: 'name="how"', fields: { how } }
}

/** The note that the session has when the action is over. */
async function note(client: SessionClient): Promise<unknown> {
  return (await client.get('/api/session')).json<{ data: { note?: string } }>().data.note
}

describe.each([
  // Next renders the page for a 404 whatever of the three it was.
  ['from a form without a script', submit, { redirect: 303, notFound: 404, forbidden: 404, unauthorized: 404 }],
  // Next tells React in a header where to go.
  ['called by React', call, { redirect: 200, notFound: 404, forbidden: 403, unauthorized: 401 }],
])('an action %s', (_title, send, statuses) => {
  it.each(['redirect', 'notFound', 'forbidden', 'unauthorized'] as const)(
    '%s() in updateSession keeps what was changed before it',
    async (how) => {
      const client = await signedIn()
      const response = await send(client, asking(how))

      expect(response.status).toBe(statuses[how])
      expect(response.setCookies).toEqual([expect.stringMatching(/^session=/u)])
      expect(await note(client)).toBe(how)
    },
  )

  it.each(['redirect', 'notFound', 'error'])('%s after updateSession takes nothing back', async (how) => {
    const client = await signedIn()
    await send(client, asking(`${how} later`))

    expect(await note(client)).toBe(how)
  })

  it('an error in updateSession drops what was changed before it', async () => {
    const client = await signedIn()
    const response = await send(client, asking('error'))

    expect(response.status).toBe(500)
    expect(response.setCookies).toEqual([])
    expect(await note(client)).toBeUndefined()
  })

  it.each(['destroy', 'destroy error'])('a logout is never lost: %s', async (how) => {
    const client = await signedIn()
    const response = await send(client, asking(how))

    expect(response.setCookies).toEqual([expect.stringMatching(/^session=;.*Max-Age=0/iu)])
    expect(client.cookieHeader).toBe('')
  })

  it('several updateSession at once wait for each other, and one cookie has what all of them changed', async () => {
    const client = await signedIn()
    const response = await send(client, asking('twice'))

    expect(response.setCookies).toHaveLength(1)
    expect((await client.get('/api/session')).json()).toMatchObject({
      data: {
        cart: [
          { item: 'Tea', qty: 2 },
          { item: 'Milk', qty: 1 },
        ],
      },
    })
  })

  it.each(['https://evil.example', 'null'])(
    'is refused to a page of %s, and accepted without an origin',
    async (origin) => {
      const client = await signedIn()
      const refused = await send(client, asking('redirect later'), { origin })

      expect(refused.status).toBe(403)
      expect(refused.setCookies).toEqual([])
      expect(await note(client)).toBeUndefined()
      await send(client, asking('redirect later'))
      expect(await note(client)).toBe('redirect')
    },
  )
})

it.each([
  ['without a script', submit],
  // What React shows was rendered for the action, and Next drops what its proxy would have set: the message waits.
  ['by React', call],
])(
  'a message that an action leaves before it redirects, called %s, is shown on the next visit, once',
  async (_title, send) => {
    const client = server.visitor()
    const pages = [await send(client, asking('message')), await client.get('/'), await client.get('/')]

    expect(pages.map(({ text }) => text.includes('From an action'))).toEqual([false, true, false])
  },
)

it('the page that answers an action shows the cookie that the same response sets', async () => {
  const client = server.visitor()
  const { status, text, setCookies } = await submit(client, { path: '/', has: 'Sign in', fields: { name: 'Grace' } })

  expect(status).toBe(200)
  expect(setCookies).toHaveLength(1)
  const shown = text.replaceAll(/<[^>]*>/gu, '')
  expect(shown.includes(client.cookieHeader)).toBe(true)
  expect(shown.includes('Signed in as Grace')).toBe(true)
})

it('what an action refuses is said beside its form, and nothing is set', async () => {
  const { text, setCookies } = await submit(server.visitor(), { path: '/', has: 'Sign in', fields: { name: '  ' } })

  expect(text).toContain('Fill in your name: blanks alone are not enough.')
  expect(setCookies).toEqual([])
})

it('what an action redirects to is rendered in the same response, with what the action has changed', async () => {
  const client = await signedIn()
  const { headers, text } = await call(client, asking('redirect'))

  expect(headers.get('x-action-redirect')).toMatch(/^\/test\/component;/u)
  expect(text).toContain('\\"note\\":\\"redirect\\"')
})
