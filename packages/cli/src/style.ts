import { styleText } from 'node:util'
import type { Output, World } from './world.ts'
import { wrapped } from './wrapped.ts'

/** How words are set off from each other on a terminal, and sentences fit into it. */
export interface Style extends Colours {
  /** Sentences in lines of the terminal's width, those after the first moved to the right; without a terminal their lines as they are. */
  readonly prose: (text: string, indent?: number) => string
}

interface Colours {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly green: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
}

/** Colours for a stream that a person sees and who has not declined them (https://no-color.org); else the text as it is. */
export function styleFor(output: Output, env: World['env']): Style {
  // Some terminals do not know how wide they are, and say 0.
  const { columns = 0, isTTY } = output
  return {
    ...(hasColours(output, env) ? COLOURS : PLAIN),
    prose(text, indent = 0) {
      const width = isTTY === true && columns > 0 ? Math.max(columns - indent, NARROWEST) : Infinity
      const lines = width === Infinity ? text : wrapped(text, width)
      return lines.replaceAll('\n', `\n${' '.repeat(indent)}`)
    },
  }
}

/** In a narrower terminal it may break lines as it likes. */
const NARROWEST = 40

/** Whether a stream gets colours. */
export function hasColours(output: Output, env: World['env']): boolean {
  return output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}

const COLOURS: Colours = {
  bold: (text) => coloured('bold', text),
  dim: (text) => coloured('dim', text),
  green: (text) => coloured('green', text),
  red: (text) => coloured('red', text),
  yellow: (text) => coloured('yellow', text),
}

/** Text as it is. */
const PLAIN: Colours = {
  bold: asIs,
  dim: asIs,
  green: asIs,
  red: asIs,
  yellow: asIs,
}

function coloured(format: keyof Colours, text: string): string {
  // The stream is judged above; Node would judge the process's own.
  return styleText(format, text, { validateStream: false })
}

function asIs(text: string): string {
  return text
}
