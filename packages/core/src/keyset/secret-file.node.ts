import { check } from '../base/check.ts'
import { SessionError } from '../base/errors.ts'
import { fileError, shellWord } from './file-error.node.ts'
import { type FileStat, type FileSystem, systemCode } from './file-system.node.ts'

/** Refuses keys where their file's path belongs, SESSION_KEYS for SESSION_KEYSET: messages show paths. */
export function checkPath(path: string): void {
  check(
    !/esk_[\w-]{20}/u.test(path),
    'The path of a keyset was expected, and a session key was given: those go into SESSION_KEYS',
  )
}

/** The text of a file that holds secrets, after a look at who can read them. */
export async function readSecretText(
  files: FileSystem,
  path: string,
): Promise<{ readonly text: string; readonly stat: FileStat }> {
  let file
  try {
    file = await files.read(path)
  } catch (error) {
    throw unreadable(path, error)
  }
  checkSecrecy(files, path, file.stat)
  return file
}

/** The error for a file of keys that is not there or cannot be read. */
export function unreadable(path: string, error: unknown): SessionError {
  if (systemCode(error) !== 'ENOENT') return fileError(`The keyset ${path} cannot be read`, error)
  return new SessionError(
    'ERR_KEYSET_MISSING',
    `There is no keyset at ${path}. Make one, or see that the path is right.`,
    {
      cause: error,
    },
  )
}

/** A parser's error, with the file that it speaks of. */
export function inFile(path: string, error: unknown): unknown {
  return error instanceof SessionError
    ? new SessionError(error.code, `The keyset ${path} is not valid: ${error.message}`, { cause: error })
    : error
}

/** Bits of a file's mode: what it lets its group and everybody else do. */
const OF_GROUP_AND_OTHERS = 0o077n
const OF_OTHERS = 0o007n
const GROUP_WRITES = 0o020n
const GROUP_READS = 0o040n
const ROOT = 0n

/** Refuses a file whose keys other users can read, or which they can change. */
function checkSecrecy({ userId }: FileSystem, path: string, { mode, uid }: FileStat): void {
  if (userId === undefined) return
  // What is root's, or somebody else's and read by us, is shown to a group on purpose: Kubernetes mounts secrets in this way.
  const isOurs = uid === userId && uid !== ROOT
  const excess = mode & (isOurs ? OF_GROUP_AND_OTHERS : OF_OTHERS | GROUP_WRITES)
  if (excess === 0n) return
  const [remedy, defaultMode] = uid === userId ? ['chmod 600', '0400'] : ['chmod g-w,o=', '0440']
  throw new SessionError(
    'ERR_KEYSET_FILE',
    `The keyset ${path} is open to other users (in Kubernetes it needs defaultMode ${defaultMode}; it has mode ${(mode & 0o777n).toString(8).padStart(4, '0')}). Run: ${remedy} ${shellWord(path)}`,
  )
}

/** The mode for a file in place of this one: for its owner, and for its group where that could read it. */
export function modeInPlaceOf({ mode }: FileStat): number {
  return mode & GROUP_READS ? 0o640 : 0o600
}
