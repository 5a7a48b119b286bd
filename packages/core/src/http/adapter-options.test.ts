import { expect, it } from 'vitest'
import { createScene } from '../sessions/visitor.fixture.ts'
import { checkAdapterOptions } from './adapter-options.ts'

const { sessions } = createScene()

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['no options', {}],
  ['a name', { as: 'adminSession' }],
  ['a name that is left open', { as: undefined }],
])('sessions and %s are accepted', (_, options) => {
  expect(() => {
    checkAdapterOptions(sessions, options)
  }).not.toThrow()
})

it.each<[string, unknown, unknown, RegExp]>([
  ['nothing', undefined, undefined, /createSessions/u],
  ['null', null, undefined, /createSessions/u],
  ['the options of sessions', { keyring: () => 'key' }, undefined, /createSessions/u],
  ['sessions in an object', { sessions }, undefined, /createSessions/u],
  ['options that are null', sessions, null, /^options must be an object with as/u],
  ['a name without its object', sessions, 'admin', /^options must be an object with as/u],
  ['a misspelt option', sessions, { sa: 'admin' }, /^options\.sa is not an option/u],
  ['a name that is no text', sessions, { as: 5 }, /^options\.as must be a name/u],
  ['an empty name', sessions, { as: '' }, /^options\.as must be a name/u],
])('%s: refused', (_, given, options, message) => {
  expect(() => {
    checkAdapterOptions(given, options)
  }).toThrow(
    expect.objectContaining({ code: 'ERR_OPTIONS_INVALID', message: expect.stringMatching(message) as unknown }),
  )
})
