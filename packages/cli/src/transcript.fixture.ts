import { readFileSync, writeFileSync } from 'node:fs'
import { PROGRAM } from './help.ts'
import { NOW, play } from './play.fixture.ts'

/** One command line of a page with what it prints, and when it is typed. */
export interface Shown {
  readonly commandLine: string
  readonly output: string
  readonly at: number
}

/** The command lines in a page's fences of `console`, in order. A comment `<!-- at … -->` before a fence says when. */
export function shownOn(page: string): readonly Shown[] {
  const shown: Shown[] = []
  let at = NOW
  for (const [, moment, code] of page.matchAll(/^<!-- at (\S+) -->$|^```console\n([\s\S]*?)^```$/gmu)) {
    if (moment !== undefined) at = Date.parse(moment) / 1000
    for (const part of (code ?? '').split(/^\$ /mu).slice(1)) {
      const end = part.indexOf('\n')
      shown.push({ commandLine: part.slice(0, end), output: part.slice(end + 1).trimEnd(), at })
    }
  }
  return shown
}

/** What a command line prints, stderr last, typed into a shell that knows quotes, `<`, `>` and `>>`. Each run makes the next key. */
export async function typed(commandLine: string, at: number, key: number): Promise<string> {
  if (!commandLine.startsWith(`${PROGRAM} `)) throw new Error(`Not a command of this program: ${commandLine}`)
  const words = Array.from(
    commandLine.slice(PROGRAM.length).matchAll(/'([^']*)'|(\S+)/gu),
    ([, quoted, word]) => quoted ?? word ?? '',
  )
  const redirected = words.findIndex((word) => /^(?:<|>>?)$/u.test(word))
  const argv = redirected === -1 ? words : words.slice(0, redirected)
  const [sign, file = ''] = redirected === -1 ? [] : words.slice(redirected)
  const stdin = sign === '<' ? readFileSync(file, 'utf8') : ''
  const { stderr, stdout } = await play(argv, { at, key, stdin })
  if (sign !== '>' && sign !== '>>') return steady(stdout + stderr)
  writeFileSync(file, stdout, { flag: sign === '>' ? 'w' : 'a' })
  return steady(stderr)
}

/** A text without what differs from run to run: keys, tokens and session ids. */
export function steady(text: string): string {
  return text
    .replaceAll(/esk_[\w-]{48}/gu, 'esk_…')
    .replaceAll(/=A[\w-]{58,}/gu, '=AQ…')
    .replaceAll(/\b[\da-f]{32}\b/gu, '0123456789abcdef0123456789abcdef')
    .trimEnd()
}
