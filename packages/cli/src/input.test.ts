import { expect, it } from 'vitest'
import { linesOf } from './input.ts'

it('lines come whole, however they are split', async () => {
  expect(await linesIn('a', 'b\nc\n', '\nd', 'e')).toEqual(['ab', 'c', '', 'de'])
})

it('a line that does not end is not kept', async () => {
  const endless = Array.from({ length: 200 }, () => 'x'.repeat(65_536))
  const [line = '', next] = await linesIn(...endless, 'x\nnext')
  expect(line.length).toBeLessThan(1_200_000)
  expect(next).toBe('next')
})

async function linesIn(...parts: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = []
  const input = (async function* () {
    yield* parts
  })()
  for await (const line of linesOf(input)) lines.push(line)
  return lines
}
