import type { Revocation, Seconds } from '@encrypted-session/core'

/** How a demo is set up by its environment. What is absent keeps its default. */
export interface DemoSettings {
  readonly host: string
  readonly port: number
  readonly secure: boolean
  readonly absolute?: Seconds
  readonly idle?: Seconds
  readonly extendAfter?: Seconds
  readonly revocation?: Revocation
}

/** Variables of the environment by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads the settings; `createMemory` makes the store of REVOCATION=memory. Throws for a value that would otherwise be ignored. */
export function readEnvironment(environment: Environment, createMemory: () => Revocation): DemoSettings {
  const absolute = wholeNumber(environment, 'SESSION_ABSOLUTE')
  const idle = wholeNumber(environment, 'SESSION_IDLE')
  const extendAfter = wholeNumber(environment, 'SESSION_EXTEND_AFTER')
  const revocation = readRevocation(environment, createMemory)
  return {
    host: environment['HOST'] ?? '127.0.0.1',
    port: wholeNumber(environment, 'PORT') ?? 3000,
    secure: environment['SESSION_SECURE'] === '1',
    ...(absolute !== undefined && { absolute }),
    ...(idle !== undefined && { idle }),
    ...(extendAfter !== undefined && { extendAfter }),
    ...(revocation !== undefined && { revocation }),
  }
}

function readRevocation(
  { REVOCATION, REDIS_URL, SESSION_REPLAY }: Environment,
  createMemory: () => Revocation,
): Revocation | undefined {
  if (REDIS_URL) throw new Error('REDIS_URL: this demo has no Redis yet; REVOCATION=memory is in the process.')
  if (SESSION_REPLAY === '1') throw new Error('SESSION_REPLAY: this demo cannot detect replay yet.')
  if (!REVOCATION) return undefined
  if (REVOCATION !== 'memory') throw new Error(`REVOCATION is "${REVOCATION}"; the only choice is "memory".`)
  return createMemory()
}

function wholeNumber(environment: Environment, name: string): number | undefined {
  const text = environment[name]
  if (!text) return undefined
  if (!/^\d{1,9}$/u.test(text)) throw new Error(`${name} is "${text}", which is no whole number.`)
  return Number(text)
}
