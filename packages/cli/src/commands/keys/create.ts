import { parseKeyring, SessionError } from '@encrypted-session/core'
import { addKey, createKeyset, formatKeyset, type Keyset } from '@encrypted-session/core/keyset'
import { updateKeysetFile } from '@encrypted-session/core/keyset-file'
import type { Command } from 'commander'
import type { Answer } from '../../answer.ts'
import { UsageError } from '../../failure.ts'
import { readAll } from '../../input.ts'
import { changeAnswer, commandLineOn, keysetCommand } from '../../keyset/keyset-change.ts'
import { keysInText, keysInVariable, READ_ENV } from '../../keyset/given-keys.ts'
import { keysetFile, type KeysetOption, quoted } from '../../keyset/keyset-option.ts'
import type { Surroundings } from '../../surroundings.ts'
import { secretOf } from '../../secrets.ts'
import type { World } from '../../world.ts'

interface CreateOptions extends KeysetOption {
  readonly print?: true
  readonly import?: true
}

/** `keys create`: a keyset with its first key. */
export function addKeysCreate(parent: Command, surroundings: Surroundings): void {
  keysetCommand(parent, 'create', 'Makes a keyset file with one new key. A file that is there already is left alone.', {
    examples: [
      ['keys create --keyset keys.json', 'A new file that only you can read (mode 0600).'],
      [
        'keys create --print | your-secret-manager put',
        'No file: the keyset goes to a secret manager. It holds the key.',
      ],
      [
        'keys create --import --keyset keys.json',
        'Takes the keys of SESSION_KEYS into a file: nobody is logged out by the move.',
      ],
    ],
    next: `The app reads it, with createFileKeyring from '@encrypted-session/core/keyset-file':
  createSessions({ keyring: createFileKeyring('keys.json') })
In a few months: keys rotate.`,
  })
    .option('--print', 'print the keyset, secret included, and write no file')
    .option('--import', 'with the keys in SESSION_KEYS, or on stdin where that is not set, in the place of a new one')
    .action(async (options: CreateOptions) => {
      const { tell, world } = surroundings
      if (options.print && options.keyset === undefined) return tell(await printed(options, world))
      if (options.print) throw new UsageError('--print writes no file: leave out --keyset.')
      return tell(await written(options, world))
    })
}

async function printed(options: CreateOptions, world: World): Promise<Answer> {
  const text = await formatKeyset(await firstKeyset(options, world))
  return {
    text: () => text.trimEnd(),
    json: JSON.parse(text) as unknown,
    hint: ({ dim }, output) => (output === 'shown' ? dim('Keep it secret. It is shown this once.') : undefined),
    keys: 'shown',
  }
}

async function written(options: CreateOptions, world: World): Promise<Answer> {
  const file = keysetFile(options, world.env)
  const again = commandLineOn(file)
  const now = world.now()
  // Before the file is locked: stdin may keep us waiting.
  const first = await firstKeyset(options, world)
  const keyset = await updateKeysetFile(
    file.path,
    (present) => {
      if (present === undefined) return first
      throw new UsageError(`There is a keyset at ${file.path} already. Add a key to it: ${again('keys rotate')}`)
    },
    now,
  ).catch((error: unknown) => {
    if (!(error instanceof SessionError && error.code === 'ERR_KEYSET_INVALID')) throw error
    throw new UsageError(
      `There is a file at ${file.path} already, and it is no valid keyset. It is left alone: choose another name, or see what is wrong with it: ${again('keys list')}`,
    )
  })
  const keys = keyset.keys.map(({ key }) => key.id)
  const sealing = keyset.keys.find(({ key }) => key.status === 'primary')?.key.id ?? ''
  const sentence = `Made ${file.path} with ${keys.length === 1 ? `key ${sealing}, which seals from now on` : `${keys.length} keys, of which ${sealing} seals`}.
Only you can read the file. Whoever else gets it can make sessions. Keep it out of every repository.`
  const code = `createSessions({ keyring: createFileKeyring('${file.path}') })`
  return changeAnswer(
    {
      done: 'created',
      keys,
      sentence: () => sentence,
      next: `${options.import ? 'deploy the app with the file; then delete SESSION_KEYS. In the app:' : 'give it to the app:'} ${code}
If the app runs as another user: chown USER ${quoted(file.path)}
In a few months: ${again('keys rotate')}`,
    },
    keyset,
    file,
    now,
  )
}

async function firstKeyset(options: CreateOptions, world: World): Promise<Keyset> {
  const now = world.now()
  const [first = '', ...others] = options.import ? await importedKeys(world) : [await world.generateKey()]
  let keyset = await createKeyset(secretOf(first), now)
  // The last that is added stands first, so they are added from the end; then the one that seals goes before them.
  for (const key of others.toReversed()) keyset = await addKey(keyset, secretOf(key), 'active', now)
  return { ...keyset, keys: [...keyset.keys.slice(-1), ...keyset.keys.slice(0, -1)] }
}

/** The texts of keys that the app has used so far, checked. */
async function importedKeys(world: World): Promise<readonly string[]> {
  const text = await importedText(world)
  await parseKeyring(text).catch((error: unknown) => {
    if (!(error instanceof SessionError)) throw error
    // The library advises to make a new key where it finds none: that would log everybody out.
    const reason = error.message.replace(/\s*Make one: .*$/u, '')
    throw new UsageError(`${reason} Import the keys as the app has them: with others everybody is logged out.`)
  })
  return text.split(/[\s,]+/u).filter((part) => part !== '')
}

async function importedText(world: World): Promise<string> {
  const set = keysInVariable(world.env['SESSION_KEYS'])
  if (set !== '') return set
  // A key that is pasted into a terminal stays in its window; and who waits here has most likely forgotten the environment.
  if (world.stdin.isTTY === true) throw new UsageError(`SESSION_KEYS is not set here. ${ENVIRONMENT}`)
  const text = keysInText(await readAll(world))
  if (text.startsWith('{')) throw new UsageError('That is a keyset already: write it into a file, with mode 0600.')
  if (text === '') {
    throw new UsageError(`No keys to import: SESSION_KEYS is not set here, and none came on stdin. ${ENVIRONMENT}`)
  }
  return text
}

const ENVIRONMENT = `The program reads no .env:
  ${READ_ENV}
or pipe the keys in.`
