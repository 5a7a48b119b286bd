import { printable, printableColours } from './printable.ts'
import { withoutKeys } from './secrets.ts'
import { type Style, styleFor } from './style.ts'
import type { World } from './world.ts'

/** 0: done, or yes. 1: the answer is no. 2: wrong use, or refused; nothing was changed. */
export type ExitCode = 0 | 1 | 2

/** How the program speaks: to people, or with `--json` to programs. */
export type Form = 'text' | 'json'

/** What a command has found out or done. Commands give it; only this file prints it. */
export interface Answer {
  /** For people, without the last line's end. */
  readonly text: (style: Style) => string
  /** For programs: what `--json` prints. */
  readonly json: unknown
  /** What to know or do beside a text that goes into a file or a pipe: told on stderr. `shown` on a terminal. */
  readonly hint?: (style: Style, output: 'shown' | 'redirected') => string | undefined
  /** `no` for a question that was answered with no: exit code 1. Default `yes`. */
  readonly verdict?: 'yes' | 'no'
  /** `shown` only where a key is what was asked for. Default: none can leave. */
  readonly keys?: 'shown'
}

/** Prints an answer on stdout. */
export function printAnswer(answer: Answer, form: Form, { env, stderr, stdout }: World): void {
  const text =
    form === 'json'
      ? printable(JSON.stringify(answer.json, null, 2))
      : printableColours(answer.text(styleFor(stdout, env)))
  stdout.write(`${answer.keys === 'shown' ? text : withoutKeys(text)}\n`)
  if (form === 'json') return
  const hint = answer.hint?.(styleFor(stderr, env), stdout.isTTY === true ? 'shown' : 'redirected')
  if (hint !== undefined) stderr.write(`${printableColours(withoutKeys(hint))}\n`)
}

/** 0 for yes and for done, 1 for no. */
export function exitCodeOf({ verdict }: Answer): ExitCode {
  return verdict === 'no' ? 1 : 0
}
