import { hostname } from 'node:os'
import { SessionError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import { fileError, shellWord } from './file-error.node.ts'
import { type FileSystem, systemCode } from './file-system.node.ts'
import { formatMoment, parseMoment } from './moment.ts'

/** A right to change a file that one process has at a time. */
export interface Lock {
  /** Another one for every lock: for names of files that nobody else writes. */
  readonly token: string
  /** Rejects when somebody has taken the lock away meanwhile. */
  confirm(): Promise<void>
  /** Gives it back, if it is still ours. */
  release(): Promise<void>
}

/** Who holds a lock, as its file says. */
interface Holder {
  readonly pid: number
  readonly host: string
  readonly since: string
  /** Tells two locks of one process apart. */
  readonly token: string
}

/** Takes the lock of a file. Rejects at once with `ERR_KEYSET_LOCKED` when somebody has it: two changes are never merged by luck. */
export async function takeLock(files: FileSystem, path: string, now: Seconds): Promise<Lock> {
  const lockPath = `${path}.lock`
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    since: formatMoment(now),
    token: crypto.randomUUID(),
  }
  const text = `${JSON.stringify(holder)}\n`
  await createLock(files, path, lockPath, text)
  const isOurs = async (): Promise<boolean> => (await textOf(files, lockPath)) === text
  return {
    token: holder.token,
    async confirm() {
      if (await isOurs()) return
      throw new SessionError(
        'ERR_KEYSET_LOCKED',
        `The lock ${lockPath} was removed while the keyset was being changed. Nothing was written. Run the command again.`,
      )
    },
    async release() {
      if (await isOurs()) await files.remove(lockPath)
    },
  }
}

/** Makes the file that is the lock, and leaves none when that fails half-way. */
async function createLock(files: FileSystem, path: string, lockPath: string, text: string): Promise<void> {
  let file
  try {
    file = await files.create(lockPath)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw fileError(`The keyset ${path} cannot be locked`, error)
    throw await lockedError(files, path, lockPath)
  }
  try {
    try {
      await file.write(text)
    } finally {
      await file.close()
    }
  } catch (error) {
    // If this fails too, the first failure is the one to tell of.
    await files.remove(lockPath).catch(() => undefined)
    throw fileError(`The keyset ${path} cannot be locked`, error)
  }
}

async function lockedError(files: FileSystem, path: string, lockPath: string): Promise<SessionError> {
  // One that cannot be read, because it is another user's, says as little as one that is still empty.
  const holder = holderOf(await textOf(files, lockPath).catch(() => undefined))
  const who = holder ? `process ${holder.pid} on ${holder.host} since ${holder.since}` : 'another process'
  return new SessionError(
    'ERR_KEYSET_LOCKED',
    `The keyset ${path} is being changed by ${who}. Wait until that is done. If no such process runs any more, remove what it left: rm ${shellWord(lockPath)}`,
  )
}

/** What a lock says, if it is one of ours: its writer may not have come so far, and anything else could command the terminal that shows it. */
function holderOf(text: string | undefined): Partial<Holder> | undefined {
  try {
    const holder = Object(JSON.parse(text ?? '{}')) as Partial<Holder>
    const isOurs =
      Number.isSafeInteger(holder.pid) && isWord(holder.host) && parseMoment(String(holder.since)) !== undefined
    return isOurs ? holder : undefined
  } catch {
    return undefined
  }
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && /^[\w.:-]{1,255}$/u.test(value)
}

/** The text of a lock, or `undefined` when there is none any more. */
async function textOf(files: FileSystem, path: string): Promise<string | undefined> {
  try {
    return (await files.read(path)).text
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
