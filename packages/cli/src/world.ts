import type { Clock } from '@encrypted-session/core'

/** Everything around the program that it reads or writes, but for files. A test gives its own. */
export interface World {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: Clock
  /** A new random key in text form: the only source of randomness for keys. */
  readonly generateKey: () => Promise<string>
  /** The program's own version. */
  readonly version: string
}

/** A stream to read from. */
interface Input extends AsyncIterable<string | Uint8Array> {
  /** Whether a person would have to type it. */
  readonly isTTY?: boolean | undefined
}

/** A stream to write to. */
export interface Output {
  write(text: string): unknown
  /** Whether a person reads it. */
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}
