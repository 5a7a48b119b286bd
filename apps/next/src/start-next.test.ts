import { expect, it } from 'vitest'
import { startNext } from './start-next.ts'

it.each([
  [{ REVOCATION: 'nowhere' }, 'REVOCATION is "nowhere"'],
  [{ SESSION_KEYS: 'esk_bad' }, 'ERR_KEYRING_INVALID'],
])('with %j it ends before it listens, and says why', async (environment, reason) => {
  const { PATH } = process.env

  await expect(startNext({ PATH, PORT: '0', ...environment }, 'hidden')).rejects.toThrow(reason)
})
