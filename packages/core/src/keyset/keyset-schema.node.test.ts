import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { BAD_FILES, GOOD_FILES } from './keyset-file.fixture.ts'

// `format` is a remark for editors: the pattern beside it says the same.
const ajv = new Ajv2020({ strict: true, validateFormats: false })
// A JSON Schema is an object, or a boolean that this one is not.
const schema = JSON.parse(readFileSync(new URL('../../keyset.schema.json', import.meta.url), 'utf8')) as object
const validate = ajv.compile(schema)

describe('the schema of keyset files', () => {
  it.each(GOOD_FILES)('accepts a file that has $name', ({ text }) => {
    expect(validate(JSON.parse(text))).toBe(true)
  })

  it.each(BAD_FILES.filter(({ schema: verdict }) => verdict === 'refuses'))('refuses a file that $name', ({ text }) => {
    expect(validate(JSON.parse(text))).toBe(false)
  })

  it.each(BAD_FILES.filter(({ schema: verdict }) => verdict === 'accepts'))(
    'cannot see that a file $name',
    ({ text }) => {
      expect(validate(JSON.parse(text))).toBe(true)
    },
  )
})
