import { expect, it, onTestFinished, vi } from 'vitest'
import { keyText, NOW } from '../play.fixture.ts'
import type { World } from '../world.ts'
import { findKeyring } from './keyring-option.ts'

it('waits for keys on stdin as long as they take', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const finding = findKeyring({ keysStdin: true }, worldWith(late(keyText(1))))
  await vi.advanceTimersByTimeAsync(60_000)
  expect((await finding)?.keyring.current.keys).toHaveLength(1)
})

it('says that no key came', async () => {
  await expect(findKeyring({ keysStdin: true }, worldWith(late(' \n')))).rejects.toThrow('No key came on stdin.')
})

/** A text that comes after half a minute, or at once where time is not stopped. */
async function* late(text: string): AsyncGenerator<string> {
  if (vi.isFakeTimers()) await new Promise((resolve) => setTimeout(resolve, 30_000))
  yield text
}

function worldWith(stdin: World['stdin']): World {
  const nowhere = { write: () => true }
  return { stdin, stdout: nowhere, stderr: nowhere, env: {}, now: () => NOW, generateKey: async () => '', version: '' }
}
