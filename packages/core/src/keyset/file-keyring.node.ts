import { resolve } from 'node:path'
import { check } from '../base/check.ts'
import type { KeySet } from '../seal/keyring.ts'
import { type FileStat, type FileSystem, machineFiles } from './file-system.node.ts'
import { createKeyTextReader } from './key-text.ts'
import { type LoadedKeyringOptions, resolveRefreshOptions } from './refresh-options.ts'
import { createRefreshingKeyring, type LoadedKeyring } from './refreshing-keyring.ts'
import { checkPath, inFile, readSecretText, unreadable } from './secret-file.node.ts'

/** Seconds: to look whether a file has changed costs nothing worth saving. */
const REFRESH_EVERY = 5
/** File systems date changes by clocks that stand still for milliseconds: in a file this young, a second change may have the same date. */
const YOUNG_NANOSECONDS = 100_000_000n

/**
 * A keyring of the keyset in a file, or of "esk_… esk_…" in one. When `refreshEvery` (5 seconds) have passed, or a cookie of an
 * unknown key comes, it looks whether the file is another one, and reads it. It follows editors that rename, and the links that
 * Kubernetes swaps.
 *
 * While the file is missing, unreadable, not valid or open to other users, the last good keys stay, and `health()` and the
 * event `keyring-refused` say so. Without any good keys yet, `ready()` resolves unless `required` is set, reads give fresh
 * sessions and writes fail with an error that names the file and the cause. Throws `ERR_OPTIONS_INVALID` for wrong options.
 *
 * @example
 * ```ts
 * const keyring = createFileKeyring('/run/secrets/keyset.json')
 * const sessions = createSessions({ keyring })
 * ```
 */
export function createFileKeyring(path: string, options: LoadedKeyringOptions = {}): LoadedKeyring {
  return createFileKeyringOn(machineFiles, path, options)
}

/** {@link createFileKeyring} on any file system. */
export function createFileKeyringOn(files: FileSystem, path: string, options: LoadedKeyringOptions): LoadedKeyring {
  check(typeof path === 'string' && path !== '', 'createFileKeyring takes the path of a keyset')
  checkPath(path)
  const resolved = resolveRefreshOptions(options, REFRESH_EVERY)
  // Now, because the process may change its folder.
  const absolute = resolve(path)
  const read = createKeyTextReader(resolved.now)
  let known: { readonly signature: string; readonly keySet: KeySet } | undefined

  const load = async (): Promise<KeySet> => {
    if (known?.signature === (await signatureAt(files, absolute))) return known.keySet
    const { text, stat } = await readSecretText(files, absolute)
    let keySet
    try {
      keySet = await read(text)
    } catch (error) {
      // Its signature is not kept: it is read again at the next look, even if nobody touches it.
      throw inFile(absolute, error)
    }
    known = isYoung(files, stat) ? undefined : { signature: signatureOf(stat), keySet }
    return keySet
  }
  let looking: Promise<KeySet> | undefined
  // A look that hangs, on a network file system, keeps one of the process's few threads for files: a second one would take another.
  const look = (): Promise<KeySet> => {
    looking ??= load().finally(() => {
      looking = undefined
    })
    return looking
  }
  return createRefreshingKeyring({ awaited: 'when-due', load: look }, resolved)
}

async function signatureAt(files: FileSystem, path: string): Promise<string> {
  try {
    return signatureOf(await files.stat(path))
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** Another text for another file or content. Of the file behind all links: Kubernetes swaps a link further up. */
function signatureOf({ dev, ino, size, mtimeNs, ctimeNs }: FileStat): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}

function isYoung(files: FileSystem, { mtimeNs, ctimeNs }: FileStat): boolean {
  return files.now() - (mtimeNs > ctimeNs ? mtimeNs : ctimeNs) < YOUNG_NANOSECONDS
}
