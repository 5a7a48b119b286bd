import { describe, expect, test } from 'vitest'
import { SessionError, SessionHttpError, SessionTooLargeError, SessionUnavailableError } from './errors.ts'

const tooLarge = () => new SessionTooLargeError('too large', { size: 9, limit: 5, fields: { cart: 7, user: 2 } })
const unavailable = () => new SessionUnavailableError('the store did not answer', { cause: new Error('ECONNREFUSED') })

describe('an error of misuse', () => {
  test('carries its code, its message and its cause', () => {
    const cause = new Error('why')
    const error = new SessionError('ERR_OPTIONS_INVALID', 'cookie.path must begin with "/".', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'SessionError',
      code: 'ERR_OPTIONS_INVALID',
      message: 'cookie.path must begin with "/".',
      cause,
    })
  })

  test('has no status: it is the developer’s to repair, so a framework answers 500', () => {
    const error = new SessionError('ERR_DATA_INVALID', 'data.a is a function.')
    expect(error).not.toBeInstanceOf(SessionHttpError)
    expect(error).not.toHaveProperty('status')
    expect(error).not.toHaveProperty('statusCode')
  })
})

describe.each([
  {
    name: 'SessionTooLargeError',
    make: tooLarge,
    code: 'ERR_SESSION_TOO_LARGE',
    status: 413,
    body: 'Content Too Large',
    headers: { 'cache-control': 'no-store' },
  },
  {
    name: 'SessionUnavailableError',
    make: unavailable,
    code: 'ERR_SESSION_UNAVAILABLE',
    status: 503,
    body: 'Service Unavailable',
    headers: { 'cache-control': 'no-store', 'retry-after': '5' },
  },
])('$name', ({ name, make, code, status, body, headers }) => {
  test('says to each framework, in the framework’s own word, what to answer', () => {
    const error = make()
    expect(error).toBeInstanceOf(SessionHttpError)
    expect(error).toMatchObject({ name, code, status, statusCode: status, expose: false, headers })
  })

  test('makes a response of its status and headers whose body is the status in words', async () => {
    const response = make().getResponse()
    expect(response.status).toBe(status)
    expect(Object.fromEntries(response.headers)).toMatchObject(headers)
    expect(await response.text()).toBe(body)
  })

  test('makes a new response on every call, so that what one request adds to it reaches no other', async () => {
    const error = make()
    const first = error.getResponse()
    first.headers.append('set-cookie', 'session=one')
    await first.text()
    const second = error.getResponse()
    expect(second.headers.has('set-cookie')).toBe(false)
    expect(await second.text()).toBe(body)
  })

  test('has headers that nobody can change for the next error', () => {
    // The cast is what careless JavaScript does.
    const shared = make().headers as Record<string, string>
    expect(() => {
      shared['set-cookie'] = 'session=one'
    }).toThrow(TypeError)
    expect(make().headers).toEqual(headers)
  })
})

test('a session that is too large tells its size, the limit and the bytes of every field', () => {
  expect(tooLarge()).toMatchObject({ message: 'too large', size: 9, limit: 5, fields: { cart: 7, user: 2 } })
})

test('a session that cannot be known tells its cause to the log and not to the visitor', async () => {
  const error = unavailable()
  expect(error.cause).toMatchObject({ message: 'ECONNREFUSED' })
  expect(await error.getResponse().text()).not.toContain('ECONNREFUSED')
})
