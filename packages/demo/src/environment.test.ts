import { createMemoryRevocation } from '@encrypted-session/testing'
import { expect, it } from 'vitest'
import { readEnvironment } from './environment.ts'

const aRevocation: unknown = expect.objectContaining({ connect: expect.any(Function) as unknown })

it('has a default for everything', () => {
  expect(readEnvironment({}, createMemoryRevocation)).toEqual({ host: '127.0.0.1', port: 3000, secure: false })
})

it('reads what is set', () => {
  const environment = {
    HOST: '::1',
    PORT: '0',
    SESSION_SECURE: '1',
    SESSION_ABSOLUTE: '60',
    SESSION_IDLE: '20',
    SESSION_EXTEND_AFTER: '5',
    REVOCATION: 'memory',
  }

  expect(readEnvironment(environment, createMemoryRevocation)).toEqual({
    host: '::1',
    port: 0,
    secure: true,
    absolute: 60,
    idle: 20,
    extendAfter: 5,
    revocation: aRevocation,
  })
})

it.each([
  [{ PORT: 'http' }, 'PORT is "http"'],
  [{ SESSION_IDLE: '1.5' }, 'SESSION_IDLE is "1.5"'],
  [{ REVOCATION: 'disk' }, 'REVOCATION is "disk"'],
  [{ REDIS_URL: 'redis://localhost' }, 'REDIS_URL'],
  [{ SESSION_REPLAY: '1' }, 'SESSION_REPLAY'],
])('%j is refused, not ignored', (environment, message) => {
  expect(() => readEnvironment(environment, createMemoryRevocation)).toThrow(message)
})
