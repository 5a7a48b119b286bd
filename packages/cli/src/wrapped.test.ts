import { expect, it } from 'vitest'
import { PROGRAM } from './help.ts'
import { wrapped } from './wrapped.ts'

const COMMAND = `${PROGRAM} keys promote 1a2b3c4d --keyset keys.json`

it.each([
  ['prose at its width', 'one two three', 'one two\nthree'],
  ['a word that is too long', 'a /a/path/without/end b', 'a\n/a/path/without/end\nb'],
  ['lines and paragraphs that there are', 'one\n\ntwo', 'one\n\ntwo'],
  ['a line that is indented', '  one two three', '  one\n  two\n  three'],
  ['colours, which take no room', '\u001B[1mone\u001B[22m two three', '\u001B[1mone\u001B[22m two\nthree'],
  ['a command, whole and alone', `To let it seal: ${COMMAND}`, `To let\nit seal:\n  ${COMMAND}`],
  ['a command that is alone already', `  ${COMMAND}`, `  ${COMMAND}`],
  ['a command of the system', 'open. Run: chmod 600 a.json (or so)', 'open.\nRun:\n  chmod 600 a.json (or so)'],
])('wraps %s', (_title, text, lines) => {
  expect(wrapped(text, 8)).toBe(lines)
})
