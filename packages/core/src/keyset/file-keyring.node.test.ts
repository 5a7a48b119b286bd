import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { encodeUtf8 } from '#bytes'
import { Rejection } from '../base/rejection.ts'
import { createKeyring } from '../seal/keyring.ts'
import { createSealer, type Sealer } from '../seal/sealer.ts'
import { addKey, createKeyset, promoteKey, revokeKey, rotateKeys } from './change-keyset.ts'
import { createFileKeyring, createFileKeyringOn } from './file-keyring.node.ts'
import { type FileStat, type FileSystem, machineFiles } from './file-system.node.ts'
import { formatKeyset } from './format-keyset.ts'
import { ID, NOW, OLD_ID, OLD_SECRET, SECRET, secretOf, STRANGE_SECRET } from './keyset-file.fixture.ts'
import { updateKeysetFile } from './keyset-file.node.ts'
import type { LoadedKeyringOptions } from './refresh-options.ts'
import type { LoadedKeyring } from './refreshing-keyring.ts'

const PURPOSE = { kind: 'cookie', name: 'session' } as const
const PLAINTEXT = encodeUtf8('what a token holds')

const root = mkdtempSync(join(tmpdir(), 'file-keyring-'))
afterAll(() => {
  rmSync(root, { recursive: true })
})

afterEach(() => {
  vi.useRealTimers()
})

const FIRST = await createKeyset(secretOf(1), NOW)
const FIRST_TEXT = await formatKeyset(FIRST)
const BOTH_TEXT = await formatKeyset(await addKey(FIRST, secretOf(2), 'active', NOW))

/** A keyring of a file, and clocks that tests move. */
interface Scene {
  readonly path: string
  readonly keyring: LoadedKeyring
  readonly sealer: Sealer
  readonly refused: readonly unknown[]
  /** How often the text was read. */
  reads(): number
  /** What a request finds when so many seconds have passed. */
  idsAfter(seconds: number): Promise<readonly string[]>
}

function sceneOf(path: string, options: LoadedKeyringOptions = {}, machine: FileSystem = machineFiles): Scene {
  let [seconds, reads] = [0, 0]
  const refused: unknown[] = []
  const files: FileSystem = {
    ...machine,
    read(at) {
      reads++
      return machine.read(at)
    },
  }
  const keyring = createFileKeyringOn(files, path, {
    now: () => NOW + Math.floor(seconds),
    uptime: () => seconds,
    ...options,
  })
  keyring.onRefused((error) => refused.push(error))
  return {
    path,
    keyring,
    sealer: createSealer(keyring, PURPOSE),
    refused,
    reads: () => reads,
    async idsAfter(passed) {
      seconds += passed
      await keyring.check()
      return keyring.current.keys.map(({ id }) => id)
    },
  }
}

/** On this machine every file was written long ago. */
const LATER: FileSystem = { ...machineFiles, now: () => machineFiles.now() + 3_600_000_000_000n }

function newFolder(): string {
  return mkdtempSync(join(root, 'folder-'))
}

/** A keyset on the disk, that only we can read. */
function newFile(text: string): string {
  const path = join(newFolder(), 'keyset.json')
  write(path, text)
  return path
}

function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 })
}

/** A token that the key of a number has sealed, elsewhere. */
async function sealedBy(number: number): Promise<string> {
  const { token } = await createSealer(await createKeyring([secretOf(number)]), PURPOSE).seal(PLAINTEXT, NOW)
  return token
}

describe('a keyset file', () => {
  it('is loaded once, and looked at again when 5 seconds have passed', async () => {
    const { path, keyring, idsAfter } = sceneOf(newFile(FIRST_TEXT))
    await keyring.ready()
    write(path, BOTH_TEXT)
    expect(await idsAfter(4.9)).toEqual([ID])
    expect((await idsAfter(0.1)).toSorted()).toEqual([ID, OLD_ID].toSorted())
    expect(keyring.check()).toBeUndefined()
  })

  it('is not read again while it is the same, and keeps its keys as the same object', async () => {
    const { keyring, idsAfter, reads } = sceneOf(newFile(FIRST_TEXT), {}, LATER)
    await keyring.ready()
    const { current } = keyring
    for (let look = 0; look < 5; look++) await idsAfter(5)
    expect(reads()).toBe(1)
    expect(keyring.current).toBe(current)
  })

  it('keeps its keys as the same object when it was written anew and says the same', async () => {
    const { path, keyring, idsAfter, reads } = sceneOf(newFile(FIRST_TEXT), {}, LATER)
    await keyring.ready()
    const { current } = keyring
    utimesSync(path, 1, 1)
    await idsAfter(5)
    expect(reads()).toBe(2)
    expect(keyring.current).toBe(current)
  })

  it('may hold keys in text', async () => {
    const { idsAfter } = sceneOf(newFile(`${SECRET}\n${OLD_SECRET}\n`))
    expect(await idsAfter(0)).toEqual([ID, OLD_ID])
  })

  it('is found from the folder in which the process began', async () => {
    const path = newFile(FIRST_TEXT)
    const before = process.cwd()
    process.chdir(join(path, '..'))
    const keyring = createFileKeyring('keyset.json', { required: true, now: () => NOW })
    process.chdir(before)
    await keyring.ready()
    expect(await keyring.health()).toMatchObject({ state: 'current', sealingKeyId: ID, keyIds: [ID] })
  })

  it.each(['', undefined, new URL('file:///keyset.json')])('is given by its path, not as %j', (path) => {
    expect(() => createFileKeyring(path as string)).toThrow('takes the path of a keyset')
  })
})

it('shows no key that was given for its path', () => {
  expect(() => createFileKeyring(SECRET)).toThrow(
    expect.objectContaining({
      code: 'ERR_OPTIONS_INVALID',
      message: expect.not.stringContaining(SECRET.slice(0, 12)) as unknown,
    }),
  )
})

describe('a file system that hangs', () => {
  it('has one look wait for it and no more, and after 10 seconds no request', async () => {
    vi.useFakeTimers()
    let stats = 0
    const answer = Promise.withResolvers<undefined>()
    const files: FileSystem = {
      ...LATER,
      async stat(path) {
        stats++
        await answer.promise
        return LATER.stat(path)
      },
    }
    let uptime = 0
    const path = newFile(FIRST_TEXT)
    const keyring = createFileKeyringOn(files, path, { now: () => NOW, uptime: () => uptime })
    const pass = async (seconds: number): Promise<void> => {
      uptime += seconds
      await vi.advanceTimersByTimeAsync(seconds * 1000)
    }
    const first = keyring.ready()
    await pass(10)
    await first
    expect(await keyring.health()).toMatchObject({ state: 'missing' })
    for (let second = 0; second < 60; second++) {
      expect(keyring.check()).toBeUndefined()
      await pass(1)
    }
    expect(stats).toBe(1)
    vi.useRealTimers()
    answer.resolve(undefined)
    uptime += 5
    expect(keyring.check()).toBeUndefined()
    await expect.poll(() => keyring.current.keys.length).toBe(1)
    uptime += 5
    expect(keyring.check()).toBeDefined()
    expect(await keyring.health()).toMatchObject({ state: 'current' })
  })
})

describe('a change', () => {
  const CHANGES: readonly (readonly [string, (path: string) => void])[] = [
    ['in place', (path) => write(path, BOTH_TEXT)],
    [
      'by an editor that renames a new file over the old one',
      (path) => {
        write(`${path}~`, BOTH_TEXT)
        renameSync(`${path}~`, path)
      },
    ],
    [
      'by an editor that moves the old file away',
      (path) => {
        renameSync(path, `${path}~`)
        write(path, BOTH_TEXT)
      },
    ],
    [
      'by removing and writing',
      (path) => {
        unlinkSync(path)
        write(path, BOTH_TEXT)
      },
    ],
    [
      'by a file of the same size and date',
      (path) => {
        const { size, mtime } = statSync(path)
        write(`${path}~`, `${BOTH_TEXT}${' '.repeat(Math.max(0, size - BOTH_TEXT.length))}`)
        utimesSync(`${path}~`, mtime, mtime)
        renameSync(`${path}~`, path)
      },
    ],
  ]
  it.each(CHANGES)('%s is followed, once and again', async (_, change) => {
    const { path, keyring, idsAfter } = sceneOf(newFile(FIRST_TEXT), {}, LATER)
    await keyring.ready()
    change(path)
    expect(await idsAfter(5)).toHaveLength(2)
    write(`${path}.first`, FIRST_TEXT)
    renameSync(`${path}.first`, path)
    expect(await idsAfter(5)).toEqual([ID])
  })

  it('as Kubernetes makes it, by a link that it swaps, is followed', async () => {
    const folder = newFolder()
    const publish = (version: string, text: string): void => {
      mkdirSync(join(folder, version))
      write(join(folder, version, 'keyset.json'), text)
      symlinkSync(version, join(folder, '..data_tmp'))
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
    }
    publish('..2026_11_22_06_00_00.1', FIRST_TEXT)
    symlinkSync(join('..data', 'keyset.json'), join(folder, 'keyset.json'))
    const { keyring, idsAfter, refused } = sceneOf(join(folder, 'keyset.json'), {}, LATER)
    await keyring.ready()
    publish('..2026_11_22_06_10_00.2', BOTH_TEXT)
    rmSync(join(folder, '..2026_11_22_06_00_00.1'), { recursive: true })
    expect(await idsAfter(5)).toHaveLength(2)
    publish('..2026_11_22_06_20_00.3', FIRST_TEXT)
    rmSync(join(folder, '..2026_11_22_06_10_00.2'), { recursive: true })
    expect(await idsAfter(5)).toEqual([ID])
    expect(refused).toEqual([])
  })

  it('is followed that comes in the same tick of the clock as the one before, and as long', async () => {
    let tick = machineFiles.now()
    const sameStat = (stat: FileStat): FileStat =>
      Object.assign(Object.create(stat) as FileStat, { mtimeNs: tick, ctimeNs: tick })
    const coarse: FileSystem = {
      ...machineFiles,
      now: () => tick + 4_000_000n,
      stat: async (path) => sameStat(await machineFiles.stat(path)),
      async read(path) {
        const file = await machineFiles.read(path)
        return { ...file, stat: sameStat(file.stat) }
      },
    }
    const { path, keyring, idsAfter } = sceneOf(newFile(SECRET), {}, coarse)
    await keyring.ready()
    write(path, OLD_SECRET)
    expect(await idsAfter(5)).toEqual([OLD_ID])
    tick += 1n
    write(path, SECRET)
    expect(await idsAfter(5)).toEqual([ID])
  })

  it('that takes a key away has it open nothing from the look on, remembered tokens included', async () => {
    const { path, keyring, sealer, idsAfter } = sceneOf(newFile(BOTH_TEXT), {}, LATER)
    await keyring.ready()
    const token = await sealedBy(2)
    for (let visit = 0; visit < 3; visit++) expect(await sealer.unseal(token)).toMatchObject({ keyId: OLD_ID })
    await updateKeysetFile(path, (keyset) => revokeKey(keyset!, OLD_ID, NOW), NOW)
    await idsAfter(5)
    expect(await sealer.unseal(token)).toEqual(new Rejection('retired-key', OLD_ID))
  })

  it('that adds a key is found by the first of many tokens of it, and read once', async () => {
    const { path, keyring, sealer, reads } = sceneOf(newFile(FIRST_TEXT), {}, LATER)
    await keyring.ready()
    write(path, BOTH_TEXT)
    const token = await sealedBy(2)
    const opened = await Promise.all(Array.from({ length: 50 }, () => sealer.unseal(token)))
    expect(opened.every((answer) => !(answer instanceof Rejection))).toBe(true)
    expect(reads()).toBe(2)
  })

  it('to another sealing key, announced before, needs no second look: every process opens it meanwhile', async () => {
    const { path, keyring, sealer, idsAfter } = sceneOf(newFile(FIRST_TEXT), {}, LATER)
    await keyring.ready()
    await updateKeysetFile(path, (keyset) => rotateKeys(keyset!, secretOf(2), { propagate: 600 }, NOW), NOW)
    await idsAfter(5)
    expect(await sealer.unseal(await sealedBy(2))).toMatchObject({ keyId: OLD_ID })
    expect((await sealer.seal(PLAINTEXT, NOW + 599)).keyId).toBe(ID)
    rmSync(path)
    expect((await sealer.seal(PLAINTEXT, NOW + 600)).keyId).toBe(OLD_ID)
  })
})

describe('a file that is no good', () => {
  type Condition = readonly [name: string, spoil: (path: string) => void, words: RegExp]
  const OPEN: Condition = ['is open to others', (path) => chmodSync(path, 0o644), /Run: chmod 600 \S+keyset\.json/u]
  const CONDITIONS: readonly Condition[] = [
    ...(process.platform === 'win32' ? [] : [OPEN]),
    ['is missing', (path) => rmSync(path), /^There is no keyset at \S+keyset\.json\. /u],
    ['is broken', (path) => truncateSync(path, 100), /^The keyset \S+keyset\.json is not valid: line \d+: /u],
    ['is empty', (path) => truncateSync(path, 0), /^The keyset \S+keyset\.json is not valid: line 1: /u],
    [
      'holds a mistyped key',
      (path) => write(path, `${SECRET}x`),
      /^The keyset \S+ is not valid: Key 1 of 1 is not complete/u,
    ],
    [
      'is a folder',
      (path) => {
        rmSync(path)
        mkdirSync(path)
      },
      /^The keyset \S+keyset\.json cannot be read: it is no regular file/u,
    ],
    ['leads nowhere', linkToNothing, /^There is no keyset at /u],
  ]

  it.each(CONDITIONS)(
    'because it %s leaves the last good keys, tells once, and is followed when it is good again',
    async (_, spoil, words) => {
      const { path, keyring, sealer, refused, idsAfter } = sceneOf(newFile(FIRST_TEXT), {}, LATER)
      await keyring.ready()
      const { current } = keyring
      spoil(path)
      for (let look = 0; look < 3; look++) await idsAfter(5)
      expect(keyring.current).toBe(current)
      expect(await sealer.seal(PLAINTEXT, NOW)).toMatchObject({ keyId: ID })
      expect(refused).toEqual([expect.objectContaining({ message: expect.stringMatching(words) as unknown })])
      expect(await keyring.health()).toMatchObject({
        state: 'stale',
        sealingKeyId: ID,
        keyIds: [ID],
        error: refused[0],
      })
      rmSync(path, { recursive: true, force: true })
      write(path, BOTH_TEXT)
      expect(await idsAfter(5)).toHaveLength(2)
      expect(await keyring.health()).toEqual({
        state: 'current',
        sealingKeyId: ID,
        keyIds: keyring.current.keys.map(({ id }) => id),
        loadedAt: NOW + 20,
      })
    },
  )

  it.each(CONDITIONS)(
    'at the start because it %s leaves the app running without keys, until it is good',
    async (_, spoil, words) => {
      const { path, keyring, sealer, refused, idsAfter } = sceneOf(newFile(FIRST_TEXT))
      spoil(path)
      await keyring.ready()
      expect(refused).toEqual([expect.objectContaining({ message: expect.stringMatching(words) as unknown })])
      await expect(sealer.seal(PLAINTEXT, NOW)).rejects.toMatchObject({
        code: 'ERR_SESSION_UNAVAILABLE',
        message: expect.stringContaining(path) as unknown,
      })
      expect(await sealer.unseal(await sealedBy(1))).toEqual(new Rejection('unknown-key', ID))
      expect(await keyring.health()).toEqual({ state: 'missing', keyIds: [], error: refused[0] })
      rmSync(path, { recursive: true, force: true })
      write(path, FIRST_TEXT)
      await idsAfter(5)
      expect(await sealer.seal(PLAINTEXT, NOW)).toMatchObject({ keyId: ID })
    },
  )

  it.each(CONDITIONS)('at the start because it %s stops an app that requires keys', async (_, spoil, words) => {
    const { path, keyring } = sceneOf(newFile(FIRST_TEXT), { required: true })
    spoil(path)
    await expect(keyring.ready()).rejects.toThrow(words)
  })

  it('is good again as the very same file that was moved away and back', async () => {
    const { path, keyring, idsAfter } = sceneOf(newFile(FIRST_TEXT), {}, LATER)
    await keyring.ready()
    renameSync(path, `${path}~`)
    await idsAfter(5)
    expect(await keyring.health()).toMatchObject({ state: 'stale' })
    renameSync(`${path}~`, path)
    await idsAfter(5)
    expect(await keyring.health()).toMatchObject({ state: 'current' })
  })

  it('because its only key waits for its time is good when that has come, untouched', async () => {
    const early = await createKeyset(secretOf(4), NOW + 70)
    const { keyring, idsAfter, refused } = sceneOf(newFile(await formatKeyset(early)), {}, LATER)
    await keyring.ready()
    expect(refused).toHaveLength(1)
    expect(await idsAfter(70)).toHaveLength(1)
    expect(await keyring.health()).toMatchObject({ state: 'current' })
  })
})

describe('many changes in a row', () => {
  it('are each followed, however fast they come', async () => {
    const { path, keyring, idsAfter } = sceneOf(newFile(SECRET))
    await keyring.ready()
    // All of one size, and as fast as the disk lets us: some have the date of the one before.
    for (let change = 0; change < 60; change++) {
      const text = [OLD_SECRET, STRANGE_SECRET, SECRET][change % 3] ?? ''
      write(path, text)
      await idsAfter(5)
      expect(keyring.current).toEqual((await createFileKeyringOf(text)).current)
    }
  })

  it('by updateKeysetFile are each followed', async () => {
    const { path, keyring, sealer, idsAfter } = sceneOf(newFile(BOTH_TEXT))
    await keyring.ready()
    await updateKeysetFile(path, (keyset) => promoteKey(keyset!, OLD_ID, NOW + 5), NOW + 5)
    await idsAfter(5)
    expect((await sealer.seal(PLAINTEXT, NOW + 5)).keyId).toBe(OLD_ID)
    await updateKeysetFile(path, (keyset) => promoteKey(keyset!, ID, NOW + 10), NOW + 10)
    await idsAfter(5)
    expect((await sealer.seal(PLAINTEXT, NOW + 10)).keyId).toBe(ID)
  })
})

async function createFileKeyringOf(text: string): Promise<LoadedKeyring> {
  const keyring = createFileKeyring(newFile(text))
  await keyring.ready()
  return keyring
}

function linkToNothing(path: string): void {
  rmSync(path)
  symlinkSync('nothing', path)
}
