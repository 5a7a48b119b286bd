import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folder, keyText, madeKeyset, NOW, play, type Scene } from './play.fixture.ts'

/** The ids of the keys that tests make, by their numbers. */
const [FIRST, SECOND, THIRD] = ['bb61d675', '92fbb396', 'ba09883e']
const DAY = 86_400

type Step = readonly [commandLine: string, scene?: Scene]

/** What the last of several command lines prints, on a keyset with the first key. */
async function told(...steps: readonly Step[]): Promise<string> {
  const path = await madeKeyset()
  let text = ''
  for (const [commandLine, scene] of steps) {
    const { stderr, stdout } = await play([...commandLine.split(' '), '--keyset', path], scene)
    text = (stdout + stderr).replaceAll(path, 'keys.json')
  }
  return text
}

it.each([
  ['is shorter than the default lifetime', '1d', true],
  ['is as long as that', '7d', false],
])('retire says who loses a session when its time %s', async (_title, time, isTold) => {
  const retired = await told(
    ['keys rotate --propagate 0s', { key: 2 }],
    [`keys retire --older-than ${time}`, { at: NOW + 8 * DAY }],
  )
  expect(retired).toContain(`Retired ${FIRST}`)
  expect(retired.includes('sealed get a fresh session, unless your lifetime.absolute is shorter')).toBe(isTold)
})

it('retire tells of a takeover that it has written down, and no second time', async () => {
  const rotate: Step = ['keys rotate', { key: 2 }]
  const retire: Step = ['keys retire --older-than 31d', { at: NOW + DAY }]
  const written = `Written down: ${FIRST} no longer seals (revision 3).`
  expect(await told(rotate, retire)).toContain(`Nothing to retire: `)
  expect(await told(rotate, retire)).toContain(written)
  expect(await told(rotate, retire, retire)).not.toContain('Written down')
})

it('retire says when to run it again', async () => {
  const early = await told(['keys rotate --propagate 0s', { key: 2 }], ['keys retire --older-than 31d'])
  expect(early).toContain(`${FIRST} can be retired from 2026-12-23T06:00:00Z on: run this again then.`)
})

it('a leak of one key names the others that leak with the file', async () => {
  const add: Step = ['keys add', { key: 3 }]
  const rotate: Step = ['keys rotate --propagate 0s', { key: 2 }]
  const revoke: Step = [`keys revoke ${FIRST}`]
  const others = `If the whole file has leaked, so has: ${THIRD} (opens). Revoke it too.`
  expect(await told(add, rotate)).toContain(others)
  expect(await told(add, rotate, revoke)).toContain(others)
  expect(await told(add, ['keys add', { key: 4 }], rotate)).toMatch(
    /so have: \w+ \(opens\), \w+ \(opens\)\. Revoke each\./u,
  )
  expect(await told(rotate)).not.toContain('whole file')
  expect(await told(rotate, revoke)).not.toContain('whole file')
})

it.each([
  ['2s', 'Nobody is logged out, if every process has read the file by then.'],
  ['14s', 'Nobody is logged out, if every process has read the file by then.'],
  ['15s', 'Nobody is logged out.\n'],
])('rotate promises no more than a time of %s can keep', async (time, text) => {
  expect(await told([`keys rotate --propagate ${time}`, { key: 2 }])).toContain(text)
})

it('every command in what follows an emergency rotation stands at one indentation', async () => {
  const rotated = await told(['keys rotate --propagate 0s', { key: 2 }])
  expect(rotated.match(/^.*(?=npx )/gmu)).toEqual(['        ', '        '])
})

it('the refusal to revoke the key that seals gives reasons before commands', async () => {
  expect(await told(['keys rotate', { key: 2 }], [`keys revoke ${FIRST}`])).toBe(
    `Not done. Key ${FIRST} is the one that seals, and there must always be one.
${SECOND} waits and may have leaked with it: delete it, make a new one, delete the old one:
  npx @encrypted-session/cli keys revoke ${SECOND} --keyset keys.json
  npx @encrypted-session/cli keys rotate --propagate 0s --keyset keys.json
  npx @encrypted-session/cli keys revoke ${FIRST} --keyset keys.json
If ${SECOND} is safe: promote it, then revoke ${FIRST}:
  npx @encrypted-session/cli keys promote ${SECOND} --keyset keys.json
  npx @encrypted-session/cli keys revoke ${FIRST} --keyset keys.json
`,
  )
})

it('an import ends with what becomes of SESSION_KEYS', async () => {
  const path = join(folder(), 'two.json')
  const env = { SESSION_KEYS: `${keyText(1)} ${keyText(2)}` }
  const { stdout } = await play(['keys', 'create', '--import', '--keyset', path], { env })
  expect(stdout).toContain(`two.json with 2 keys, of which ${FIRST} seals.\nOnly you can read the file.`)
  expect(stdout).toContain('Next: deploy the app with the file; then delete SESSION_KEYS.')
})
