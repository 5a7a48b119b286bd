import { describe, expect, test, vi } from 'vitest'
import type * as errors from './errors.ts'
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

describe('in another copy of the module, as Next makes them', () => {
  const make = async (): Promise<typeof errors> => {
    vi.resetModules()
    return import('./errors.ts')
  }

  test.each<[name: string, thrown: (copy: typeof errors) => Error, is: readonly string[]]>([
    ['misuse', (copy) => new copy.SessionError('ERR_DATA_INVALID', 'no'), ['SessionError']],
    [
      'too large',
      (copy) => new copy.SessionTooLargeError('no', { size: 1, limit: 1, fields: {} }),
      ['SessionError', 'SessionHttpError', 'SessionTooLargeError'],
    ],
    [
      'unavailable',
      (copy) => new copy.SessionUnavailableError('no'),
      ['SessionError', 'SessionHttpError', 'SessionUnavailableError'],
    ],
    ['an error of others', () => Object.assign(new Error('no'), { code: 'ERR_DATA_INVALID' }), []],
  ])('%s is an instance of the same classes as here', async (_, thrown, is) => {
    const copy = await make()
    expect(copy.SessionError).not.toBe(SessionError)
    const error = thrown(copy)
    const classes = { SessionError, SessionHttpError, SessionTooLargeError, SessionUnavailableError }
    expect(Object.entries(classes).flatMap(([name, each]) => (error instanceof each ? [name] : []))).toEqual(is)
  })

  test('a class that an app derives has its own errors for instances, and no others', () => {
    class AppError extends SessionError {}
    expect(new AppError('ERR_DATA_INVALID', 'mine') instanceof AppError).toBe(true)
    expect(new AppError('ERR_DATA_INVALID', 'mine') instanceof SessionError).toBe(true)
    expect(new SessionError('ERR_DATA_INVALID', 'not mine') instanceof AppError).toBe(false)
  })

  test.each([undefined, null, 'text', 1, {}])('%s is no error', (value) => {
    expect(value instanceof SessionError).toBe(false)
  })
})
