import { expect, it } from 'vitest'
import { notFoundAnswer } from './not-found-answer.ts'

const look = { site: { framework: 'Koa', hasTemporaryKey: false, hasRevocation: false }, theme: undefined }

it.each(['http://127.0.0.1:3000/no/where?secret=1', '/no/where?secret=1'])('nothing answers %s', (url) => {
  const { status, body } = notFoundAnswer({ method: 'GET', url, accept: null }, look)

  expect(status).toBe(404)
  expect(JSON.parse(body)).toEqual({
    statusCode: 404,
    error: 'Not Found',
    message: 'Nothing answers GET /no/where here.',
  })
})

it('people get a page, which writes the path as text', () => {
  const { headers, body } = notFoundAnswer({ method: 'GET', url: '/<script>', accept: 'text/html,*/*' }, look)

  expect(headers).toMatchObject({ vary: 'Accept', 'content-type': 'text/html; charset=utf-8' })
  expect(body).toContain('Nothing answers GET /&lt;script&gt; here.')
})
