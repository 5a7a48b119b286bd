import { basename, dirname, join } from 'node:path'
import { type FileStat, type FileSystem, systemCode } from './file-system.node.ts'
import { modeInPlaceOf } from './secret-file.node.ts'

/** What `crypto.randomUUID()` gives, and ".tmp". */
const TOKEN_TMP = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/u

/**
 * Where the text that is to take a file's place is written before. The token makes it the name of one change alone: whoever
 * slept while his lock was taken away must not move what another is writing.
 */
export function temporaryPath(path: string, token: string): string {
  return `${path}.${token}.tmp`
}

/** Removes what processes that were killed have left of their temporary files, secrets included. */
export async function removeLeftovers(files: FileSystem, path: string): Promise<void> {
  const folder = dirname(path)
  const before = `${basename(path)}.`
  for (const name of await namesIn(files, folder)) {
    if (name.startsWith(before) && TOKEN_TMP.test(name.slice(before.length))) await files.remove(join(folder, name))
  }
}

/** Writes the temporary file at its path to the disk, with the owner of the file whose place it is to take. */
export async function writeTemporary(
  files: FileSystem,
  temporary: string,
  { text, path }: { readonly text: string; readonly path: string },
): Promise<void> {
  const owner = await ownerOf(files, path)
  const file = await files.create(temporary)
  try {
    // An operator who is root must not take the file away from the app, which may read it by its group.
    if (owner && (owner.uid !== files.userId || modeInPlaceOf(owner) !== 0o600)) {
      await file.own(Number(owner.uid), Number(owner.gid), modeInPlaceOf(owner))
    }
    await file.write(text)
    // Before the rename: after a power failure a name without content could be left.
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The names in a folder; none where we may write and not look. */
async function namesIn(files: FileSystem, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder)
  } catch (error) {
    if (systemCode(error) === 'EACCES') return []
    throw error
  }
}

async function ownerOf(files: FileSystem, path: string): Promise<FileStat | undefined> {
  if (files.userId === undefined) return undefined
  try {
    return await files.stat(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
