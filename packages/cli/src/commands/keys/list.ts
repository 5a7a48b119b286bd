import { readKeysetFile } from '@encrypted-session/core/keyset-file'
import type { Command } from 'commander'
import type { Answer } from '../../answer.ts'
import { keysetCommand } from '../../keyset/keyset-change.ts'
import { keysetJson } from '../../keyset/keyset-facts.ts'
import { keysetFile, type KeysetOption } from '../../keyset/keyset-option.ts'
import { keysetText } from '../../keyset/keyset-text.ts'
import type { Surroundings } from '../../surroundings.ts'
import { existing } from '../../keyset/existing-keyset.ts'
import type { World } from '../../world.ts'

/** `keys list`: which keys there are, and what they do. */
export function addKeysList(parent: Command, { tell, world }: Surroundings): void {
  keysetCommand(parent, 'list', 'Shows the keys of a keyset and what each of them does now. No secrets.', {
    examples: [['keys list --keyset keys.json', 'The keys, the newest first.']],
    next: 'keys usage tells which of them visitors still need.',
  }).action(async (options: KeysetOption) => tell(await list(options, world)))
}

async function list(options: KeysetOption, { env, now }: World): Promise<Answer> {
  const file = keysetFile(options, env)
  const keyset = await existing(file, readKeysetFile(file.path, now()))
  return {
    text: (style) => keysetText(keyset, { path: file.path, now: now() }, style),
    json: { file: file.path, ...keysetJson(keyset, now()) },
  }
}
