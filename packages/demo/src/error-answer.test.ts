import { SessionTooLargeError, SessionUnavailableError } from '@encrypted-session/core'
import { expect, it } from 'vitest'
import { loginBody } from './bodies.ts'
import { type Asker, errorAnswer } from './error-answer.ts'
import { foreignOrigin, noRevocation } from './refusal.ts'
import { errorBody, problemOf } from './told-error.ts'

const site = { framework: 'Koa', hasTemporaryKey: false, hasRevocation: false }
const program: Asker = { wants: 'json', site, theme: undefined }
const person: Asker = { wants: 'page', site, theme: 'dark' }
const tooLarge = new SessionTooLargeError('Too large.', { size: 9000, limit: 8160, fields: { note: 8900 } })
const badBody = thrownBy(() => loginBody({}))

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown.')
}

it.each([
  [
    badBody,
    {
      statusCode: 400,
      code: 'DEMO_BODY_INVALID',
      error: 'Bad Request',
      message: expect.stringMatching(/^body\/name must be /u) as unknown,
    },
  ],
  [
    foreignOrigin(),
    {
      statusCode: 403,
      code: 'DEMO_FOREIGN_ORIGIN',
      error: 'Forbidden',
      message: 'This request was started by another site.',
    },
  ],
  [
    noRevocation(),
    {
      statusCode: 501,
      code: 'DEMO_NO_REVOCATION',
      error: 'Not Implemented',
      message: expect.stringContaining('REVOCATION=memory') as unknown,
    },
  ],
  [
    tooLarge,
    {
      statusCode: 413,
      code: 'ERR_SESSION_TOO_LARGE',
      error: 'Content Too Large',
      message: 'Too large.',
      size: 9000,
      limit: 8160,
      fields: { note: 8900 },
    },
  ],
  // As another copy of core throws it.
  [
    Object.assign(new Error('Too large.'), {
      status: 413,
      code: 'ERR_SESSION_TOO_LARGE',
      size: 9000,
      limit: 8160,
      fields: { note: 8900 },
    }),
    { statusCode: 413, size: 9000, limit: 8160, fields: { note: 8900 } },
  ],
  [
    Object.assign(new Error('Refused, as asked.'), { status: 401 }),
    { statusCode: 401, error: 'Unauthorized', message: 'Refused, as asked.' },
  ],
])('programs get JSON: %o', (error, body) => {
  const answer = errorAnswer(error, program)

  expect(answer.status).toBe(errorBody(error)['statusCode'])
  expect(answer.headers).toEqual({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  expect(JSON.parse(answer.body)).toMatchObject(body)
})

it.each([
  [badBody, 'Fill in your name: blanks alone are not enough.'],
  [noRevocation(), 'That needs a revocation store'],
  [tooLarge, 'It would need 9,000 characters; two cookies hold 8,160.'],
])('people get a page: %o', (error, sentence) => {
  const { status, headers, body } = errorAnswer(error, person)

  expect(status).toBe(problemOf(error).status)
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(body).toContain(sentence)
  expect(body).toContain('data-theme="dark"')
  expect(body).toContain('on Koa')
})

it.each<[unknown]>([[new Error('password of the database')], ['thrown text'], [{ status: 200 }], [undefined]])(
  'what went wrong here is not told: %o',
  (error) => {
    for (const asker of [program, person]) {
      const { status, body } = errorAnswer(error, asker)

      expect(status).toBe(500)
      expect(JSON.parse(body)).toEqual({
        statusCode: 500,
        error: 'Internal Server Error',
        message: 'Internal Server Error',
      })
    }
  },
)

it('says when to come back', () => {
  const { status, headers } = errorAnswer(new SessionUnavailableError('The store is down.'), person)

  expect([status, headers['retry-after']]).toEqual([503, '5'])
})
