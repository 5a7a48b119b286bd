import { expect, it } from 'vitest'
import { isHandshake } from './handshake.ts'

const KEY = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }

it.each<[name: string, request: RequestInit, is: boolean]>([
  ['a handshake', { headers: { upgrade: 'websocket', ...KEY } }, true],
  ['one in capitals', { headers: { upgrade: 'WebSocket', ...KEY } }, true],
  ['an upgrade to another protocol', { headers: { upgrade: 'h2c', ...KEY } }, false],
  ['an upgrade without a key', { headers: { upgrade: 'websocket' } }, false],
  ['a key without an upgrade', { headers: KEY }, false],
  ['a POST', { method: 'POST', headers: { upgrade: 'websocket', ...KEY } }, false],
])('%s is told from an ordinary request', (_, request, is) => {
  const { method = 'GET', headers } = request
  expect(isHandshake({ method, headers: new Headers(headers) })).toBe(is)
})
