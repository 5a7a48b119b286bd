import type { World } from './world.ts'

/** Everything that comes in on stdin, as text without the white space around it. */
export async function readAll({ stdin }: Pick<World, 'stdin'>): Promise<string> {
  let text = ''
  for await (const part of decoded(stdin)) text += part
  return text.trim()
}

/** The lines of a stream, one after the other: logs are larger than memory. */
export async function* linesOf(input: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  for await (const part of decoded(input)) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

async function* decoded(input: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const chunk of input) yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
}
