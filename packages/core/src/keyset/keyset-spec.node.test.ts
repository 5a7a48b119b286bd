import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SPEC } from '../spec-vectors.node.ts'
import { TEXT } from './keyset-file.fixture.ts'

const DOCUMENT = readFileSync(new URL('keyset.md', SPEC), 'utf8')
const SCHEMA = new URL('../../keyset.schema.json', import.meta.url)

describe('spec/keyset.md', () => {
  it('shows a file that is read and written like this', () => {
    expect(/```json\n(.*?)```/su.exec(DOCUMENT)?.[1]).toBe(TEXT)
  })

  it('names what the schema names', () => {
    // What keyset-schema.node.test.ts has compiled.
    const { properties, $defs } = JSON.parse(readFileSync(SCHEMA, 'utf8')) as Described & {
      readonly $defs: Readonly<Record<'key' | 'revokedKey', Described>>
    }
    const names = [properties, $defs.key.properties, $defs.revokedKey.properties].flatMap(Object.keys)
    const [, section = ''] = DOCUMENT.split('\n## The file\n')
    const [table = ''] = section.match(/(?:^\|.*\n)+/mu) ?? []
    expect(Array.from(table.matchAll(/^\|[^|`]*\| `(\w+)` \|/gmu), ([, name]) => name)).toEqual(names)
  })
})

interface Described {
  readonly properties: Readonly<Record<string, unknown>>
}
