import { expect, it } from 'vitest'
import { portTaken } from './port-taken.ts'

it('a port that is taken is said in one line, with a way out', () => {
  const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 3000 })

  expect(portTaken(error)).toMatch(/^port 3000 is taken: PORT=3001 .*$/u)
})

it.each([{}, { port: 0 }])('one that the runtime does not name is said too: %j', (facts) => {
  const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', ...facts })

  expect(portTaken(error)).toBe('the port is taken: PORT=0 listens on any that is free')
})

it.each([
  [new Error('no')],
  [Object.assign(new Error('no'), { code: 'EACCES', port: 80 })],
  ['EADDRINUSE'],
  [undefined],
])('%s is something else', (error) => {
  expect(portTaken(error)).toBeUndefined()
})
