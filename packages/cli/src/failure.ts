import { SessionError } from '@encrypted-session/core'
import { CommanderError } from 'commander'
import type { Form } from './answer.ts'
import { printable } from './printable.ts'
import { withoutSecrets, withoutTokens } from './secrets.ts'
import { styleFor } from './style.ts'
import type { World } from './world.ts'

/** Wrong use of the program. The message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What went wrong, in a word for programs and a sentence for people. */
export interface Failure {
  readonly code: string
  readonly message: string
}

/** What is to be told of an error; `undefined` for what is none, such as help that was asked for. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) return failureOfCommandLine(error)
  if (error instanceof UsageError) return { code: 'ERR_USAGE', message: error.message }
  if (error instanceof SessionError) return { code: error.code, message: error.message }
  if (error instanceof Error) return { code: codeOf(error), message: error.message }
  return { code: 'ERR_UNKNOWN', message: String(error) }
}

/** Whether an error stands for help that was printed in the place of an answer: no command was named. */
export function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.code === HELP
}

const HELP = 'commander.help'

/** Prints a failure on stderr. */
export function printFailure({ code, message }: Failure, form: Form, { env, stderr }: World): void {
  const { prose, red } = styleFor(stderr, env)
  // Arguments, paths and cookies stand in messages. They are made harmless before the colours, which are of the same characters.
  const text = printable(
    withoutSecrets(form === 'json' ? JSON.stringify({ error: { code, message } }, null, 2) : message),
  )
  stderr.write(form === 'json' ? `${text}\n` : `${prose(`${red('Not done.')} ${text}`)}\n`)
}

function failureOfCommandLine({ code, exitCode, message }: CommanderError): Failure | undefined {
  if (exitCode === 0) return undefined
  if (code === HELP) return { code: 'ERR_USAGE', message: 'Which command? The help lists them.' }
  return { code: 'ERR_USAGE', message: `${sentenceOf(code, message)} Add --help to see how.` }
}

function sentenceOf(code: string, message: string): string {
  // The library's sentence repeats the arguments, and these may be cookies.
  if (code === 'commander.excessArguments') {
    return / expected 0 arguments/iu.test(message)
      ? 'This command takes no arguments.'
      : 'Too many arguments: put quotes around one that holds spaces.'
  }
  const sentence = withoutTokens(
    message
      .replace(/^error: /u, '')
      .replace(/\n/gu, ' ')
      .replace(/\s*\((Did you mean .*\?)\)$/u, '. $1'),
  )
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${/[.)?]$/u.test(sentence) ? '' : '.'}`
}

function codeOf(error: Error): string {
  // What Node gives to errors of the system: ENOENT and its like.
  return 'code' in error && typeof error.code === 'string' ? error.code : 'ERR_UNKNOWN'
}
