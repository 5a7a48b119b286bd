import { styleText } from 'node:util'
import type { Output, World } from './world.ts'

/** How words are set off from each other on a terminal. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly green: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
}

/** Colours for a stream that a person sees and who has not declined them (https://no-color.org); else the text as it is. */
export function styleFor(output: Output, env: World['env']): Style {
  return hasColours(output, env) ? COLOURS : PLAIN
}

/** Whether a stream gets colours. */
export function hasColours(output: Output, env: World['env']): boolean {
  return output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}

const COLOURS: Style = {
  bold: (text) => coloured('bold', text),
  dim: (text) => coloured('dim', text),
  green: (text) => coloured('green', text),
  red: (text) => coloured('red', text),
  yellow: (text) => coloured('yellow', text),
}

/** Text as it is. */
const PLAIN: Style = {
  bold: asIs,
  dim: asIs,
  green: asIs,
  red: asIs,
  yellow: asIs,
}

function coloured(format: keyof Style, text: string): string {
  // The stream is judged above; Node would judge the process's own.
  return styleText(format, text, { validateStream: false })
}

function asIs(text: string): string {
  return text
}
