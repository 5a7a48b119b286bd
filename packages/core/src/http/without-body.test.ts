import { expect, it } from 'vitest'
import { withoutBody } from './without-body.ts'

it('what is said of a body and of storing it does not speak for another, and the rest stays', async () => {
  const response = new Response('page', {
    status: 201,
    headers: {
      'access-control-allow-origin': 'https://shop.example',
      'cache-control': 'public, max-age=60',
      'cdn-cache-control': 'public, max-age=60',
      'content-disposition': 'attachment',
      'content-encoding': 'identity',
      'content-length': '4',
      'content-security-policy': "default-src 'none'",
      etag: '"1"',
      'set-cookie': 'theme=dark',
      'surrogate-control': 'max-age=60',
      vary: 'Origin',
      'x-cache': 'kept: any name of the app',
    },
  })
  const left = withoutBody(response)
  expect([...left.headers]).toEqual([
    ['access-control-allow-origin', 'https://shop.example'],
    ['content-security-policy', "default-src 'none'"],
    ['set-cookie', 'theme=dark'],
    ['vary', 'Origin'],
    ['x-cache', 'kept: any name of the app'],
  ])
  expect([left.body, await response.text()]).toEqual([null, 'page'])
})
