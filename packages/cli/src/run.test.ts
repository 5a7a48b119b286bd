import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { folder, inFolder, keyText, madeKeyset, NOW, play, playJson, type Scene } from './play.fixture.ts'

const KEY_ON_COMMAND_LINE =
  /^Not done\. A key stands on the command line\. It is in your shell history now: treat it as leaked\. Keys come in with /u
const KEYS = { SESSION_KEYS: keyText(1) }
/** A cookie that key 1 sealed at NOW, new for every run since nonces are random. */
async function sealed(...options: readonly string[]): Promise<string> {
  const { stdout } = await play(['seal', '--data', '{"cart":["tea"]}', '--format', 'cookie', ...options], { env: KEYS })
  return stdout.trim()
}

const day = 86_400

describe('a command line', () => {
  interface Case {
    readonly title: string
    readonly argv: readonly string[]
    readonly scene?: Scene
    readonly exitCode: number
    readonly stdout?: RegExp
    readonly stderr?: RegExp
  }
  const cases: readonly Case[] = [
    {
      title: 'generate prints a key and nothing else',
      argv: ['generate'],
      exitCode: 0,
      stdout: /^esk_[\w-]{48}\n$/u,
      stderr: /^$/u,
    },
    {
      title: 'generate --env prints a line of an .env file',
      argv: ['generate', '--env'],
      exitCode: 0,
      stdout: /^SESSION_KEYS=esk_[\w-]{48}\n$/u,
      stderr: /^Added to a file\? Run this once only; chmod 600 \.env\.\n$/u,
    },
    { title: 'generate --json', argv: ['generate', '--json'], exitCode: 0, stdout: /^\{\n {2}"key": "esk_/u },
    {
      title: 'generate tells who sees the key on a terminal what it is',
      argv: ['generate'],
      scene: { terminal: 'all' },
      exitCode: 0,
      stderr: /Keep it secret/u,
    },
    {
      title: 'nothing shows the help and is wrong use',
      argv: [],
      exitCode: 2,
      stdout: /^$/u,
      stderr: /^Usage: (?![\s\S]*Not done)[\s\S]*First steps:/u,
    },
    { title: 'nothing in JSON', argv: ['--json'], exitCode: 2, stdout: /^$/u, stderr: /^\{\n {2}"error": \{/u },
    {
      title: 'keys alone',
      argv: ['keys'],
      exitCode: 2,
      stderr: /^Usage: (?![\s\S]*Not done)[\s\S]*The life of a key:/u,
    },
    {
      title: 'the list of commands has no ends of sentences',
      argv: ['--help'],
      exitCode: 0,
      stdout: /^ {2}keys +Keeps the keys of an app in a file, for years$/mu,
    },
    {
      title: 'keys alone in JSON is a failure in JSON',
      argv: ['keys', '--json'],
      exitCode: 2,
      stderr: /^\{\n {2}"error": \{/u,
    },
    { title: '--version', argv: ['--version'], exitCode: 0, stdout: /^1\.2\.3\n$/u },
    { title: '--help', argv: ['--help'], exitCode: 0, stdout: /^Usage: npx @encrypted-session\/cli /u, stderr: /^$/u },
    {
      title: 'an unknown command',
      argv: ['genrate'],
      exitCode: 2,
      stdout: /^$/u,
      stderr: /^Not done\. Unknown command 'genrate'\. Did you mean generate\? Add --help/u,
    },
    {
      title: 'a command of keys without keys',
      argv: ['rotate', '--keyset', 'x'],
      exitCode: 2,
      stdout: /^$/u,
      stderr: /^Not done\. Unknown command 'rotate'\. Did you mean keys rotate\? Add --help/u,
    },
    {
      title: 'help of a command of keys without keys',
      argv: ['help', 'list'],
      exitCode: 2,
      stderr: /^Not done\. Unknown command 'list'\. Did you mean keys list\?/u,
    },
    {
      title: 'a command that is not one of keys',
      argv: ['keys', 'inspect', 'AQ'],
      exitCode: 2,
      stderr: /^Not done\. Unknown command 'inspect'\. Did you mean inspect\?/u,
    },
    {
      title: 'help of a command of keys, from the top',
      argv: ['help', 'keys', 'rotate'],
      exitCode: 0,
      stdout: /default: 15m[\s\S]*Examples:/u,
      stderr: /^$/u,
    },
    {
      title: 'help of an unknown command',
      argv: ['help', 'nope'],
      exitCode: 2,
      stdout: /^$/u,
      stderr: /^Not done\. Unknown command 'nope'\./u,
    },
    {
      title: 'help of an unknown command of keys, in JSON',
      argv: ['keys', 'help', 'nope', '--json'],
      exitCode: 2,
      stdout: /^$/u,
      stderr: /"message": "Unknown command 'nope'\./u,
    },
    { title: 'help alone', argv: ['help'], exitCode: 0, stdout: /First steps:/u, stderr: /^$/u },
    {
      title: 'help of a command',
      argv: ['keys', 'help', 'rotate'],
      exitCode: 0,
      stdout: /default: 15m[\s\S]*Examples:/u,
      stderr: /^$/u,
    },
    {
      title: 'the help of keys says what ends a leak',
      argv: ['keys', '--help'],
      exitCode: 0,
      stdout: /keys revoke <id>[\s\S]*in three minutes[\s\S]*lifetime\.notBefore or revokeAll\(\)/u,
    },
    {
      title: 'an argument for a command that takes none',
      argv: ['generate', 'x'],
      exitCode: 2,
      stderr: /takes no arguments(?!.*quotes)/su,
    },
    {
      title: 'an unknown option, in JSON',
      argv: ['generate', '--foo', '--json'],
      exitCode: 2,
      stderr: /"code": "ERR_USAGE",\n {4}"message": "Unknown option '--foo'/u,
    },
    {
      title: 'an unknown command does not repeat what may be a cookie',
      argv: ['ASyFVQkb7x7RvhqWv6RbCaYzrcScd35FQeKlruH9LPTcDf1lb1z89'],
      exitCode: 2,
      stderr: /^(?!.*Qkb7x7)/su,
    },
    { title: 'a cookie without quotes', argv: ['inspect', 'a=b;', 'c=d'], exitCode: 2, stderr: /quotes(?!.*c=d)/su },
    {
      title: 'a missing argument',
      argv: ['keys', 'revoke', '--keyset', 'x'],
      exitCode: 2,
      stderr: /Missing required argument 'id'/u,
    },
    {
      title: 'a wrong length of time',
      argv: ['keys', 'rotate', '--propagate', '10'],
      exitCode: 2,
      stderr: /Write it as 30s, 10m, 12h or 30d\./u,
    },
    {
      title: 'a rotation farther ahead than a year',
      argv: ['keys', 'rotate', '--propagate', '500d'],
      exitCode: 2,
      stderr: /--propagate.*'500d' is invalid\. It can be a year at most: 365d\./u,
    },
    {
      title: 'a rotation farther ahead than a century',
      argv: ['keys', 'rotate', '--propagate', '500000d'],
      exitCode: 2,
      stderr: /--propagate.*'500000d' is invalid\./u,
    },
    { title: 'retire without a length of time', argv: ['keys', 'retire'], exitCode: 2, stderr: /--older-than/u },
    {
      title: 'no keyset is named',
      argv: ['keys', 'list'],
      exitCode: 2,
      stderr: /Say --keyset <file>, or set SESSION_KEYSET/u,
    },
    {
      title: 'an empty SESSION_KEYSET names none',
      argv: ['keys', 'list'],
      scene: { env: { SESSION_KEYSET: '' } },
      exitCode: 2,
      stderr: /Which keyset/u,
    },
    {
      title: 'an empty --keyset names none, whatever the environment says',
      argv: ['keys', 'list', '--keyset', ''],
      scene: { env: { SESSION_KEYSET: 'nowhere.json' } },
      exitCode: 2,
      stderr: /'--keyset <file>' argument '' is invalid\. Say the path/u,
    },
    {
      title: 'an empty --keyset does not seal by other keys',
      argv: ['seal', '--data', '{}', '--format', 'header', '--keyset', ''],
      scene: { env: KEYS },
      exitCode: 2,
      stdout: /^$/u,
      stderr: /'--keyset <file>' argument '' is invalid\. Say the path/u,
    },
    {
      title: 'an empty --keyset beside other keys',
      argv: ['inspect', 'AQ', '--keys-stdin', '--keyset', ''],
      scene: { stdin: keyText(1) },
      exitCode: 2,
      stderr: /'--keyset <file>' argument '' is invalid/u,
    },
    {
      title: 'retire of everything',
      argv: ['keys', 'retire', '--older-than', '0s', '--keyset', 'x'],
      exitCode: 2,
      stderr: /'0s' is invalid\. That would end sessions/u,
    },
    {
      title: 'a keyset that is not there, from the environment',
      argv: ['keys', 'rotate'],
      scene: { env: { SESSION_KEYSET: 'nowhere.json' } },
      exitCode: 2,
      stderr: /no keyset at nowhere\.json\. Make one: npx @encrypted-session\/cli keys create\n/u,
    },
    {
      title: 'a keyset that is not there, in JSON',
      argv: ['keys', 'list', '--keyset', 'no where.json', '--json'],
      exitCode: 2,
      stderr: /keys create --keyset 'no where\.json'"/u,
    },
    {
      title: 'seal without keys',
      argv: ['seal', '--data', '{}', '--format', 'header'],
      exitCode: 2,
      stderr: /Sealed by which key\?/u,
    },
    {
      title: 'seal with data that is no JSON does not repeat it',
      argv: ['seal', '--data', '{secret', '--format', 'header'],
      scene: { env: KEYS },
      exitCode: 2,
      stderr: /--data must be a JSON object(?!.*secret)/su,
    },
    {
      title: 'seal with a list',
      argv: ['seal', '--data', '[]', '--format', 'header'],
      scene: { env: KEYS },
      exitCode: 2,
      stderr: /--data must be a JSON object/u,
    },
    {
      title: 'seal for curl without an address',
      argv: ['seal', '--data', '{}', '--format', 'curl'],
      scene: { env: KEYS },
      exitCode: 2,
      stderr: /--url must be/u,
    },
    {
      title: 'seal in another format',
      argv: ['seal', '--data', '{}', '--format', 'xml'],
      scene: { env: KEYS },
      exitCode: 2,
      stderr: /Allowed choices are cookie, header, playwright, curl/u,
    },
    {
      title: 'seal of too much data',
      argv: ['seal', '--data', '-', '--format', 'header'],
      scene: {
        env: KEYS,
        stdin: JSON.stringify({ note: Buffer.from(crypto.getRandomValues(new Uint8Array(9000))).toString('base64') }),
      },
      exitCode: 2,
      stderr: /note/u,
    },
    {
      title: 'a bad SESSION_KEYS',
      argv: ['seal', '--data', '{}', '--format', 'header'],
      scene: { env: { SESSION_KEYS: `${keyText(1)}x` } },
      exitCode: 2,
      stderr: /not complete(?!.*esk_[\w])/su,
    },
    { title: 'inspect without a cookie', argv: ['inspect', '-'], exitCode: 2, stderr: /no cookie here/u },
    {
      title: 'inspect with a header that has none of ours',
      argv: ['inspect', 'theme=dark'],
      exitCode: 2,
      stderr: /--cookie-name/u,
    },
    {
      title: 'inspect of a key says what that means',
      argv: ['inspect', keyText(1)],
      exitCode: 2,
      stderr: KEY_ON_COMMAND_LINE,
    },
    ...[
      ['seal', keyText(1)],
      ['keys', 'revoke', keyText(1), '--keyset', 'x'],
      ['keys', 'create', '--import', `SESSION_KEYS="${keyText(1)}"`],
      ['keys', 'list', '--keyset', keyText(1)],
      ['seal', `--keys-stdin=${keyText(1)}`],
      [keyText(1)],
    ].map((argv, at) => ({
      title: `a key on the command line is told to be leaked, whatever the command: ${at + 1}`,
      argv,
      exitCode: 2,
      stdout: /^$/u,
      stderr: KEY_ON_COMMAND_LINE,
    })),
    {
      title: 'a file whose name begins as a key does',
      argv: ['keys', 'list', '--keyset', 'esk_old.json'],
      exitCode: 2,
      stderr: /There is no keyset at/u,
    },
    ...[
      ['keys', 'rotate', 'keys.json'],
      ['keys', 'revoke', '1a2b3c4d', 'keys.json'],
    ].map((argv) => ({
      title: `a keyset without its option: ${argv.join(' ')}`,
      argv,
      exitCode: 2,
      stderr: /^Not done\. Did you mean --keyset keys\.json\?\n$/u,
    })),
    {
      title: 'inspect of a key from stdin',
      argv: ['inspect', '-'],
      scene: { stdin: `SESSION_KEYS=${keyText(1)}` },
      exitCode: 2,
      stderr: /This is a key, not a cookie(?!.*history)/u,
    },
    {
      title: 'inspect of a file',
      argv: ['inspect', import.meta.filename],
      exitCode: 2,
      stderr: /run\.test\.ts is a file\. .*inspect - < .*run\.test\.ts\n$/u,
    },
    { title: 'stdin cannot be both', argv: ['inspect', '-', '--keys-stdin'], exitCode: 2, stderr: /not both/u },
    {
      title: 'what is no token',
      argv: ['inspect', 'AQ'],
      exitCode: 1,
      stdout: /Not accepted \(malformed\)/u,
      stderr: /^$/u,
    },
    {
      title: 'what is of another version',
      argv: ['inspect', 'session=Agaa'],
      exitCode: 1,
      stdout: /Not accepted \(unknown-version\)/u,
    },
  ]
  for (const { argv, exitCode, scene, stderr = /(?:)/u, stdout = /(?:)/u, title } of cases) {
    it(title, async () => {
      const played = await play(argv, scene)
      expect(played.stderr).toMatch(stderr)
      expect(played.stdout).toMatch(stdout)
      expect(played.exitCode).toBe(exitCode)
    })
  }
})

describe('keys create', () => {
  it('says how the app of another user can read the file', async () => {
    const path = join(folder(), 'my keys.json')
    const { stdout } = await play(['keys', 'create', '--keyset', path])
    expect(stdout).toContain(`If the app runs as another user: chown USER '${path}'\n`)
  })

  it('makes a file that only its owner can read', async () => {
    const path = await madeKeyset()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toContain(keyText(1))
  })

  it('leaves a file alone that is there already', async () => {
    const path = await madeKeyset()
    const before = readFileSync(path, 'utf8')
    const { exitCode, stderr } = await play(['keys', 'create', '--keyset', path], { key: 2 })
    expect([exitCode, readFileSync(path, 'utf8')]).toEqual([2, before])
    expect(stderr).toMatch(/already.*keys rotate --keyset/su)
  })

  it('leaves another file alone, and does not teach how to mend it', async () => {
    const path = join(folder(), 'notes.txt')
    writeFileSync(path, 'hi', { mode: 0o600 })
    const { exitCode, stderr } = await play(['keys', 'create', '--keyset', path])
    expect([exitCode, readFileSync(path, 'utf8')]).toEqual([2, 'hi'])
    expect(stderr).toMatch(/file at .*notes\.txt already, and it is no valid keyset/u)
  })

  it('prints the keyset with --print and writes nothing, whatever the environment says', async () => {
    const path = join(folder(), 'keys.json')
    const { stdout } = await play(['keys', 'create', '--print'], { env: { SESSION_KEYSET: path } })
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, keys: [{ status: 'primary', secret: keyText(1) }] })
    expect(existsSync(path)).toBe(false)
  })

  it('does not take --print and a file', async () => {
    expect(await play(['keys', 'create', '--print', '--keyset', 'x'])).toMatchObject({ exitCode: 2, stdout: '' })
  })

  it.each([
    ['SESSION_KEYS', { env: { SESSION_KEYS: `${keyText(5)}, ${keyText(6)}` } }],
    ['stdin', { stdin: `${keyText(5)}\n${keyText(6)}\n` }],
  ])('takes over the keys of %s: the first seals, all open', async (_title, scene) => {
    const path = join(folder(), 'keys.json')
    await play(['keys', 'create', '--import', '--keyset', path], scene)
    const [cookieOfFirst, cookieOfSecond] = [await sealedBy(5), await sealedBy(6)]
    const looks = [
      await playJson(['inspect', cookieOfFirst, '--keyset', path]),
      await playJson(['inspect', cookieOfSecond, '--keyset', path]),
    ]
    expect(looks.map(({ accepted, key }) => [accepted, key])).toEqual([
      ['yes', 'seals'],
      ['yes', 'active'],
    ])
  })

  it('writes imported keys in the order in which they stood, and claims nothing of their past', async () => {
    const path = join(folder(), 'keys.json')
    const SESSION_KEYS = [5, 6, 7].map(keyText).join(' ')
    await play(['keys', 'create', '--import', '--keyset', path], { env: { SESSION_KEYS } })
    const { keys } = JSON.parse(readFileSync(path, 'utf8')) as { readonly keys: readonly Record<string, unknown>[] }
    expect(keys.map(({ secret, status }) => [secret, status])).toEqual([
      [keyText(5), 'primary'],
      [keyText(6), 'active'],
      [keyText(7), 'active'],
    ])
    const { stdout } = await play(['keys', 'list', '--keyset', path])
    expect(stdout.match(/(?:seals and )?opens$/gmu)).toEqual(['seals and opens', 'opens', 'opens'])
  })

  it.each([
    [
      'at a terminal',
      { terminal: 'all' },
      /SESSION_KEYS is not set here\. The program reads no \.env:\n {2}set -a; \. /u,
    ],
    ['from an empty stdin', {}, /No keys to import: .* none came on stdin\. The program reads no \.env:\n/u],
  ] as const)('says where imported keys are to come from: %s', async (_title, scene, text) => {
    const path = join(folder(), 'keys.json')
    const { exitCode, stderr } = await play(['keys', 'create', '--import', '--keyset', path], scene)
    expect([exitCode, existsSync(path)]).toEqual([2, false])
    expect(stderr).toMatch(text)
    expect(stderr).not.toContain('Paste')
  })

  it('imports the line of an .env file', async () => {
    const path = join(folder(), 'keys.json')
    const stdin = `PORT=3000\nSESSION_KEYS="${keyText(5)}"\n`
    expect(await play(['keys', 'create', '--import', '--keyset', path], { stdin })).toMatchObject({ exitCode: 0 })
    expect(readFileSync(path, 'utf8')).toContain(keyText(5))
  })

  it.each([
    ['is no key', 'password'],
    ['is in quotes', `"${keyText(5)}"`],
    ['is a password of 32 bytes', 'x'.repeat(32)],
    ['is empty', 'SESSION_KEYS='],
    ['is another variable', 'PORT=3000'],
    ['is a keyset', '{ "version": 1 }'],
  ])('does not advise to make a new key when what is imported %s: that would log everybody out', async (_, stdin) => {
    const { exitCode, stderr } = await play(['keys', 'create', '--import', '--keyset', 'none.json'], { stdin })
    expect(exitCode).toBe(2)
    expect(stderr).not.toMatch(/generate|Make one/u)
  })

  it('refuses to import what is no key', async () => {
    const path = join(folder(), 'keys.json')
    expect(await play(['keys', 'create', '--import', '--keyset', path], { stdin: 'password' })).toMatchObject({
      exitCode: 2,
    })
    expect(existsSync(path)).toBe(false)
  })
})

async function sealedBy(key: number): Promise<string> {
  const argv = ['seal', '--data', '{"cart":[]}', '--format', 'cookie']
  return (await play(argv, { env: { SESSION_KEYS: keyText(key) } })).stdout.trim()
}

describe('keys', () => {
  it('rotates without a second command: the new key seals when its time has come', async () => {
    const path = await madeKeyset()
    const [first] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const rotated = await playJson(['keys', 'rotate', '--keyset', path], { key: 2 })
    const [second] = rotated['ids'] as string[]
    const roles = async (at: number) => rolesOf(await playJson(['keys', 'list', '--keyset', path], { at }))
    expect(await roles(NOW + 899)).toEqual({ [second!]: 'will-seal', [first!]: 'seals' })
    expect(await roles(NOW + 900)).toEqual({ [second!]: 'seals', [first!]: 'opens' })
    const look = async (at: number) => (await playJson(['inspect', cookie, '--keyset', path], { at }))['key']
    const cookie = await sealed()
    expect([await look(NOW + 899), await look(NOW + 900)]).toEqual(['seals', 'active'])
  })

  it('says when the new key begins to seal', async () => {
    const path = await madeKeyset()
    const { stdout } = await play(['keys', 'rotate', '--propagate', '90s', '--keyset', path], { key: 2 })
    expect(stdout).toContain('It seals from 2026-11-22T06:01:30Z on, in 1m 30s.')
    expect(stdout).toContain('Next: nothing.')
  })

  it('refuses a second rotation while one is under way, and demote calls it off', async () => {
    const path = await madeKeyset()
    const { ids } = await playJson(['keys', 'rotate', '--keyset', path], { key: 2 })
    expect(await play(['keys', 'rotate', '--keyset', path], { key: 3 })).toMatchObject({ exitCode: 2, stdout: '' })
    const { stdout } = await play(['keys', 'demote', String(ids), '--keyset', path])
    expect(stdout).toMatch(/^Demoted [\da-f]{8}: active\. It will not seal/u)
    expect(stdout).toMatch(/it still opens\.[\s\S]*keys promote [\s\S]*keys revoke /u)
    expect(await play(['keys', 'rotate', '--keyset', path], { key: 3 })).toMatchObject({ exitCode: 0 })
  })

  it('names the way on after a leak while a rotation is under way', async () => {
    const path = await madeKeyset()
    const [leaked] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const { ids } = await playJson(['keys', 'rotate', '--keyset', path], { key: 2 })
    const rotated = await play(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 3 })
    expect(rotated.exitCode).toBe(2)
    for (const way of ['promote', 'demote', 'revoke']) {
      expect(rotated.stderr).toContain(`keys ${way} ${String(ids)} --keyset ${path}\n`)
    }
    // The key that waits stands in the same file: what has read one key has read both.
    const revoked = await play(['keys', 'revoke', leaked!, '--keyset', path])
    const steps = [
      `revoke ${String(ids)}`,
      'rotate --propagate 0s',
      `revoke ${leaked!}`,
      `promote ${String(ids)}`,
      `revoke ${leaked!}`,
    ]
    expect(revoked.stderr.match(/(?<= keys ).*(?= --keyset)/gu)).toEqual(steps)
    await play(['keys', 'revoke', String(ids), '--keyset', path])
    await play(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 3 })
    expect(await play(['keys', 'revoke', leaked!, '--keyset', path])).toMatchObject({ exitCode: 0 })
  })

  it('revokes after a leak, and says who is logged out', async () => {
    const path = await madeKeyset()
    const [leaked] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const cookie = await sealed()
    const refused = await play(['keys', 'revoke', leaked!, '--keyset', path])
    expect([refused.exitCode, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toContain(`keys rotate --propagate 0s --keyset ${path}`)
    await play(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 2 })
    const { stdout } = await play(['keys', 'revoke', leaked!, '--keyset', path])
    expect(stdout).toMatch(
      /its secret is deleted[\s\S]*is logged out[\s\S]*at 2026-11-22T06:03:00Z or later, set lifetime\.notBefore: 1795327380 [\s\S]* revokeAll\(\)/u,
    )
    expect((await play(['keys', 'list', '--keyset', path])).stdout).toMatch(/revoked {2}- .*just now/u)
    expect(readFileSync(path, 'utf8')).not.toContain(keyText(1))
    expect(await playJson(['inspect', cookie, '--keyset', path])).toMatchObject({
      accepted: 'no',
      reason: 'retired-key',
      key: 'revoked',
    })
  })

  it('rotates at once with a word for the server that is late', async () => {
    const path = await madeKeyset()
    const { stdout } = await play(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 2 })
    expect(stdout).toContain('A server that has not read the file yet does not know it')
    expect(stdout).not.toContain('Nobody is logged out')
  })

  it('retires a key that was promoted again by when that was, and says so', async () => {
    const path = await madeKeyset()
    const { ids } = await playJson(['keys', 'add', '--keyset', path], { key: 2 })
    await play(['keys', 'demote', String(ids), '--keyset', path], { at: NOW + 40 * day })
    await play(['keys', 'promote', String(ids), '--keyset', path], { at: NOW + 60 * day })
    const { stdout } = await play(['keys', 'retire', '--older-than', '31d', '--keyset', path], { at: NOW + 61 * day })
    const then = new Date((NOW + 91 * day) * 1000).toISOString().replace('.000', '')
    expect(stdout).toContain(`${String(ids)} can be retired from ${then} on: run this again then.`)
  })

  it('says of a key that sealed nothing that nobody is logged out, and of a leak what a thief may have done with it', async () => {
    const path = await madeKeyset()
    const waiting = await playJson(['keys', 'rotate', '--keyset', path], { key: 2 })
    const added = await playJson(['keys', 'add', '--keyset', path], { key: 3, at: NOW + 1 })
    for (const { ids } of [waiting, added]) {
      const { stdout } = await play(['keys', 'revoke', String(ids), '--keyset', path], { at: NOW + 1 })
      expect(stdout).toContain('It had sealed nothing: nobody is logged out.')
      expect(stdout).toContain('If it has leaked: three minutes from now')
    }
  })

  it('does not say so of a key that was to seal and was called off: a server may have been ahead', async () => {
    const path = await madeKeyset()
    const { ids } = await playJson(['keys', 'rotate', '--keyset', path], { key: 2 })
    await play(['keys', 'demote', String(ids), '--keyset', path], { at: NOW + 899 })
    const { stdout } = await play(['keys', 'revoke', String(ids), '--keyset', path], { at: NOW + 901 })
    expect(stdout).not.toContain('It had sealed nothing')
  })

  it.each([
    ['waits and is about to seal, by clocks that are ahead', ['rotate'], NOW + 850],
    ['came with a list of keys that an app had', ['list'], NOW],
  ] as const)('does not say so of a key that %s', async (_title, [command], at) => {
    const path = join(folder(), 'keys.json')
    const SESSION_KEYS = `${keyText(5)} ${keyText(6)}`
    await play(['keys', 'create', '--import', '--keyset', path], { env: { SESSION_KEYS } })
    await play(['keys', command, '--keyset', path])
    const keys = (await playJson(['keys', 'list', '--keyset', path]))['keys'] as ListedKey[]
    const { id } = keys.find(({ role }) => role === (command === 'rotate' ? 'will-seal' : 'opens'))!
    expect((await play(['keys', 'revoke', id, '--keyset', path], { at })).stdout).toContain(
      'is logged out: with the next',
    )
  })

  it('tells of a key that takes over all the same', async () => {
    const path = await madeKeyset()
    const [first] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const { ids } = await playJson(['keys', 'add', '--keyset', path], { key: 2 })
    const { ids: waiting } = await playJson(['keys', 'rotate', '--keyset', path], { key: 3 })
    for (const argv of [
      ['promote', String(ids)],
      ['add', '--primary'],
      ['revoke', first!],
    ]) {
      const { stdout } = await play(['keys', ...argv, '--keyset', path], { key: 4 })
      expect(stdout).toContain(`${String(waiting)} still waits, and takes over at 2026-11-22T06:15:00Z, in 15m.`)
      for (const way of ['demote', 'revoke']) expect(stdout).toContain(`keys ${way} ${String(waiting)} --keyset`)
    }
  })

  it('retires a key when its cookies have expired, and not before', async () => {
    const path = await madeKeyset()
    await play(['keys', 'rotate', '--keyset', path], { key: 2 })
    const retire = async (at: number) => play(['keys', 'retire', '--older-than', '30d', '--keyset', path], { at })
    const early = await retire(NOW + 900 + 30 * 86_400 - 1)
    expect(early.stdout).toMatch(/^Nothing to retire[\s\S]*from 2026-12-22T06:15:00Z on/u)
    const late = await retire(NOW + 900 + 30 * 86_400)
    expect(late.stdout).toMatch(/^Retired [\da-f]{8}: sealed nothing for 30d/u)
  })

  it('names what follows for every key that it retires', async () => {
    const path = await madeKeyset()
    for (const key of [2, 3]) await play(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key })
    const [, ...old] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const { stdout } = await play(['keys', 'retire', '--older-than', '1s', '--keyset', path], { at: NOW + 1 })
    const named = (command: string) => old.map((id) => stdout.includes(`keys ${command} ${id} --keyset ${path}\n`))
    expect([named('promote'), named('revoke')]).toEqual([
      [true, true],
      [true, true],
    ])
  })

  it('says that there is no active key where there is none to retire', async () => {
    const path = await madeKeyset()
    const { stdout } = await play(['keys', 'retire', '--older-than', '30d', '--keyset', path])
    expect(stdout).toMatch(/^Nothing to retire: no key is active/u)
  })

  it('tells that nobody is logged out when an inactive key is revoked', async () => {
    const path = await madeKeyset()
    const [first] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    await play(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 2 })
    await play(['keys', 'demote', first!, '--keyset', path])
    const { stdout } = await play(['keys', 'revoke', first!, '--keyset', path])
    expect(stdout).toContain('nobody is logged out')
    expect(stdout).not.toContain('notBefore')
  })

  it('adds a key that waits, which promote lets seal', async () => {
    const path = await madeKeyset()
    const { ids } = await playJson(['keys', 'add', '--keyset', path], { key: 2 })
    const id = String(ids)
    expect(rolesOf(await playJson(['keys', 'list', '--keyset', path]))[id]).toBe('opens')
    expect((await play(['keys', 'promote', id, '--keyset', path])).stdout).toContain('It seals from now on')
    expect(rolesOf(await playJson(['keys', 'list', '--keyset', path]))[id]).toBe('seals')
  })

  it('adds a key that seals at once', async () => {
    const path = await madeKeyset()
    const { ids } = await playJson(['keys', 'add', '--primary', '--keyset', path], { key: 2 })
    expect(rolesOf(await playJson(['keys', 'list', '--keyset', path]))[String(ids)]).toBe('seals')
    const { stdout } = await play(['keys', 'add', '--primary', '--keyset', path], { key: 3 })
    expect(stdout).toContain('31d: your longest lifetime.absolute and a day')
  })

  it('takes ids in capitals', async () => {
    const path = await madeKeyset()
    const { ids } = await playJson(['keys', 'add', '--keyset', path], { key: 2 })
    const id = String(ids)
    const step = async (command: string) => playJson(['keys', command, id.toUpperCase(), '--keyset', path])
    expect(await step('promote')).toMatchObject({ ids: [id] })
    await play(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 3 })
    expect(await step('demote')).toMatchObject({ ids: [id] })
    expect(await step('revoke')).toMatchObject({ ids: [id] })
  })

  it('names the ids that there are when it is given another', async () => {
    const path = await madeKeyset()
    const [first] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const { exitCode, stderr } = await play(['keys', 'promote', '00000000', '--keyset', path])
    expect([exitCode, stderr.includes(first!)]).toEqual([2, true])
  })

  it('refuses a keyset that others can read, with the remedy', async () => {
    const path = await madeKeyset()
    chmodSync(path, 0o644)
    const { exitCode, stderr } = await play(['keys', 'list', '--keyset', path, '--json'])
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'ERR_KEYSET_FILE', message: expect.stringContaining('chmod') as string },
    })
  })

  it('takes the path from SESSION_KEYSET, and leaves it out of the commands that it names', async () => {
    const path = await madeKeyset()
    const { stdout } = await play(['keys', 'rotate'], { env: { SESSION_KEYSET: path }, key: 2 })
    expect(stdout).toMatch(/keys retire --older-than 31d\n$/u)
  })
})

describe('inspect', () => {
  it('shows what an accepted cookie holds', async () => {
    const cookie = await sealed('--subject', 'ada', '--persistent')
    const { exitCode, stdout } = await play(['inspect', '-'], {
      env: KEYS,
      stdin: `Cookie: a=b; ${cookie}\n`,
      at: NOW + 3600,
    })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/version 1, sealed by key [\da-f]{8} \(primary, seals now\)/u)
    expect(stdout).toMatch(
      /subject {5}'ada'\nbegan {7}2026-11-22T06:00:00Z, 1h ago\nsealed {6}2026-11-22T06:00:00Z, 1h ago/u,
    )
    expect(stdout).toContain("{ cart: [ 'tea' ] }")
    expect(stdout).toContain(
      "Accepted by its seal, and by the default lifetimes of 7d absolute and 1d idle. Not asked: the app's store, revocation and schema.\nIf the app has other lifetimes: --absolute, --idle.\n",
    )
  })

  it.each([
    ['--absolute 30d --idle 1d', '30d absolute and 1d idle.', 'if not used again'],
    ['--absolute 30d', '30d absolute and 1d idle (the default: --idle).', 'if not used again'],
    ['--absolute 1h', '1h absolute and 1h idle (the default: --idle).', 'used or not'],
    ['--idle 2h', '7d absolute (the default: --absolute) and 2h idle.', 'if not used again'],
    ['--absolute 30d --idle off', '30d absolute and no idle limit.', 'used or not'],
  ])('says by which lifetimes a cookie is accepted, and what was not asked: %s', async (options, by, end) => {
    const { stdout } = await play(['inspect', await sealed(), ...options.split(' ')], { env: KEYS })
    expect(stdout).toContain(
      `\nAccepted by its seal, and by ${by} Not asked: the app's store, revocation and schema.\n`,
    )
    expect(stdout).toMatch(new RegExp(`^ends .*, ${end}$`, 'mu'))
    expect(stdout).not.toContain('other lifetimes')
  })

  it('says of what has ended that it ended, and of what has not that it ends', async () => {
    const label = async (at: number): Promise<unknown> => {
      const { stdout } = await play(['inspect', cookie], { env: KEYS, at })
      return /^end\w*/mu.exec(stdout)?.[0]
    }
    const cookie = await sealed()
    expect([await label(NOW + 86_400), await label(NOW - 3600)]).toEqual(['ended', 'ends'])
  })

  it('does not make up a name for a value that it cannot open', async () => {
    const value = (await sealed()).split('=')[1]!
    const without = await play(['inspect', value])
    expect(without.stdout).toContain(`cookie  a value without a name, ${value.length} bytes\n`)
    const { cookie } = await playJson(['inspect', value])
    expect(cookie).toEqual({ bytes: value.length, chunks: 1, version: 1, keyId: 'bb61d675' })
    expect((await play(['inspect', value], { env: KEYS })).stdout).toContain('cookie      __Host-Http-session, 1 chunk')
    const other = await play(['inspect', 'eyJhbGciOiJIUzI1NiJ9.e30.x'])
    expect(other.stdout).toContain("token   none of this library: cut off, another library's, or an id of a store?\n")
  })

  it.each([
    ['SESSION_KEYS', { env: { SESSION_KEYS: keyText(2) } }, []],
    ['the keys on stdin', { stdin: keyText(2) }, ['--keys-stdin']],
    ['other.json', {}, ['--keyset', 'other.json']],
  ])('says in which keys it has not found that of a cookie: %s', async (source, scene, options) => {
    const cookie = await sealed()
    inFolder()
    await play(['keys', 'create', '--keyset', 'other.json'], { key: 2 })
    const { stdout } = await play(['inspect', cookie, ...options], scene)
    expect(stdout).toContain(`(unknown-key): its key bb61d675 is not in ${source}. Another environment`)
  })

  it('shows what an expired cookie held, and why it is not accepted', async () => {
    const cookie = await sealed('--subject', 'ada')
    const { exitCode, stdout } = await play(['inspect', cookie, '--idle', 'off'], { env: KEYS, at: NOW + 8 * 86_400 })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(
      /'ada'[\s\S]*\{ cart: \[ 'tea' \] \}[\s\S]*Not accepted \(expired\).*it began 8d ago, and the limit is 7d/u,
    )
  })

  it.each([
    ['idle', [], NOW + 86_400],
    ['not-yet-valid', [], NOW - 3600],
    ['forged', ['--audience', 'other'], NOW],
    ['forged', ['--cookie-name', 'other'], NOW],
  ] as const)('says %s', async (reason, options, at) => {
    const cookie = (await sealed()).split('=')[1]!
    const { exitCode, stdout } = await play(['inspect', cookie, ...options, '--json'], { env: KEYS, at })
    expect([exitCode, (JSON.parse(stdout) as { reason: string }).reason]).toEqual([1, reason])
  })

  it('finds the name of a value alone among the usual ones', async () => {
    const cookie = (await sealed('--cookie-name', 'session')).split('=')[1]!
    expect(await playJson(['inspect', cookie], { env: KEYS })).toMatchObject({
      accepted: 'yes',
      cookie: { name: 'session' },
    })
  })

  it('finds a cookie with a name of its own in a header', async () => {
    const cookie = await sealed('--cookie-name', 'shop')
    expect(await playJson(['inspect', `theme=dark; ${cookie}`], { env: KEYS })).toMatchObject({
      accepted: 'yes',
      cookie: { name: 'shop' },
    })
  })

  it('joins chunks', async () => {
    const note = Array.from({ length: 1500 }, (_, at) => (at * 7919).toString(36)).join('')
    const { stdout } = await play(['seal', '--data', '-', '--format', 'header'], {
      env: KEYS,
      stdin: JSON.stringify({ note }),
    })
    const look = await playJson(['inspect', stdout.trim()], { env: KEYS })
    expect(look).toMatchObject({ accepted: 'yes', cookie: { chunks: 2 }, session: { data: { note } } })
  })

  it('tells size, chunks and key without any keys', async () => {
    const look = await playJson(['inspect', await sealed()])
    expect(look).toMatchObject({
      accepted: 'unknown',
      cookie: { version: 1, chunks: 1, keyId: expect.stringMatching(/^[\da-f]{8}$/u) as string },
    })
    expect(look['session']).toBeUndefined()
  })

  it('takes keys and keysets from stdin', async () => {
    const cookie = await sealed()
    const keyset = readFileSync(await madeKeyset(), 'utf8')
    for (const stdin of [keyText(1), keyset]) {
      expect(await playJson(['inspect', cookie, '--keys-stdin'], { stdin })).toMatchObject({ accepted: 'yes' })
    }
  })

  it('escapes what a terminal would obey', async () => {
    const cookie = await sealed('--subject', '\u001B[2J')
    expect((await play(['inspect', cookie], { env: KEYS })).stdout).not.toContain('\u001B')
  })

  it.each([[[]], [['--json']]])('escapes the same of C1, and what turns text around: %j', async (form) => {
    const cookie = await sealed('--subject', 'a\u009B31m\u202E')
    const { stdout } = await play(['inspect', cookie, ...form], { env: KEYS })
    expect(stdout).not.toMatch(/[\u007F-\u009F\u202E]/u)
    expect(stdout).toMatch(/a\\(?:x9B|u009b)31m\\u202e/u)
  })
})

it.each([[['inspect', '-']], [['seal', '--data', '-', '--format', 'header']], [['inspect', 'AQ', '--keys-stdin']]])(
  'somebody at a terminal is told that the program waits for him: %j',
  async (argv) => {
    const env = KEYS
    expect((await play(argv, { env, stdin: '{}', terminal: 'stdin' })).stderr).toMatch(/^Paste it, then Ctrl-D\.\n/u)
    expect((await play(argv, { env, stdin: '{}' })).stderr).not.toContain('Paste')
  },
)

describe('seal', () => {
  it.each([
    ["signed in as 'ada'", ['--subject', 'ada']],
    ['nobody is signed in', []],
  ])('says on stderr whose session it is, and who sealed it: %s', async (who, options) => {
    const argv = ['seal', '--data', '{}', '--format', 'header', ...options]
    for (const terminal of ['all', 'stdin'] as const) {
      const { stderr } = await play(argv, { env: KEYS, terminal, columns: 200 })
      expect(stripVTControlCharacters(stderr)).toBe(
        `Whoever has this has this session: ${who}. Sealed by key bb61d675 of SESSION_KEYS.\n`,
      )
    }
    expect((await play([...argv, '--json'], { env: KEYS })).stderr).toBe('')
  })

  it.each([
    ['cookie', /^__Host-Http-session=A[\w-]+\n$/u],
    ['header', /^Cookie: __Host-Http-session=A[\w-]+\n$/u],
    ['curl', /^curl --cookie __Host-Http-session=A[\w-]+ http:\/\/localhost:3000\/cart\n$/u],
  ])('as %s for development', async (format, text) => {
    const argv = ['seal', '--data', '{}', '--format', format, '--url', 'http://localhost:3000/cart']
    expect((await play(argv, { env: KEYS })).stdout).toMatch(text)
  })

  it.each([
    ['https://shop.example', [], '__Host-Http-session', true],
    ['http://localhost:3000', [], '__Host-Http-session', true],
    ['http://shop.localhost:3000', [], '__Host-Http-session', true],
    ['http://127.0.0.1:3000', [], '__Host-Http-session', true],
    ['http://127.1', [], '__Host-Http-session', true],
    ['http://[::1]:3000', [], '__Host-Http-session', true],
    ['http://192.168.0.7:3000', [], 'session', false],
    ['http://localhost.example', [], 'session', false],
    ['http://localhost:3000', ['--cookie-name', 'session'], 'session', false],
    ['http://shop.example', ['--cookie-name', '__Host-a'], '__Host-a', true],
  ] as const)('with the name and Secure that the app has at %s %j', async (url, options, name, secure) => {
    const argv = ['seal', '--data', '{}', '--format', 'playwright', '--url', url, ...options]
    expect(await playJson(argv, { env: KEYS })).toMatchObject({ storageState: { cookies: [{ name, secure }] } })
  })

  it('as what Playwright takes', async () => {
    const argv = ['seal', '--data', '{}', '--format', 'playwright', '--url', 'https://shop.example/', '--persistent']
    expect(JSON.parse((await play(argv, { env: KEYS })).stdout)).toEqual({
      cookies: [
        {
          name: '__Host-Http-session',
          value: expect.any(String) as string,
          domain: 'shop.example',
          path: '/',
          expires: NOW + 86_400,
          httpOnly: true,
          secure: true,
          sameSite: 'Lax',
        },
      ],
      origins: [],
    })
  })
})

describe('keys usage', () => {
  it('counts what each key opened', async () => {
    const path = await madeKeyset()
    const [first] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const { ids } = await playJson(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 2 })
    const second = String(ids)
    const lines = [
      { time: (NOW - 7200) * 1000, event: { type: 'opened', keyId: first } },
      { time: (NOW - 60) * 1000, event: { type: 'opened', keyId: second } },
      { time: new Date((NOW - 120) * 1000).toISOString(), type: 'opened', keyId: second },
      { time: (NOW - 30) * 1000, event: { type: 'sealed', keyId: second } },
      { time: (NOW - 20) * 1000, event: { type: 'rejected', reason: 'unknown-key', keyId: 'deadbeef' } },
      { type: 'opened', keyId: second },
      { msg: 'listening' },
    ]
    const log = `${lines.map((line) => JSON.stringify(line)).join('\n')}\nnot JSON é\n`
    const file = join(folder(), 'app.log')
    writeFileSync(file, log)
    const all = await playJson(['keys', 'usage', '--keyset', path], { stdin: log })
    const usage = { sealed: 0, rejected: 0 }
    expect(all).toMatchObject({
      events: 6,
      otherLines: 2,
      keys: [
        { ...usage, id: second, opened: 3, sealed: 1, lastOpenedAt: '2026-11-22T05:59:00Z', advice: 'keep' },
        { ...usage, id: first, opened: 1, lastOpenedAt: '2026-11-22T04:00:00Z', advice: 'keep' },
        { ...usage, id: 'deadbeef', status: 'unknown', opened: 0, rejected: 1 },
      ],
    })
    expect((all['keys'] as unknown[])[2]).not.toHaveProperty('advice')
    const { stdout } = await play(['keys', 'usage', file, '--since', '1h', '--keyset', path])
    expect(stdout).toContain('1 event without a time was left out')
    expect(stdout).toContain('2 lines are no events of sessions.')
  })

  const short = (length: string, end: string) =>
    new RegExp(`opened nothing, but the log tells only of ${length}, until ${end}: it is too early to say\\.`, 'u')
  it.each([
    ['a week', [-8, -7, -0.5], [], 'can-retire', /opened nothing in this time\.[\s\S]*keys retire/u],
    ['what is left of a longer log', [-30, -2, -0.5], ['--since', '7d'], 'can-retire', /keys retire/u],
    ['two days', [-2, -0.5], [], 'log-too-short', short('1d 12h', '12h ago')],
    ['a day of a longer log', [-30, -0.5], ['--since', '1d'], 'log-too-short', short('12h', '12h ago')],
    ['a log of long ago', [-38, -30], [], 'log-too-short', short('8d', '30d ago')],
    ['no times', [undefined, undefined], [], 'log-too-short', /opened nothing, but the log has no times: /u],
    [
      'an event without a time',
      [-8, undefined, -0.5],
      ['--since', '8d'],
      'log-too-short',
      /but an event has no time: /u,
    ],
    ['nothing', [], [], 'log-too-short', /^No events[\s\S]*too early to say whether anybody needs [\da-f]{8}\./u],
    [
      'a time in the future',
      [-8, -0.5, 400],
      [],
      'log-too-short',
      /but an event has a time more than a day ahead: .* its time\.\n\n1 event with a time more than a day ahead: not counted\.\n/u,
    ],
  ] as const)('advises to retire a key only if the log tells enough: %s', async (_title, days, since, advice, text) => {
    const path = await madeKeyset()
    const [first] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const { ids } = await playJson(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 2 })
    const now = NOW + 60 * day
    const stdin = days
      .map((at) => JSON.stringify({ time: at && now + at * day, type: 'opened', keyId: String(ids) }))
      .join('\n')
    const argv = ['keys', 'usage', ...since, '--keyset', path]
    const { keys } = await playJson(argv, { stdin, at: now })
    expect(keys).toMatchObject([{ advice: 'keep' }, { id: first, advice }])
    const { stdout } = await play(argv, { stdin, at: now })
    expect(stdout).toMatch(text)
    expect(stdout.includes('keys retire')).toBe(advice === 'can-retire')
  })

  it('tells of events with and without a time, and of those that are not counted', async () => {
    const path = await madeKeyset()
    const [keyId] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const times = [NOW - 60, NOW, undefined, NOW + 90_000]
    const stdin = [...times.map((time) => JSON.stringify({ time, type: 'opened', keyId })), 'listening'].join('\n')
    const argv = ['keys', 'usage', '--keyset', path]
    expect(await playJson(argv, { stdin })).toMatchObject({ events: 3, undated: 1, ahead: 1, otherLines: 1 })
    const { stdout } = await play(argv, { stdin })
    expect(stdout).toMatch(/^2 events of keys from \S+ to \S+ \(1m\), and 1 without a time\n/u)
    expect(stdout).toContain(
      '\n1 event with a time more than a day ahead: not counted.\n1 line is no event of sessions.',
    )
  })

  it('does not say that there are no events where there is one that is not counted', async () => {
    const path = await madeKeyset()
    const stdin = JSON.stringify({ time: NOW + 90_000, type: 'opened', keyId: 'bb61d675' })
    const { stdout } = await play(['keys', 'usage', '--keyset', path], { stdin })
    expect(stdout).toMatch(/^No events could be counted\.\n[\s\S]*1 event with a time more than a day ahead/u)
  })

  it('advises by a log in which some events have no time, when none of them is left out', async () => {
    const path = await madeKeyset()
    const [first] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const { ids } = await playJson(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 2 })
    const at = NOW + 60 * day
    const stdin = [at - 8 * day, undefined, at]
      .map((time) => JSON.stringify({ time, type: 'opened', keyId: String(ids) }))
      .join('\n')
    const { keys } = await playJson(['keys', 'usage', '--keyset', path], { stdin, at })
    expect(keys).toMatchObject([{ opened: 3 }, { id: first, advice: 'can-retire' }])
  })

  it('says to keep a key that still opens cookies, and when it last did', async () => {
    const path = await madeKeyset()
    const [first] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    await play(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 2 })
    const stdin = [-9, -3, -1].map((at) => JSON.stringify({ ts: NOW + at, type: 'opened', keyId: first })).join('\n')
    const { stdout } = await play(['keys', 'usage', '--keyset', path], { stdin })
    expect(stdout).toContain(`${first} opened 3 cookies, the last 1s ago: keep it.`)
  })

  it('takes the logs of several servers', async () => {
    const path = await madeKeyset()
    const [first] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const logs = ['a.log', 'b.log'].map((name) => join(folder(), name))
    for (const log of logs) writeFileSync(log, JSON.stringify({ type: 'opened', keyId: first }))
    expect(await playJson(['keys', 'usage', ...logs, '--keyset', path])).toMatchObject({ events: 2, otherLines: 0 })
    const { stderr } = await play(['keys', 'usage', ...logs, 'no.log', '--keyset', path])
    expect(stderr).toContain('The log no.log cannot be read')
  })

  it('advises nothing of a key that is younger than a week', async () => {
    const path = await madeKeyset()
    await play(['keys', 'add', '--keyset', path], { key: 2 })
    const [, sealing] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    const stdin = [-9, 0].map((at) => JSON.stringify({ ts: NOW + at * day, type: 'opened', keyId: sealing })).join('\n')
    const { stdout } = await play(['keys', 'usage', '--keyset', path], { stdin, at: NOW + 120 })
    expect(stdout).not.toContain('opened nothing')
    expect(stdout).toMatch(/^92fbb396 could open cookies for only 2m: it is too early to say\.$/mu)
  })

  it('names a stranger that opened something, however many made-up ids came before', async () => {
    const path = await madeKeyset()
    const madeUp = Array.from({ length: 12_000 }, (_, id) => ({
      type: 'rejected',
      keyId: id.toString(16).padStart(8, '0'),
    }))
    const stdin = [...madeUp, { type: 'opened', keyId: 'deadbeef' }].map((event) => JSON.stringify(event)).join('\n')
    const { keys, otherKeyEvents } = await playJson(['keys', 'usage', '--keyset', path], { stdin })
    expect(keys).toContainEqual(expect.objectContaining({ id: 'deadbeef', status: 'unknown', opened: 1 }))
    expect([(keys as unknown[]).length, otherKeyEvents]).toEqual([12, 11_990])
  })

  it('advises nothing of a key that opened nothing because it was inactive, and is back', async () => {
    const path = await madeKeyset()
    await play(['keys', 'add', '--keyset', path], { key: 2 })
    const [added = '', sealing] = idsOf(await playJson(['keys', 'list', '--keyset', path]))
    await play(['keys', 'demote', added, '--keyset', path], { at: NOW + 40 * day })
    await play(['keys', 'promote', added, '--keyset', path], { at: NOW + 60 * day })
    const stdin = [51, 60]
      .map((at) => JSON.stringify({ ts: NOW + at * day, type: 'opened', keyId: sealing }))
      .join('\n')
    const { stdout } = await play(['keys', 'usage', '--keyset', path], { stdin, at: NOW + 60 * day + 60 })
    expect(stdout).toContain(`${added} could open cookies for only 1m: it is too early to say.`)
  })

  it('asks whether it is the right file when a key opened cookies that it never had', async () => {
    const path = await madeKeyset()
    await play(['keys', 'rotate', '--propagate', '0s', '--keyset', path], { key: 2 })
    const at = NOW + 60 * day
    const lines = [
      ...Array.from({ length: 9 }, (_, index) => [-8, 'rejected', `0000000${index}`]),
      ...[-8, 0].map((days) => [days, 'opened', 'deadbeef']),
    ].map(([days, type, keyId]) => JSON.stringify({ ts: at + Number(days) * day, type, keyId }))
    const { stdout } = await play(['keys', 'usage', '--keyset', path], { stdin: lines.join('\n'), at })
    expect(stdout).toMatch(
      /deadbeef {2}unknown [\s\S]*keys\.json never had deadbeef, which opened cookies in the log on stdin: do they belong to one app\? No advice on the others until that is clear\.\n$/u,
    )
    expect(stdout).not.toContain('keys retire')
    const { stdout: refused } = await play(['keys', 'usage', '--keyset', path], { stdin: lines[0] ?? '', at })
    expect(refused).not.toContain('one app')
  })

  it('gives no advice from an empty log', async () => {
    const path = await madeKeyset()
    await play(['keys', 'add', '--keyset', path], { key: 2 })
    const { stdout } = await play(['keys', 'usage', '--keyset', path])
    expect(stdout).toMatch(/^No events/u)
    expect(stdout).not.toContain('opened nothing')
  })

  it('keeps the keys in sight when visitors send cookies with ids that they made up', async () => {
    const path = await madeKeyset()
    const ids = Array.from({ length: 150_000 }, (_, at) => at.toString(16).padStart(8, '0'))
    const lines = [...ids, ids[7]].map((keyId) => `{"type":"rejected","keyId":"${keyId}"}`)
    const { exitCode, stdout } = await play(['keys', 'usage', '--keyset', path], { stdin: lines.join('\n') })
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').length).toBeLessThan(15)
    expect(stdout).toMatch(
      / primary [\s\S]*\n00000007  unknown [\s\S]*and 149995 more events of keys that this keyset never had/u,
    )
    const { keys, otherKeyEvents } = await playJson(['keys', 'usage', '--keyset', path], { stdin: lines.join('\n') })
    expect([(keys as unknown[]).length, otherKeyEvents]).toEqual([11, 149_990])
  })

  it('does not wait for somebody to type a log', async () => {
    const path = await madeKeyset()
    for (const log of [[], ['-']]) {
      const { exitCode } = await play(['keys', 'usage', ...log, '--keyset', path], { terminal: 'stdin' })
      expect(exitCode).toBe(2)
    }
  })

  it('says that a log is not there', async () => {
    const path = await madeKeyset()
    const { exitCode, stderr } = await play(['keys', 'usage', 'no.log', '--keyset', path, '--json'])
    expect([exitCode, JSON.parse(stderr)]).toEqual([
      2,
      { error: { code: 'ENOENT', message: expect.stringMatching(/^The log no\.log cannot be read: /u) as string } },
    ])
  })
})

interface ListedKey {
  readonly id: string
  readonly role: string
}

function idsOf({ keys }: Record<string, unknown>): readonly string[] {
  return (keys as ListedKey[]).map(({ id }) => id)
}

function rolesOf({ keys }: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries((keys as ListedKey[]).map(({ id, role }) => [id, role]))
}
