import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect, promisify } from 'node:util'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { SessionError } from '../base/errors.ts'
import { addKey, createKeyset } from './change-keyset.ts'
import { type FileStat, type FileSystem, machineFiles } from './file-system.node.ts'
import { formatKeyset } from './format-keyset.ts'
import { ID, NOW, OLD_ID, SECRET, secretOf } from './keyset-file.fixture.ts'
import { type KeysetChange, readKeyset, readKeysetFile, updateKeyset, updateKeysetFile } from './keyset-file.node.ts'
import { newKeyset } from './keyset.ts'

const root = mkdtempSync(join(tmpdir(), 'keyset-file-'))
afterAll(() => {
  rmSync(root, { recursive: true })
})

const ONE = await createKeyset(secretOf(1), NOW)
const ONE_TEXT = await formatKeyset(ONE)
const addSecond: KeysetChange = (keyset) => addKey(keyset!, secretOf(2), 'active', NOW)

/** The path of a keyset in a folder of its own; with a text, the file is there. */
function keysetPath(text?: string, mode = 0o600): string {
  const folder = join(mkdtempSync(join(root, 'one-')), 'folder')
  mkdirSync(folder)
  const path = join(folder, 'keyset.json')
  if (text !== undefined) {
    writeFileSync(path, text)
    chmodSync(path, mode)
  }
  return path
}

/** The names in the folder of a keyset. */
function besides(path: string): readonly string[] {
  return readdirSync(join(path, '..'))
}

describe('reading', () => {
  it('gives the keyset', async () => {
    expect(await readKeysetFile(keysetPath(ONE_TEXT), NOW)).toEqual(ONE)
  })

  it('names a file that is not there', async () => {
    const path = keysetPath()
    await expect(readKeysetFile(path, NOW)).rejects.toMatchObject({
      code: 'ERR_KEYSET_MISSING',
      message: `There is no keyset at ${path}. Make one, or see that the path is right.`,
    })
  })

  it('names the file and the line of a mistake, and shows no secret', async () => {
    const path = keysetPath(ONE_TEXT.replace('"primary"', '"first"'))
    const error: unknown = await readKeysetFile(path, NOW).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_KEYSET_INVALID' })
    expect(String(error)).toContain(`The keyset ${path} is not valid: line 7: `)
    expect(String(error)).not.toContain(SECRET.slice(4, 12))
  })

  it('refuses a folder in words', async () => {
    await expect(readKeysetFile(root, NOW)).rejects.toMatchObject({
      code: 'ERR_KEYSET_FILE',
      message: `The keyset ${root} cannot be read: it is no regular file.`,
    })
  })

  it('refuses a file that is larger than any keyset, unread', async () => {
    const path = keysetPath('')
    truncateSync(path, 2 ** 16 + 1)
    await expect(readKeysetFile(path, NOW)).rejects.toMatchObject({
      code: 'ERR_KEYSET_FILE',
      message: `The keyset ${path} cannot be read: it has 65537 bytes, and a keyset has 65536 at most.`,
    })
  })

  it('reads no pipe, and waits for no writer of one', async () => {
    if (process.platform === 'win32') return
    const path = keysetPath()
    await promisify(execFile)('mkfifo', ['-m', '600', path])
    await expect(readKeysetFile(path, NOW)).rejects.toThrow('cannot be read: it is no regular file.')
  })

  it.each([SECRET, `/run/${SECRET}.json`, ONE_TEXT])('shows no key that was given for the path', async (path) => {
    for (const attempt of [readKeysetFile(path, NOW), updateKeysetFile(path, () => ONE, NOW)]) {
      const error: unknown = await attempt.catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'ERR_OPTIONS_INVALID' })
      expect(inspect(error)).not.toMatch(/esk_[\w-]/u)
    }
  })

  it('says what to do where the system refuses', async () => {
    const denied = { ...machineFiles, read: () => Promise.reject(systemError('EACCES')) }
    await expect(readKeyset(denied, '/keys/keyset.json', NOW)).rejects.toThrow(
      'The keyset /keys/keyset.json cannot be read: EACCES: injected. Who reads it must own it (chown) or be in its group; ',
    )
  })
})

const ROOT = 0n

describe.skipIf(process.platform === 'win32')('who else can read a keyset', () => {
  const [us, another] = [1000n, 1001n]
  it.each([
    ['ours', 0o600, us, undefined],
    ['ours, read-only', 0o400, us, undefined],
    ['ours, read by its group', 0o640, us, 'mode 0640). Run: chmod 600 '],
    ['ours, read by all', 0o644, us, 'mode 0644). Run: chmod 600 '],
    ['ours, run by others', 0o601, us, 'mode 0601). Run: chmod 600 '],
    ["another's, read by our group", 0o440, another, undefined],
    ["another's, written by himself", 0o640, another, undefined],
    ["another's, read by all", 0o444, another, 'mode 0444). Run: chmod g-w,o= '],
    ["another's, written by our group", 0o460, another, 'mode 0460). Run: chmod g-w,o= '],
  ])('decides about one that is %s', async (_, mode, owner, words) => {
    const path = keysetPath(ONE_TEXT, mode)
    const reading = readKeyset(ownedBy(owner, us), path, NOW)
    if (words === undefined) await expect(reading).resolves.toEqual(ONE)
    else await expect(reading).rejects.toMatchObject({ code: 'ERR_KEYSET_FILE', message: containing(words + path) })
  })

  it.each([
    ['0440, as Kubernetes mounts it for a group', 0o440, undefined],
    ['0640, as root shows it to an app', 0o640, undefined],
    ['0444', 0o444, 'mode 0444). Run: chmod 600 '],
    ['0660', 0o660, 'mode 0660). Run: chmod 600 '],
  ])("lets root read root's own with %s", async (_, mode, words) => {
    const path = keysetPath(ONE_TEXT, mode)
    const reading = readKeyset(ownedBy(ROOT, ROOT), path, NOW)
    if (words === undefined) await expect(reading).resolves.toEqual(ONE)
    else await expect(reading).rejects.toMatchObject({ code: 'ERR_KEYSET_FILE', message: containing(words + path) })
  })

  it('is not asked where files have no owners', async () => {
    const path = keysetPath(ONE_TEXT, 0o644)
    await expect(readKeyset({ ...machineFiles, userId: undefined }, path, NOW)).resolves.toEqual(ONE)
  })

  it('is told for Kubernetes in a way that helps: root owns what it mounts there', async () => {
    const path = keysetPath(ONE_TEXT, 0o444)
    const hintFor = (userId: bigint): Promise<string> =>
      readKeyset(ownedBy(ROOT, userId), path, NOW).then(String, String)
    expect(await hintFor(ROOT)).toMatch(/\(in Kubernetes it needs defaultMode 0400; /u)
    expect(await hintFor(us)).toMatch(/\(in Kubernetes it needs defaultMode 0440; /u)
  })

  it('is told with a command that a shell understands', async () => {
    const folder = join(root, "it's a folder")
    mkdirSync(folder)
    writeFileSync(join(folder, 'k.json'), ONE_TEXT, { mode: 0o644 })
    await expect(readKeysetFile(join(folder, 'k.json'), NOW)).rejects.toThrow(
      String.raw`Run: chmod 600 '${root}/it'\''s a folder/k.json'`,
    )
  })
})

describe('changing', () => {
  it('makes the file where there is none, for us alone, whatever the umask', async () => {
    const path = keysetPath()
    const change = vi.fn(() => ONE)
    const before = process.umask(0)
    try {
      expect(await updateKeysetFile(path, change, NOW)).toBe(ONE)
    } finally {
      process.umask(before)
    }
    expect(change).toHaveBeenCalledExactlyOnceWith(undefined)
    expect(readFileSync(path, 'utf8')).toBe(ONE_TEXT)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(besides(path)).toEqual(['keyset.json'])
  })

  it('replaces the file as a whole: who had the old one open reads the old one', async () => {
    const path = keysetPath(ONE_TEXT)
    const { ino } = statSync(path)
    const next = await updateKeysetFile(path, addSecond, NOW)
    expect(next.keys.map(({ key }) => key.id).toSorted()).toEqual([ID, OLD_ID].toSorted())
    expect(await readKeysetFile(path, NOW)).toEqual(next)
    expect(statSync(path).ino).not.toBe(ino)
    expect(besides(path)).toEqual(['keyset.json'])
  })

  it('writes nothing where nothing was changed', async () => {
    const path = keysetPath(ONE_TEXT)
    const { ino } = statSync(path)
    await updateKeysetFile(path, (keyset) => keyset!, NOW)
    expect(statSync(path).ino).toBe(ino)
    expect(besides(path)).toEqual(['keyset.json'])
  })

  it.each([
    ['a file', ONE_TEXT],
    ['a file that is not there yet', undefined],
  ])('replaces %s behind links, and not a link', async (_, text) => {
    const path = keysetPath(text)
    const folder = mkdtempSync(join(root, 'links-'))
    symlinkSync(path, join(folder, 'second.json'))
    symlinkSync('second.json', join(folder, 'first.json'))
    await updateKeysetFile(join(folder, 'first.json'), () => newKeyset(9, ONE.keys, []), NOW)
    expect(await readKeysetFile(path, NOW)).toMatchObject({ revision: 9 })
    expect(readlinkSync(join(folder, 'first.json'))).toBe('second.json')
    expect(readdirSync(folder)).toEqual(['first.json', 'second.json'])
  })

  it('says that the folder is missing', async () => {
    await expect(updateKeysetFile(join(root, 'nowhere', 'keyset.json'), () => ONE, NOW)).rejects.toThrow(
      `There is no folder for the keyset ${root}/nowhere/keyset.json: ENOENT`,
    )
  })

  it.each([
    ['the change throws', ONE_TEXT, 0o600, () => Promise.reject(new RangeError('no')), 'no'],
    ['the change gives what no process could load', ONE_TEXT, 0o600, () => newKeyset(2, [], []), 'no key is primary'],
    ['the file is broken', ONE_TEXT.slice(9), 0o600, addSecond, 'is not valid: line 1'],
    ['the file is open to others', ONE_TEXT, 0o644, addSecond, 'chmod 600'],
  ])('leaves all as it was when %s', async (_, text, mode, change, words) => {
    const path = keysetPath(text, mode)
    await expect(updateKeysetFile(path, change, NOW)).rejects.toThrow(words)
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(besides(path)).toEqual(['keyset.json'])
  })

  it('writes no file that is too large to be read', async () => {
    const path = keysetPath(ONE_TEXT)
    const ids = Array.from({ length: 15_000 }, (_, index) => index.toString(16).padStart(8, '0'))
    const large = newKeyset(
      2,
      ONE.keys,
      ids.map((id) => ({ id, revokedAt: NOW })),
    )
    await expect(updateKeysetFile(path, () => large, NOW)).rejects.toThrow(/^The keyset would have \d+ bytes/u)
    expect(await readKeysetFile(path, NOW)).toEqual(ONE)
    expect(besides(path)).toEqual(['keyset.json'])
  })

  it('says what to do about a file that is mounted by itself, as containers do it', async () => {
    const path = keysetPath(ONE_TEXT)
    const mounted = { ...machineFiles, rename: () => Promise.reject(systemError('EBUSY')) }
    await expect(updateKeyset(mounted, path, { change: addSecond, now: NOW })).rejects.toThrow(
      'is as it was: EBUSY: injected. A file that is mounted by itself cannot be replaced: mount its folder instead.',
    )
    expect(besides(path)).toEqual(['keyset.json'])
  })

  it.each([
    ['the user that it belonged to', 1000n, 0o600, 0o600],
    ['the group that could read it, and not to write', 1000n, 0o640, 0o640],
    ['the group that root has shown it to', 0n, 0o440, 0o640],
  ])('leaves the file to %s', async (_, owner, mode, expected) => {
    const path = keysetPath(ONE_TEXT, mode)
    const given: unknown[] = []
    const files = watched(ownedBy(owner, 0n), (step, ...values) => {
      if (!step.startsWith('own')) return
      given.push(values)
      // Only root can give a file away.
      if (process.geteuid?.() !== 0) throw systemError('EPERM')
    })
    await updateKeyset(files, path, { change: addSecond, now: NOW }).catch(() => undefined)
    expect(given).toEqual([[Number(owner), statSync(path).gid, expected]])
  })

  it('keeps a file that was for its owner alone for its owner alone', async () => {
    const path = keysetPath(ONE_TEXT, 0o400)
    await updateKeysetFile(path, addSecond, NOW)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('removes what a process that was killed has left of its keys', async () => {
    const path = keysetPath(ONE_TEXT)
    for (const name of [
      `${path}.${crypto.randomUUID()}.tmp`,
      `${path}.${crypto.randomUUID()}.tmp`,
      `${path}.old.tmp`,
    ]) {
      writeFileSync(name, 'esk_')
    }
    await updateKeysetFile(path, addSecond, NOW)
    // The last one is somebody else's.
    expect(besides(path)).toEqual(['keyset.json', 'keyset.json.old.tmp'])
  })
})

it('changes a file in a folder that it may write in and not look into', async () => {
  const path = keysetPath(ONE_TEXT)
  const blind = { ...machineFiles, list: () => Promise.reject(systemError('EACCES')) }
  expect(await updateKeyset(blind, path, { change: addSecond, now: NOW })).toMatchObject({ revision: 2 })
})

/** Every step of a change, in order. */
const STEPS: string[] = []
await updateKeyset(
  watched(machineFiles, (step) => STEPS.push(step)),
  keysetPath(ONE_TEXT),
  { change: addSecond, now: NOW },
)
const RENAMED = STEPS.indexOf('rename keyset.json.tmp')

describe('a change that fails', () => {
  it('is tried at every step there is', () => {
    expect(STEPS).toEqual([
      'realpath keyset.json',
      'create keyset.json.lock',
      'write keyset.json.lock',
      'close keyset.json.lock',
      'read keyset.json',
      'read keyset.json.lock',
      'list folder',
      'stat keyset.json',
      'create keyset.json.tmp',
      'write keyset.json.tmp',
      'sync keyset.json.tmp',
      'close keyset.json.tmp',
      'read keyset.json.lock',
      'rename keyset.json.tmp',
      'syncFolder folder',
      'read keyset.json.lock',
      'remove keyset.json.lock',
    ])
  })

  it.each(STEPS.slice(0, RENAMED + 1).map((step, index) => [index, step] as const))(
    'at step %i, %s, leaves the old file, no lock and no secrets, and says why',
    async (index) => {
      const path = keysetPath(ONE_TEXT)
      const change = updateKeyset(failingAt(index), path, { change: addSecond, now: NOW })
      await expect(change).rejects.toMatchObject({
        code: 'ERR_KEYSET_FILE',
        message: expect.stringMatching(
          /^The keyset \S+ (cannot be (locked|read)|could not be written, and is as it was): ENOSPC: injected\. Make room/u,
        ) as unknown,
        cause: { code: 'ENOSPC' },
      })
      expect(readFileSync(path, 'utf8')).toBe(ONE_TEXT)
      expect(besides(path)).toEqual(['keyset.json'])
      // Nor is anything in the way of the next.
      await updateKeysetFile(path, addSecond, NOW)
    },
  )

  it.each(STEPS.map((step, index) => [index, step] as const).slice(RENAMED + 1))(
    'at step %i, %s, leaves the new file, and says what is left to do',
    async (index) => {
      const path = keysetPath(ONE_TEXT)
      const change = updateKeyset(failingAt(index), path, { change: addSecond, now: NOW })
      await expect(change).rejects.toThrow(
        /is written, but (may be the old one again|its lock could not be removed \(rm )/u,
      )
      expect(await readKeysetFile(path, NOW)).toMatchObject({ revision: 2 })
      expect(besides(path).filter((name) => name.endsWith('.tmp'))).toEqual([])
    },
  )

  it.each(STEPS.map((step, index) => [index, step] as const))(
    'at step %i, %s, and at every later one, leaves the old file or the new one',
    async (index) => {
      const path = keysetPath(ONE_TEXT)
      await expect(
        updateKeyset(failingAt(index, Infinity), path, { change: addSecond, now: NOW }),
      ).rejects.toBeInstanceOf(SessionError)
      expect(await readKeysetFile(path, NOW)).toMatchObject({ revision: index <= RENAMED ? 1 : 2 })
    },
  )
})

describe('two writers', () => {
  it('are told apart: the second hears who is at it, since when, and what to remove if nobody is', async () => {
    const path = keysetPath(ONE_TEXT)
    const first = updateKeysetFile(
      path,
      async (keyset) => {
        await expect(updateKeysetFile(path, addSecond, NOW)).rejects.toMatchObject({
          code: 'ERR_KEYSET_LOCKED',
          message: `The keyset ${path} is being changed by process ${process.pid} on ${hostname()} since 2026-11-22T06:00:00Z. Wait until that is done. If no such process runs any more, remove what it left: rm ${path}.lock`,
        })
        return addSecond(keyset)
      },
      NOW,
    )
    expect(await first).toMatchObject({ revision: 2 })
  })

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"pid":{"toString":1}}',
    '{"pid":7,"host":"\\u001b[2J","since":"2026-11-22T06:00:00Z"}',
    '{"pid":7,"host":"here","since":"now; run rm -r"}',
  ])('are kept apart by a lock that says only %j', async (text) => {
    const path = keysetPath(ONE_TEXT)
    writeFileSync(`${path}.lock`, text)
    await expect(updateKeysetFile(path, addSecond, NOW)).rejects.toThrow('is being changed by another process. Wait')
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(text)
  })

  it('do not both write, nor end the lock of the other, after a lock was taken away too early', async () => {
    const path = keysetPath(ONE_TEXT)
    const robbed = updateKeysetFile(
      path,
      (keyset) => {
        writeFileSync(`${path}.lock`, 'of another')
        return addSecond(keyset)
      },
      NOW,
    )
    await expect(robbed).rejects.toMatchObject({
      code: 'ERR_KEYSET_LOCKED',
      message: containing('Nothing was written'),
    })
    expect(readFileSync(path, 'utf8')).toBe(ONE_TEXT)
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe('of another')
    expect(besides(path)).toEqual(['keyset.json', 'keyset.json.lock'])
  })

  it('one of whom slept before its last step, while its lock was taken away, never leave half a file', async () => {
    const path = keysetPath(ONE_TEXT)
    const wokenUp = Promise.withResolvers<void>()
    const asleep = Promise.withResolvers<void>()
    const sleeper = updateKeyset(
      {
        ...machineFiles,
        async rename(from, to) {
          asleep.resolve()
          await wokenUp.promise
          await machineFiles.rename(from, to)
        },
      },
      path,
      { change: addSecond, now: NOW },
    )
    const ended = sleeper.catch(() => undefined)
    await asleep.promise
    rmSync(`${path}.lock`)
    const addThird: KeysetChange = (keyset) => addKey(keyset!, secretOf(3), 'active', NOW)
    await updateKeyset(
      watched(machineFiles, async (step) => {
        // The other one is in the middle of its file, whether it has a name of its own or not.
        if (step === 'sync keyset.json.tmp') wokenUp.resolve()
      }),
      path,
      { change: addThird, now: NOW },
    )
    await ended
    expect(await readKeysetFile(path, NOW)).toMatchObject({ revision: 2, keys: { length: 2 } })
    expect(besides(path)).toEqual(['keyset.json'])
  })

  it('in processes of their own lose nothing: each change that was not refused is there', async () => {
    const path = keysetPath(ONE_TEXT)
    const answers = await Promise.all([10, 11, 12, 13].map((number) => run(adding(path, number))))
    const counted = answers.map((answer) => Number(answer))
    // Each made its change once, and was refused while another was at it.
    expect(await readKeysetFile(path, NOW)).toMatchObject({ revision: 5, keys: { length: 5 } })
    expect(counted.some((refusals) => refusals > 0)).toBe(true)
    expect(besides(path)).toEqual(['keyset.json'])
  }, 30_000)

  it('where one was killed: the old file stays, and the other hears how to go on', async () => {
    const path = keysetPath(ONE_TEXT)
    const program = `${IMPORTS}
      await updateKeysetFile(${JSON.stringify(path)}, () => {
        console.log('inside')
        return new Promise((resolve) => setTimeout(resolve, 60_000))
      }, ${NOW})`
    const child = spawn(process.execPath, [...FLAGS, program], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(readFileSync(path, 'utf8')).toBe(ONE_TEXT)
    await expect(updateKeysetFile(path, addSecond, NOW)).rejects.toThrow(
      `by process ${child.pid} on ${hostname()} since 2026-11-22T06:00:00Z. Wait until that is done. If no such process runs any more, remove what it left: rm ${path}.lock`,
    )
    rmSync(`${path}.lock`)
    expect(await updateKeysetFile(path, addSecond, NOW)).toMatchObject({ revision: 2 })
    expect(existsSync(`${path}.lock`)).toBe(false)
  }, 30_000)
})

const FLAGS = ['--input-type=module', '--no-warnings', '-e']
const IMPORTS = `
  import { addKey } from '${new URL('change-keyset.ts', import.meta.url).href}'
  import { updateKeysetFile } from '${new URL('keyset-file.node.ts', import.meta.url).href}'
  import { secretOf } from '${new URL('keyset-file.fixture.ts', import.meta.url).href}'`

/** Adds a key as soon as nobody else is at it, takes its time over it, and prints how often it was refused. */
function adding(path: string, number: number): string {
  return `${IMPORTS}
    const change = async (keyset) => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return addKey(keyset, secretOf(${number}), 'active', ${NOW})
    }
    let refusals = 0
    for (let done = false; !done;) {
      try {
        await updateKeysetFile(${JSON.stringify(path)}, change, ${NOW})
        done = true
      } catch (error) {
        if (error.code !== 'ERR_KEYSET_LOCKED') throw error
        refusals++
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    console.log(refusals)`
}

async function run(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, program])
  return stdout
}

/** A file system on which every file belongs to one user, and we are another, or the same. */
function ownedBy(owner: bigint, userId: bigint): FileSystem {
  const owned = ({ dev, ino, size, mode, gid, mtimeNs, ctimeNs }: FileStat): FileStat => {
    return { dev, ino, size, mode, uid: owner, gid, mtimeNs, ctimeNs, isFile: () => true }
  }
  return {
    ...machineFiles,
    userId,
    stat: async (path) => owned(await machineFiles.stat(path)),
    async read(path) {
      const { text, stat } = await machineFiles.read(path)
      return { text, stat: owned(stat) }
    },
  }
}

/** A file system that tells of each step before it is done; what the listener throws is its failure. */
function watched(files: FileSystem, before: (step: string, ...given: readonly unknown[]) => unknown): FileSystem {
  const step =
    <Given extends readonly unknown[], Result>(
      name: string,
      path: string | undefined,
      act: (...given: Given) => Promise<Result>,
    ) =>
    async (...given: Given): Promise<Result> => {
      const file = (path ?? String(given[0])).split('/').at(-1)
      before(`${name} ${file?.replace(/\.[\da-f-]{36}\.tmp$/u, '.tmp')}`, ...given)
      return act(...given)
    }
  return {
    userId: files.userId,
    now: files.now,
    realpath: step('realpath', undefined, files.realpath),
    readlink: step('readlink', undefined, files.readlink),
    stat: step('stat', undefined, files.stat),
    read: step('read', undefined, files.read),
    list: step('list', undefined, files.list),
    rename: step('rename', undefined, files.rename),
    remove: step('remove', undefined, files.remove),
    syncFolder: step('syncFolder', undefined, files.syncFolder),
    create: step('create', undefined, async (path: string) => {
      const file = await files.create(path)
      return {
        write: step('write', path, file.write),
        own: step('own', path, file.own),
        sync: step('sync', path, file.sync),
        async close() {
          // A close that fails has closed.
          await file.close()
          await step('close', path, () => Promise.resolve())()
        },
      }
    }),
  }
}

/** The machine's file system, on which a number of steps fail from one on. */
function failingAt(index: number, count = 1): FileSystem {
  let done = 0
  return watched(machineFiles, () => {
    const at = done++
    if (at >= index && at < index + count) throw systemError('ENOSPC')
  })
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code })
}

function containing(text: string): unknown {
  return expect.stringContaining(text) as unknown
}
