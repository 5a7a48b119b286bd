import assert from 'node:assert/strict'
import { type ClientResponse, createClient, type SessionClient } from '@encrypted-session/testing'

/** What a visitor sees of a first session. */
interface Seen {
  readonly user: string | undefined
  readonly cart: readonly string[]
  readonly messages: readonly string[]
}

/** Somebody who uses a first session. */
export interface Visitor {
  look(): Promise<Seen>
  login(name: string): Promise<void>
  add(item: string): Promise<void>
  logout(): Promise<void>
  readonly client: SessionClient
}

/** What the first sessions have in common. Throws an `AssertionError` that begins with what went wrong. */
export async function visit({ client, ...visitor }: Visitor): Promise<void> {
  const stranger: Seen = { user: undefined, cart: [], messages: [] }
  assert.deepEqual(await visitor.look(), stranger, 'a stranger is known')
  expectNoCookie(client, 'looking set a cookie')

  await visitor.login('Ada')
  await visitor.add('tea')
  await visitor.add('cake')
  const { user, cart, messages } = await visitor.look()
  assert.deepEqual(cart, ['tea', 'cake'], `the cart holds ${JSON.stringify(cart)}`)
  assert.equal(user, 'Ada', 'the visitor is not signed in')
  assert.deepEqual(messages, ['Welcome, Ada'], 'the greeting is not there')
  const { messages: again, ...rest } = await visitor.look()
  assert.deepEqual(again, [], 'the greeting is there twice')
  assert.deepEqual(rest, { user, cart }, 'looking changed the session')

  await visitor.logout()
  expectNoCookie(client, 'a cookie is left after the logout')
  assert.deepEqual(await visitor.look(), stranger, 'something is left after the logout')
}

/** The message of an assertion would show the cookie. */
function expectNoCookie({ cookieHeader }: SessionClient, complaint: string): void {
  assert.ok(cookieHeader === '', complaint)
}

/** Sends JSON and gets it. */
export function programVisitor(url: string): Visitor {
  const client = createClient(url)
  const post = async (path: string, body: object = {}): Promise<void> => expectKept(await client.post(path, body))
  return {
    client,
    login: (name) => post('/login', { name }),
    add: (item) => post('/cart', { item }),
    logout: () => post('/logout'),
    async look() {
      const response = await client.get('/')
      expectKept(response)
      const { user, cart, messages } = response.json<{
        readonly user?: { readonly name: string }
        readonly cart: readonly { readonly item: string }[]
        readonly messages: readonly { readonly text: string }[]
      }>()
      return { user: user?.name, cart: cart.map(({ item }) => item), messages: messages.map(({ text }) => text) }
    },
  }
}

/** Reads the page and submits its forms, as a browser without a script does. */
export function pageVisitor(url: string): Visitor {
  const client = createClient(url, { headers: { origin: url } })
  const page = async (): Promise<string> => {
    const response = await client.get('/')
    expectKept(response)
    // React's marks between two texts.
    return response.text.replaceAll('<!-- -->', '')
  }
  const submit = async (button: string, fields: Readonly<Record<string, string>> = {}): Promise<void> =>
    expectKept(await submitForm(client, formOf(await page(), button), fields))
  return {
    client,
    login: (name) => submit('Sign in', { name }),
    add: (item) => submit('Add to cart', { item }),
    logout: () => submit('Sign out'),
    async look() {
      const text = await page()
      const messages = textsIn(text, 'output')
      // A page of Next cannot take its messages: they stay until somebody has read them.
      for (let unread = messages.length; unread > 0; unread -= 1) await submit('OK')
      const name = textsIn(text, 'h1')[0]?.replace(' is signed in', '')
      return { user: name === 'Nobody' ? undefined : name, cart: textsIn(text, 'li'), messages }
    },
  }
}

/** A browser would keep what has come, and show no error. */
function expectKept({ status, refused, text }: ClientResponse): void {
  assert.ok(status < 400, `status ${status}: ${text}`)
  assert.deepEqual(refused, [], 'a browser would have refused a cookie')
}

function textsIn(page: string, element: string): readonly string[] {
  return Array.from(page.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'gu')), ([, text = '']) => text)
}

function formOf(page: string, button: string): string {
  const forms = page.match(/<form[\s\S]*?<\/form>/gu) ?? []
  const form = forms.find((each) => textsIn(each, 'button').includes(button))
  assert.ok(form !== undefined, `no form with the button "${button}":\n${page}`)
  return form
}

function submitForm(
  client: SessionClient,
  form: string,
  fields: Readonly<Record<string, string>>,
): Promise<ClientResponse> {
  const action = /<form[^>]* action="(\/[^"]*)"/u.exec(form)?.[1]
  if (action !== undefined) {
    return client.request('POST', action, { body: new URLSearchParams(fields), redirect: 'follow' })
  }
  // A Server Action: a hidden field says which.
  const data = new FormData()
  for (const [, name = ''] of form.matchAll(/<input type="hidden" name="([^"]*)"/gu)) data.append(name, '')
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return postMultipart(client, data)
}

async function postMultipart(client: SessionClient, data: FormData): Promise<ClientResponse> {
  const body = new Response(data)
  const type = body.headers.get('content-type') ?? ''
  return client.post('/', await body.text(), { headers: { 'content-type': type } })
}
