import { type Keyring, parseKeyring } from '@encrypted-session/core'
import { createLoadedKeyring } from '@encrypted-session/core/keyset'
import { createFileKeyring } from '@encrypted-session/core/keyset-file'
import { UsageError } from '../failure.ts'
import { readAll } from '../input.ts'
import { keysInText, keysInVariable } from './given-keys.ts'
import { findKeysetFile, type KeysetOption } from './keyset-option.ts'
import type { World } from '../world.ts'

/** How a user says with which keys a cookie is opened or sealed. */
export interface KeyringOption extends KeysetOption {
  readonly keysStdin?: true
}

/** For `.option(…)` of the commands that take it. */
export const KEYS_STDIN_OPTION = ['--keys-stdin', 'read keys from stdin: esk_… or the text of a keyset'] as const

/** Keys, and where they stand, in words. */
export interface FoundKeyring {
  readonly keyring: Keyring
  readonly source: string
}

/** The keys that are meant, loaded; `undefined` when nothing names any. Throws what is wrong with them. */
export async function findKeyring(options: KeyringOption, world: World): Promise<FoundKeyring | undefined> {
  const found = await chosenKeyring(options, world)
  await found?.keyring.ready?.()
  return found
}

async function chosenKeyring(options: KeyringOption, world: World): Promise<FoundKeyring | undefined> {
  const { env, now } = world
  // What stands on the command line goes before what the environment says.
  if (options.keysStdin) {
    // Read before: a keyring gives up a load that takes long, and a secret manager's program may ask for a password first.
    const text = keysInText(await readAll(world))
    if (text === '') throw new UsageError('No key came on stdin.')
    return { keyring: createLoadedKeyring(() => text, { required: true, now }), source: 'the keys on stdin' }
  }
  const file = findKeysetFile(options, env)
  if (file !== undefined) {
    return { keyring: createFileKeyring(file.path, { required: true, now }), source: file.path }
  }
  const keys = keysInVariable(env['SESSION_KEYS'])
  return keys === '' ? undefined : { keyring: await parseKeyring(keys), source: 'SESSION_KEYS' }
}
