import { expect, it } from 'vitest'
import {
  cartBody,
  failBody,
  flashBody,
  loginBody,
  noteBody,
  persistentBody,
  replayBody,
  slowBody,
  themeBody,
} from './bodies.ts'
import { BodyError } from './body-error.ts'

it.each([
  [loginBody, { name: 'Ada', more: 1 }, { name: 'Ada' }],
  [loginBody, { name: '𝒜'.repeat(60) }, { name: '𝒜'.repeat(60) }],
  [cartBody, { item: ' Tea ' }, { item: ' Tea ' }],
  [noteBody, { text: '' }, { text: '' }],
  [flashBody, { message: 'x'.repeat(200) }, { message: 'x'.repeat(200) }],
  [persistentBody, { value: true }, { value: true }],
  [persistentBody, { value: 'true' }, { value: true }],
  [persistentBody, { value: 'false' }, { value: false }],
  [failBody, { how: 'http' }, { how: 'http', destroy: false }],
  [failBody, { how: 'error', note: 'n', destroy: true }, { how: 'error', note: 'n', destroy: true }],
  [themeBody, { theme: 'dark' }, { theme: 'dark' }],
  [replayBody, { cookie: 'a-b_c.d' }, { cookie: 'a-b_c.d' }],
  [slowBody, { ms: 5, text: 't' }, { ms: 5, text: 't' }],
  [slowBody, { ms: 0 }, { ms: 0 }],
])('%o reads %j', (read, body, expected) => {
  expect(read(body)).toEqual(expected)
})

const NOT_FROM_PAGE = 'It did not arrive as this page sends it. Go back and try again.'

it.each<[(body: unknown) => unknown, unknown, string, string]>([
  [loginBody, undefined, 'body must be an object', NOT_FROM_PAGE],
  [loginBody, 'name', 'body must be an object', NOT_FROM_PAGE],
  [loginBody, {}, 'body/name must be', 'Fill in your name: blanks alone are not enough.'],
  [loginBody, { name: '' }, 'body/name must be', 'Fill in your name: blanks alone are not enough.'],
  [loginBody, { name: ' \u00a0' }, 'body/name must be', 'Fill in your name: blanks alone are not enough.'],
  [loginBody, { name: 5 }, 'body/name must be', NOT_FROM_PAGE],
  [loginBody, { name: '\ud800' }, 'body/name must be', NOT_FROM_PAGE],
  [loginBody, { name: 'x'.repeat(61) }, 'body/name must be', 'Make your name shorter: 60 characters at most.'],
  [loginBody, Object.create({ name: 'inherited' }), 'body/name must be', 'Fill in your name'],
  [cartBody, { item: ['Tea'] }, 'body/item must be', NOT_FROM_PAGE],
  [cartBody, { item: 'x'.repeat(201) }, 'body/item must be', 'Make the item shorter: 200 characters at most.'],
  [flashBody, {}, 'body/message must be', 'Fill in the message: blanks alone are not enough.'],
  [noteBody, {}, 'body/text must be', NOT_FROM_PAGE],
  [noteBody, { text: '\udfff' }, 'body/text must be', NOT_FROM_PAGE],
  [persistentBody, { value: 1 }, 'body/value must be one of true, false, "true", "false"', NOT_FROM_PAGE],
  [failBody, { how: 'otherwise' }, 'body/how must be one of "http", "error"', NOT_FROM_PAGE],
  [failBody, { how: 'http', note: 1 }, 'body/note must be', NOT_FROM_PAGE],
  [failBody, { how: 'http', destroy: 'yes' }, 'body/destroy must be', NOT_FROM_PAGE],
  [themeBody, { theme: 'pink' }, 'body/theme must be', NOT_FROM_PAGE],
  [replayBody, { cookie: 'a; b=c' }, 'body/cookie must be', NOT_FROM_PAGE],
  [replayBody, { cookie: '' }, 'body/cookie must be', NOT_FROM_PAGE],
  [replayBody, { cookie: 'x'.repeat(8193) }, 'body/cookie must be', NOT_FROM_PAGE],
  [slowBody, { ms: '5' }, 'body/ms must be', NOT_FROM_PAGE],
  [slowBody, { ms: Infinity }, 'body/ms must be', NOT_FROM_PAGE],
])('%o does not take %j: %s …', (read, body, detail, message) => {
  const refused = expect.objectContaining({
    status: 400,
    statusCode: 400,
    expose: true,
    detail: expect.stringContaining(detail) as unknown,
    message: expect.stringContaining(message) as unknown,
  }) as unknown
  expect(() => read(body)).toThrow(BodyError)
  expect(() => read(body)).toThrow(refused)
})
