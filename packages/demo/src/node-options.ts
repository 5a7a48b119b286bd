import { generateKey, parseKeyring } from '@encrypted-session/core'
import { createMemoryRevocation } from '@encrypted-session/testing'
import { readEnvironment } from './environment.ts'
import type { StartOptions } from './running-app.ts'

/** The options that the environment of this process asks for. Without SESSION_KEYS a key is made for this run, and put there. */
export async function nodeOptions(): Promise<StartOptions> {
  const hasTemporaryKey = !process.env['SESSION_KEYS']
  // For a demo only: with a key of its own, every process and every restart is a stranger to the cookies of the others.
  if (hasTemporaryKey) process.env['SESSION_KEYS'] = await generateKey()
  // What is wrong with a key is said before anybody comes.
  await parseKeyring(process.env['SESSION_KEYS'])
  return {
    ...readEnvironment(process.env, createMemoryRevocation),
    keys: process.env['SESSION_KEYS'],
    hasTemporaryKey,
  }
}
