import { SessionError } from '../base/errors.ts'
import { systemCode } from './file-system.node.ts'

const RIGHTS =
  'Who reads it must own it (chown) or be in its group; who changes it must also be allowed to write in its folder'

/** What to do about failures of the system that have a name. */
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: RIGHTS,
  EPERM: RIGHTS,
  ENOSPC: 'Make room on the disk and run it again',
  EDQUOT: 'Make room on the disk and run it again',
  EROFS: 'The file system is read-only: change the file where it comes from',
  EBUSY: 'A file that is mounted by itself cannot be replaced: mount its folder instead',
  ENOENT: 'See that the folder exists',
}

/** The error for what a file system refused: what has failed, why in the system's words, and what helps. */
export function fileError(what: string, error: unknown): SessionError {
  const why = error instanceof Error ? error.message : String(error)
  const remedy = REMEDIES[String(systemCode(error))]
  return new SessionError('ERR_KEYSET_FILE', `${what}: ${why}.${remedy === undefined ? '' : ` ${remedy}.`}`, {
    cause: error,
  })
}

/** A path as a shell takes it for one word. */
export function shellWord(path: string): string {
  return /^[\w./:@%+=-]+$/u.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
