import { describe, expect, it } from 'vitest'
import { madeKeyset, play } from './play.fixture.ts'

const ESCAPE = '\u001B['

describe('colours', () => {
  it.each([
    ['are there on a terminal', 'stdout', {}, true],
    ['are not there in a pipe', undefined, {}, false],
    ['are not there for who declines them', 'stdout', { NO_COLOR: '1' }, false],
    ['are there when NO_COLOR is empty', 'stdout', { NO_COLOR: '' }, true],
    ['are not there on a terminal that knows none', 'stdout', { TERM: 'dumb' }, false],
    ['depend on the stream that is written to', 'stderr', {}, false],
  ] as const)('%s', async (_title, terminal, env, isColoured) => {
    const path = await madeKeyset()
    for (const argv of [
      ['keys', 'list', '--keyset', path],
      ['inspect', 'AQ'],
      ['keys', '--help'],
    ]) {
      const { stdout } = await play(argv, { env, ...(terminal && { terminal }) })
      expect(stdout.includes(ESCAPE)).toBe(isColoured)
    }
  })

  it('of failures depend on stderr', async () => {
    expect((await play(['keys', 'list'], { terminal: 'stderr' })).stderr).toContain(ESCAPE)
    expect((await play(['keys', 'list'], { terminal: 'stdout' })).stderr).not.toContain(ESCAPE)
  })

  it('are never in JSON', async () => {
    const path = await madeKeyset()
    expect((await play(['keys', 'list', '--json', '--keyset', path], { terminal: 'all' })).stdout).not.toContain(ESCAPE)
    expect((await play(['keys', 'list', '--json'], { terminal: 'all' })).stderr).not.toContain(ESCAPE)
  })
})
