import { type BigIntStats, constants, type PathLike } from 'node:fs'
import { open, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { KEYSET_BYTES } from './keyset.ts'

/** What is known of a file beside its content. Times are nanoseconds since 1970. */
export type FileStat = Pick<
  BigIntStats,
  'dev' | 'ino' | 'size' | 'mode' | 'uid' | 'gid' | 'mtimeNs' | 'ctimeNs' | 'isFile'
>

/** A file that was made just now and is being written. */
export interface NewFile {
  write(text: string): Promise<void>
  /** Gives it to a user and a group, with what they may do. */
  own(uid: number, gid: number, mode: number): Promise<void>
  /** Waits until the disk has it. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** What keyset files need of a file system: real ones fail in ways that tests must be able to choose. */
export interface FileSystem {
  /** Who we are; absent on Windows, where files have no owner and mode of this kind. */
  readonly userId: bigint | undefined
  /** Nanoseconds since 1970, on the clock that dates files. */
  now(): bigint
  /** The path of what is behind all links. */
  realpath(path: string): Promise<string>
  /** Where a link leads. */
  readlink(path: string): Promise<string>
  /** Of the file behind all links. */
  stat(path: string): Promise<FileStat>
  /** The text of a file of at most {@link KEYSET_BYTES} and the state of the very file that it was read from, as it was before the first byte. */
  read(path: string): Promise<{ readonly text: string; readonly stat: FileStat }>
  /** Makes a file that only we can read. Fails with `EEXIST` when there is one of any kind. */
  create(path: string): Promise<NewFile>
  /** The names in a folder. */
  list(path: string): Promise<readonly string[]>
  rename(from: string, to: string): Promise<void>
  /** Fails for whatever reason but that there is no such file. */
  remove(path: string): Promise<void>
  /** Waits until the disk has the names in a folder. */
  syncFolder(path: string): Promise<void>
}

/** The file system of this machine. */
export const machineFiles: FileSystem = {
  userId: process.geteuid ? BigInt(process.geteuid()) : undefined,
  now: () => BigInt(Date.now()) * 1_000_000n,
  realpath,
  readlink: (path) => readlink(path),
  stat: statOf,
  async read(path) {
    // To open a device may do something, and a folder gives a stranger error.
    checkKind(await statOf(path))
    // A pipe that has taken its place meanwhile would have us wait for whoever writes into it. Windows has no such flag: `undefined` adds nothing.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const before = await file.stat({ bigint: true })
      checkKind(before)
      return { text: await file.readFile('utf8'), stat: before }
    } finally {
      await file.close()
    }
  },
  async create(path) {
    const file = await open(path, 'wx', 0o600)
    return {
      write: (text) => file.writeFile(text),
      async own(uid, gid, mode) {
        await file.chown(uid, gid)
        await file.chmod(mode)
      },
      sync: () => file.sync(),
      close: () => file.close(),
    }
  },
  list: (path) => readdir(path),
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncFolder(path) {
    // Windows cannot open a folder.
    if (process.platform === 'win32') return
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
}

function checkKind(file: BigIntStats): void {
  if (!file.isFile()) throw new Error('it is no regular file')
  if (file.size > KEYSET_BYTES) throw new Error(`it has ${file.size} bytes, and a keyset has ${KEYSET_BYTES} at most`)
}

function statOf(path: PathLike): Promise<BigIntStats> {
  return stat(path, { bigint: true })
}

/** The code of a failure of the system, "ENOENT". */
export function systemCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
