import { expect, it } from 'vitest'
import { resolveAttributes, type SetCookie } from '../cookie/attributes.ts'
import { forbidStoring, varyByCookie } from '../cookie/caching.ts'
import { ResponseJar } from './response-jar.ts'

const SESSION: SetCookie = {
  name: 'session',
  value: 'sealed',
  maxAge: undefined,
  attributes: resolveAttributes(),
  text: 'session=sealed; HttpOnly',
}

function createJar(url = 'http://shop.example/', headers: Readonly<Record<string, string>> = {}): ResponseJar {
  return new ResponseJar(new Request(url, { headers }))
}

function written(): ResponseJar {
  const jar = createJar()
  varyByCookie(jar)
  jar.set(SESSION)
  forbidStoring(jar)
  return jar
}

it.each<[string, () => Response]>([
  ['text', () => new Response('ok', { status: 201, statusText: 'Made' })],
  ['JSON', () => Response.json({ a: 1 })],
  ['a stream', () => new Response(new Blob(['one', 'two']).stream())],
  ['a redirect, whose headers cannot be changed', () => Response.redirect('http://shop.example/elsewhere', 303)],
  ['no content', () => new Response(null, { status: 204 })],
  ['a reset of the form', () => new Response(null, { status: 205 })],
  ['nothing new', () => new Response(null, { status: 304 })],
  ['a failure', () => new Response('no', { status: 500, headers: { 'set-cookie': 'theme=dark', vary: 'Accept' } })],
])('a response with %s is copied with status, headers and body', async (_, respond) => {
  const copy = written().apply(respond())
  const original = respond()

  expect([copy.status, copy.statusText]).toEqual([original.status, original.statusText])
  expect(copy.headers.getSetCookie()).toEqual([...original.headers.getSetCookie(), SESSION.text])
  expect(copy.headers.get('cache-control')).toBe('private, no-store')
  for (const [name, value] of original.headers) expect(copy.headers.get(name)).toContain(value)
  expect(await copy.text()).toBe(await original.text())
})

it('an answer to fetch, whose headers cannot be changed, is copied as any other', async () => {
  const copy = written().apply(await fetch('data:text/plain,passed on'))
  expect([copy.headers.getSetCookie(), await copy.text()]).toEqual([[SESSION.text], 'passed on'])
})

it('the response that was given keeps nothing, so that it may be given again', () => {
  const shared = new Response(null, { status: 204 })
  const copies = [written(), written()].map((jar) => jar.apply(shared))
  expect(copies.map(({ headers }) => headers.getSetCookie())).toEqual([[SESSION.text], [SESSION.text]])
  expect([...shared.headers]).toEqual([])
})

it('a body whose type the platform has yet to find is not asked for its stream before it is copied', () => {
  const response = new Response(new Blob(['as Bun has it']))
  const asked: string[] = []
  Object.defineProperty(response, 'body', {
    get() {
      asked.push('body')
      return Reflect.get(Response.prototype, 'body', response)
    },
  })
  const clone = response.clone.bind(response)
  response.clone = () => {
    asked.push('clone')
    return clone()
  }
  written().apply(response)
  expect(asked[0]).toBe('clone')
})

it('a stream is not kept for the response that was given', async () => {
  const original = new Response(new Blob(['text']).stream())
  const copy = written().apply(original)
  expect([original.bodyUsed, copy.bodyUsed, await copy.text()]).toEqual([true, false, 'text'])
})

it('where nothing was written the response itself goes out', () => {
  const response = new Response('ok')
  expect(createJar().apply(response)).toBe(response)
})

it('a revision that leaves a header as it is leaves it', () => {
  const jar = createJar()
  varyByCookie(jar)
  const { headers } = jar.apply(new Response('ok', { headers: { vary: 'cookie, accept' } }))
  expect(headers.get('vary')).toBe('cookie, accept')
})

it('a network error is what it was', () => {
  const response = Response.error()
  expect(written().apply(response)).toBe(response)
})

it('what opens a WebSocket stays as it is where only caches are told, and is refused where it would need a cookie', () => {
  const opening = upgrade()
  const read = createJar()
  varyByCookie(read)
  expect(read.apply(opening)).toBe(opening)
  expect(() => written().apply(opening)).toThrow(RangeError)
})

it('a body that was read already is refused as a server would refuse it', async () => {
  const response = new Response('ok')
  await response.text()
  expect(() => written().apply(response)).toThrow(TypeError)
})

it.each<[string, string, Readonly<Record<string, string>>, boolean]>([
  ['https', 'https://shop.example/', {}, true],
  ['plain http', 'http://shop.example/', {}, false],
  ['plain http behind a proxy', 'http://shop.example/', { 'x-forwarded-proto': 'https' }, true],
  ['plain http behind a proxy that takes plain http', 'http://shop.example/', { 'x-forwarded-proto': 'http' }, false],
])('%s is known', (_, url, headers, secure) => {
  expect(createJar(url, headers).secure).toBe(secure)
})

it('request headers are read, and the host of a request that was made by hand', () => {
  const jar = createJar('http://shop.example:81/', { cookie: 'a=1' })
  expect([jar.get('cookie'), jar.get('sec-purpose'), jar.get('host')]).toEqual(['a=1', undefined, 'shop.example:81'])
  expect(createJar('http://shop.example/', { host: 'other.example' }).get('host')).toBe('other.example')
})

it('a comma in a cookie stays one: what follows it is no cookie, whoever wrote it', () => {
  const cookie = 'a=1, session=sealed; b=2'
  expect(createJar('http://shop.example/', { cookie }).get('cookie')).toBe(cookie)
})

/** Such a response is made by platforms only: on Node, `new Response` refuses the status. */
function upgrade(): Response {
  return Object.defineProperty(new Response(null), 'status', { value: 101 })
}
