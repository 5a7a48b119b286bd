import { SessionError } from '@encrypted-session/core'
import type { Keyset } from '@encrypted-session/core/keyset'
import { missingKeyset } from './keyset-change.ts'
import type { KeysetFile } from './keyset-option.ts'

/** The keyset that is being read. Throws the command that makes one where there is none. */
export async function existing(file: KeysetFile, reading: Promise<Keyset>): Promise<Keyset> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof SessionError && error.code === 'ERR_KEYSET_MISSING') throw missingKeyset(file)
    throw error
  }
}
