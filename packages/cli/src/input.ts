import type { World } from './world.ts'

/** Everything that comes in on stdin, as text without the white space around it. Somebody at a terminal is told that it is his turn. */
export async function readAll({ stderr, stdin }: Pick<World, 'stdin' | 'stderr'>): Promise<string> {
  if (stdin.isTTY === true) stderr.write('Paste it, then Ctrl-D.\n')
  let text = ''
  for await (const part of decoded(stdin)) text += part
  return text.trim()
}

/** Longer lines are no events. Without a limit, one that does not end would take all memory. */
const LONGEST_LINE = 1_048_576

/** The lines of a stream, one after the other: logs are larger than memory. Of a line that is too long only its beginning comes. */
export async function* linesOf(input: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  for await (const part of decoded(input)) {
    const [first = '', ...others] = part.split('\n')
    if (rest.length < LONGEST_LINE) rest += first
    for (const line of others) {
      yield rest
      rest = line
    }
  }
  if (rest !== '') yield rest
}

async function* decoded(input: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const chunk of input) yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
}
