import { expect, it } from 'vitest'
import { BodyError } from './body-error.ts'
import { readBody } from './read-body.ts'

const post = (body: string, type: string): Request =>
  new Request('http://127.0.0.1/', { method: 'POST', body, headers: { 'content-type': type } })

it.each([
  ['{"name":"Ada"}', 'application/json', { name: 'Ada' }],
  ['{"name":"Ada"}', 'application/json; charset=utf-8', { name: 'Ada' }],
  ['', 'application/json', undefined],
  ['name=Ada+L&x=%C3%A9', 'application/x-www-form-urlencoded;charset=UTF-8', { name: 'Ada L', x: 'é' }],
  ['', 'application/x-www-form-urlencoded', {}],
  ['{"name":"Ada"}', 'text/plain', undefined],
])('%j as %s', async (body, type, expected) => {
  expect(await readBody(post(body, type))).toEqual(expected)
})

it('text that is no JSON is a bad request', async () => {
  await expect(readBody(post('{"name"', 'application/json'))).rejects.toThrow(BodyError)
})
