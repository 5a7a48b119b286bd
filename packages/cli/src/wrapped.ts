import { stripVTControlCharacters } from 'node:util'
import { PROGRAM } from './help.ts'

/**
 * Prose in lines of a terminal's width. What is to be copied from it, a command or a line of code, stands whole on a line of its
 * own, however long it is: broken by a terminal it can still be copied, broken by us it could not.
 */
export function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => linesOf(line, width))
    .join('\n')
}

function linesOf(line: string, width: number): readonly string[] {
  const [indent = ''] = /^ */u.exec(line) ?? []
  const at = line.search(COPIED)
  const [prose, copied] = at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at)]
  const lines: string[] = []
  let rest = ''
  for (const word of prose.split(' ').filter((each) => each !== '')) {
    const longer = rest === '' ? `${indent}${word}` : `${rest} ${word}`
    if (rest === '' || lengthOf(longer) <= width) {
      rest = longer
    } else {
      lines.push(rest)
      rest = `${indent}${word}`
    }
  }
  if (rest !== '' || copied === '') lines.push(rest)
  if (copied === '') return lines
  return [...lines, lines.length === 0 ? `${indent}${copied}` : `${indent}  ${copied}`]
}

/** Where something to be copied begins. */
const COPIED = new RegExp(`${PROGRAM.replaceAll('/', '\\/')} |createSessions\\(|chmod |chown |set -a;`, 'u')

/** Colours take no room. */
function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length
}
