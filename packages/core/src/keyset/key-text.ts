import type { Clock } from '../base/time.ts'
import { KEY_PREFIX } from '../seal/key.ts'
import { type KeySet, parseKeyring } from '../seal/keyring.ts'
import { checkKeyset, KEYSET_BYTES, keySetOfKeyset } from './keyset.ts'
import { parseKeyset } from './parse-keyset.ts'

/** Makes keys of what a source holds. Rejects for what is neither keys nor a keyset. */
export type KeyTextReader = (text: string) => Promise<KeySet>

/** A reader that answers the same object for the same text: sealers then keep their caches. */
export function createKeyTextReader(now: Clock): KeyTextReader {
  let last: { readonly text: string; readonly keySet: KeySet } | undefined
  return async (text) => {
    // What was valid stays valid as time goes by; what was refused is looked at again, it may have waited for its activateAt.
    if (last?.text !== text) {
      checkKeyset(
        text.length <= KEYSET_BYTES,
        `Its keys have ${text.length} characters, and ${KEYSET_BYTES} are the most`,
      )
      const keySet = isKeys(text) ? (await parseKeyring(text)).current : keySetOfKeyset(await parseKeyset(text, now()))
      last = { text, keySet }
    }
    return last.keySet
  }
}

/** Whether a text is meant as "esk_… esk_…"; anything else is a keyset, or a mistake in one. */
function isKeys(text: string): boolean {
  return text.trimStart().startsWith(KEY_PREFIX)
}
