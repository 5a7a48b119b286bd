import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonNode, parseJson } from './json.ts'

describe('JSON with lines', () => {
  it('holds what JSON.parse makes of any JSON text', () => {
    const indent = fc.constantFrom(0, 2, '\t')
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), indent, (value, space) => {
        const text = JSON.stringify(value, undefined, space)
        expect(plain(parseJson(text))).toStrictEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses what JSON.parse refuses, and nothing else that has every name once', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('{}[]:,"\\ \n01.-eE+u'), '"a":', 'null', 'true', 'false', '[1', '{"b":'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(text, (value) => {
        expect(outcome(() => plain(parseJson(value)))).toStrictEqual(outcome(() => JSON.parse(value) as unknown))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['{"a": 1, "a": 1}', 1],
    ['{\n"a": 1,\n"b": {"a": 1,\n"a": 2}}', 4],
  ])('refuses a name that stands twice in one object: %j', (text, line) => {
    expect(() => parseJson(text)).toThrow(`line ${line}: "a" stands twice`)
  })

  it('says of every part in which line it begins', () => {
    const node = parseJson('\n{ "a":\n\n[ 1,\r\n"x" ] }')
    expect(node).toMatchObject({ kind: 'object', line: 2 })
    expect(node.kind === 'object' && node.properties.get('a')).toMatchObject({
      line: 4,
      items: [
        { line: 4, value: 1 },
        { line: 5, value: 'x' },
      ],
    })
  })
})

function plain(node: JsonNode): unknown {
  if (node.kind === 'value') return node.value
  if (node.kind === 'array') return node.items.map(plain)
  const entries = [...node.properties].map(([name, value]) => [name, plain(value)] as const)
  return Object.fromEntries(entries)
}

function outcome(parse: () => unknown): unknown {
  try {
    return { value: parse() }
  } catch (error) {
    // JSON.parse takes the last of two: that is where they differ.
    fc.pre(!(error instanceof Error && error.message.includes('stands twice')))
    return 'refused'
  }
}
