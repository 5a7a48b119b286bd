import { basename, dirname, join, resolve } from 'node:path'
import { SessionError } from '../base/errors.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Seconds } from '../base/time.ts'
import { fileError, shellWord } from './file-error.node.ts'
import { type FileSystem, machineFiles, systemCode } from './file-system.node.ts'
import { formatKeyset } from './format-keyset.ts'
import { checkKeyset, type Keyset, KEYSET_BYTES } from './keyset.ts'
import { type Lock, takeLock } from './lock.node.ts'
import { parseKeyset } from './parse-keyset.ts'
import { checkPath, inFile, readSecretText, unreadable } from './secret-file.node.ts'
import { removeLeftovers, temporaryPath, writeTemporary } from './temporary-file.node.ts'

/** Makes the next keyset of the present one, which is `undefined` while there is no file. */
export type KeysetChange = (present: Keyset | undefined) => MaybePromise<Keyset>

/**
 * The keyset in a file. Rejects with `ERR_KEYSET_MISSING` when there is none, `ERR_KEYSET_FILE` when it cannot be read or
 * shows its keys to other users, and `ERR_KEYSET_INVALID` with the line.
 */
export function readKeysetFile(path: string, now: Seconds): Promise<Keyset> {
  return readKeyset(machineFiles, path, now)
}

/**
 * Changes the keyset in a file, or makes the file when `change` answers a keyset for `undefined`, and answers what stands in
 * it now. The new file takes the place of the old one in one step, with the old one's owner and mode 0600, or 0640 where its group could read it; behind a
 * symbolic link it is the file that is replaced. Whatever fails before that step leaves the old file as it was. When
 * `change` answers the keyset that it was given, nothing is written.
 *
 * Rejects with `ERR_KEYSET_LOCKED` while another process changes it, for whatever {@link readKeysetFile} rejects but a
 * missing file, with what `change` throws, and with `ERR_KEYSET_FILE` when it cannot be written.
 *
 * @example
 * ```ts
 * const now = Math.floor(Date.now() / 1000)
 * const secret = crypto.getRandomValues(new Uint8Array(32))
 * await updateKeysetFile(
 *   'keyset.json',
 *   (keyset) => (keyset ? rotateKeys(keyset, secret, { propagate: 600 }, now) : createKeyset(secret, now)),
 *   now,
 * )
 * ```
 */
export function updateKeysetFile(path: string, change: KeysetChange, now: Seconds): Promise<Keyset> {
  return updateKeyset(machineFiles, path, { change, now })
}

/** {@link readKeysetFile} on any file system. */
export async function readKeyset(files: FileSystem, path: string, now: Seconds): Promise<Keyset> {
  checkPath(path)
  const { text } = await readSecretText(files, path)
  try {
    return await parseKeyset(text, now)
  } catch (error) {
    throw inFile(path, error)
  }
}

/** {@link updateKeysetFile} on any file system. */
export async function updateKeyset(
  files: FileSystem,
  path: string,
  { change, now }: { readonly change: KeysetChange; readonly now: Seconds },
): Promise<Keyset> {
  checkPath(path)
  const target = await behindLinks(files, resolve(path))
  const lock = await takeLock(files, target, now)
  let next
  try {
    const present = await readIfThere(files, target, now)
    next = await change(present)
    if (next !== present) await replace(files, target, { text: await textOf(next, now), lock })
  } catch (error) {
    // If this fails too, the first failure is the one to tell of; the next command tells of the lock.
    await lock.release().catch(() => undefined)
    throw error
  }
  try {
    await lock.release()
  } catch (error) {
    const rest = `rm ${shellWord(`${target}.lock`)}`
    throw fileError(`The keyset ${target} is written, but its lock could not be removed (${rest})`, error)
  }
  return next
}

async function readIfThere(files: FileSystem, path: string, now: Seconds): Promise<Keyset | undefined> {
  try {
    return await readKeyset(files, path, now)
  } catch (error) {
    if (error instanceof SessionError && error.code === 'ERR_KEYSET_MISSING') return undefined
    throw error
  }
}

/** The path of the file itself, which need not exist yet. */
async function behindLinks(files: FileSystem, path: string): Promise<string> {
  try {
    return await files.realpath(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw unreadable(path, error)
  }
  let link
  try {
    link = await files.readlink(path)
  } catch {
    // No link, or nothing at all: what fails here fails again below.
    return join(await realFolder(files, path), basename(path))
  }
  return behindLinks(files, resolve(await realFolder(files, path), link))
}

async function realFolder(files: FileSystem, path: string): Promise<string> {
  try {
    return await files.realpath(dirname(path))
  } catch (error) {
    throw fileError(`There is no folder for the keyset ${path}`, error)
  }
}

/** The text of a keyset that {@link readKeysetFile} will accept. */
async function textOf(keyset: Keyset, now: Seconds): Promise<string> {
  const text = await formatKeyset(keyset)
  // A file that no process can load would show only when the last good keys are gone.
  await parseKeyset(text, now)
  checkKeyset(
    text.length <= KEYSET_BYTES,
    `The keyset would have ${text.length} bytes, and ${KEYSET_BYTES} are the most: begin another one`,
  )
  return text
}

/** What stands in a file from one moment to the next. */
interface Replacement {
  readonly text: string
  readonly lock: Lock
}

/** Writes a file beside another and gives it that one's name. */
async function replace(files: FileSystem, path: string, { text, lock }: Replacement): Promise<void> {
  const temporary = temporaryPath(path, lock.token)
  try {
    // Before as well: what is left over may be what its rightful owner is writing.
    await lock.confirm()
    await removeLeftovers(files, path)
    await writeTemporary(files, temporary, { text, path })
    await lock.confirm()
    await files.rename(temporary, path)
  } catch (error) {
    await files.remove(temporary).catch(() => undefined)
    if (error instanceof SessionError) throw error
    throw fileError(`The keyset ${path} could not be written, and is as it was`, error)
  }
  try {
    await files.syncFolder(dirname(path))
  } catch (error) {
    throw fileError(`The keyset ${path} is written, but may be the old one again after a power failure`, error)
  }
}
