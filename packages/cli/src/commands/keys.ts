import type { Command } from 'commander'
import { PROGRAM } from '../help.ts'
import type { Surroundings } from '../surroundings.ts'
import { addKeysAdd } from './keys/add.ts'
import { addKeysCreate } from './keys/create.ts'
import { addKeysDemote } from './keys/demote.ts'
import { addKeysList } from './keys/list.ts'
import { addKeysPromote } from './keys/promote.ts'
import { addKeysRetire } from './keys/retire.ts'
import { addKeysRevoke } from './keys/revoke.ts'
import { addKeysRotate } from './keys/rotate.ts'
import { addKeysUsage } from './keys/usage.ts'

/** `keys`: everything that is done with a keyset file. */
export function addKeys(parent: Command, surroundings: Surroundings): void {
  const keys = parent
    .command('keys')
    .summary('Keeps the keys of an app in a file, for years')
    .description('Keeps the keys of an app in a file, for years: rotates them while the site is up.')
    .addHelpText('after', LIFE_OF_A_KEY)
  addKeysCreate(keys, surroundings)
  addKeysList(keys, surroundings)
  addKeysRotate(keys, surroundings)
  addKeysUsage(keys, surroundings)
  addKeysRetire(keys, surroundings)
  addKeysRevoke(keys, surroundings)
  addKeysAdd(keys, surroundings)
  addKeysPromote(keys, surroundings)
  addKeysDemote(keys, surroundings)
}

const LIFE_OF_A_KEY = `
The life of a key:
  primary    opens and seals: of several, the one whose time came last.
  active     opens what it has sealed, and seals nothing new.
  inactive   opens nothing. Its secret is kept: promote can bring it back.
  revoked    its secret is deleted. Only the id is left.

A year with keys:
  ${PROGRAM} keys create --keyset keys.json
  every few months:
  ${PROGRAM} keys rotate --keyset keys.json
  and weeks later:
  ${PROGRAM} keys retire --older-than 31d --keyset keys.json

When a key has leaked:
  ${PROGRAM} keys rotate --propagate 0s --keyset keys.json
  ${PROGRAM} keys revoke <id> --keyset keys.json
  and in three minutes, when no server has the key any more, end what a thief
  may have had written anew meanwhile: lifetime.notBefore or revokeAll().`
