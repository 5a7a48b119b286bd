import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'

it('a port that is taken ends the program with one line that says what to do', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  // Listening on a port, it has one.
  const { port } = other.address() as AddressInfo

  const ended = await new Promise((resolve) => {
    const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1' }
    const main = `${import.meta.dirname}/main.ts`
    execFile(process.execPath, [main], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    )
  })
  other.close()

  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: `port ${port} is taken: PORT=${port + 1} listens on the next, PORT=0 on any that is free\n`,
  })
})
