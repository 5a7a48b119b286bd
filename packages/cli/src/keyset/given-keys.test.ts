import { describe, expect, it } from 'vitest'
import { keysInText, keysInVariable } from './given-keys.ts'

const KEY = 'esk_key'

describe('keys on stdin', () => {
  it.each([
    ['alone', KEY],
    ['as a line', `SESSION_KEYS=${KEY}`],
    ['in double quotes', `SESSION_KEYS="${KEY}"`],
    ['in single quotes', `export SESSION_KEYS='${KEY}'`],
    ['with a comment behind', `SESSION_KEYS=${KEY} # made in May`],
    ['between other lines', `# the shop\n\nDATABASE=x\nSESSION_KEYS=${KEY}\r\nPORT=1\nOLD_SESSION_KEYS=esk_other`],
  ])('are taken as an .env file has them: %s', (_title, text) => {
    expect(keysInText(text)).toBe(KEY)
  })

  it('stand in an .env file also where its first line is no variable', () => {
    expect(keysInText(`source ./other\nSESSION_KEYS=${KEY}`)).toBe(KEY)
  })

  it('may be several', () => {
    expect(keysInText(`SESSION_KEYS="${KEY} ${KEY}"`)).toBe(`${KEY} ${KEY}`)
  })

  it.each([
    ['without', 'DATABASE=x'],
    ['with 2 lines', `SESSION_KEYS=${KEY}\nSESSION_KEYS=${KEY}`],
  ])('are not guessed from an .env file %s of them', (title, text) => {
    expect(() => keysInText(text)).toThrow(`.env file ${title}`)
  })
})

it('a variable that holds its own name is told apart from one that holds keys', () => {
  expect(keysInVariable(KEY)).toBe(KEY)
  expect(keysInVariable(undefined)).toBe('')
  expect(() => keysInVariable(`SESSION_KEYS=${KEY}`)).toThrow('set -a; . ./.env; set +a')
})
