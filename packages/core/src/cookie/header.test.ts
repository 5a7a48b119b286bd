import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cookieValues, hasCookie } from './header.ts'

describe('the values of a cookie', () => {
  test.each([
    { what: 'no header', header: '', values: [] },
    { what: 'the only cookie', header: 'session=a', values: ['a'] },
    { what: 'the first of several', header: 'session=a; theme=dark', values: ['a'] },
    { what: 'the last of several', header: 'theme=dark; session=a', values: ['a'] },
    { what: 'a value with "=" in it', header: 'session=a=b==; x=1', values: ['a=b=='] },
    { what: 'pairs without a space between them', header: 'a=1;session=b;c=2', values: ['b'] },
    { what: 'white space around a pair', header: 'a=1; \t session=b \t ; c=2', values: ['b'] },
    { what: 'white space around the header', header: '  session=b  ', values: ['b'] },
    { what: 'white space after "="', header: 'session= b', values: ['b'] },
    { what: 'empty pairs', header: ';; ;session=b;;', values: ['b'] },
    { what: 'white space before "=", which is another name', header: 'session =b', values: [] },
    { what: 'a name without "="', header: 'session; session', values: [] },
    { what: 'the name as the end of another', header: 'xsession=1; my-session=2; .session=3', values: [] },
    { what: 'the name as the beginning of another', header: 'session2=1; session.1=2; session-legacy=3', values: [] },
    { what: 'the name in other letters', header: 'Session=1; SESSION=2', values: [] },
    { what: 'a percent-encoded name', header: '%73ession=1; sessio%6E=2; session%3Da=3', values: [] },
    { what: 'a percent-encoded value, as it is', header: 'session=a%3Bb', values: ['a%3Bb'] },
    { what: 'a quoted value, as it is', header: 'session="a"', values: ['"a"'] },
    { what: 'a quoted value, which hides no pair', header: 'x="; session=a; "', values: ['a'] },
    { what: 'the name inside another value', header: 'x=session=1; y=a session=2; z=,session=3', values: [] },
    { what: 'the name after a non-breaking space, which is another name', header: 'a=1;\u{A0}session=b', values: [] },
    ...[
      { code: 'U+000B', character: '\v' },
      { code: 'U+000C', character: '\f' },
      { code: 'U+0085', character: '\u{85}' },
      { code: 'U+00A0', character: '\u{A0}' },
      { code: 'U+2028', character: '\u{2028}' },
      { code: 'U+FEFF', character: '\u{FEFF}' },
    ].map(({ code, character }) => ({
      what: `${code}, which is no white space here`,
      header: `a=1; session= ${character}b${character} ; session=${character}`,
      values: [`${character}b${character}`, character],
    })),
    { what: 'an empty value, which is no cookie', header: 'session=', values: [] },
    { what: 'a value of white space, which is no cookie', header: 'session= \t ; a=1', values: [] },
    { what: 'an empty value before a full one', header: 'session=; session=a', values: ['a'] },
    {
      what: 'several values in the order of the header',
      header: 'session=b; session=a; x=1; session=c',
      values: ['b', 'a', 'c'],
    },
    { what: 'the same value once', header: 'session=a; session=a; session=b; session=a', values: ['a', 'b'] },
    {
      what: 'four values at most',
      header: 'session=1; session=2; session=3; session=4; session=5',
      values: ['1', '2', '3', '4'],
    },
    {
      what: 'four values beside empty and equal ones',
      header: 'session=; session=1; session=1; session=2; session=; session=3; session=2; session=4; session=5',
      values: ['1', '2', '3', '4'],
    },
  ])('are found with $what', ({ header, values }) => {
    expect(cookieValues(header, 'session')).toEqual(values)
  })

  test('are found under a name that regular expressions would take for a pattern', () => {
    expect(cookieValues('sXs=1; s.s=2; s.s$=3', 's.s')).toEqual(['2'])
  })

  test('come back from any header that holds them, whatever stands beside', () => {
    const pair = fc.string({ unit: fc.constantFrom('s', 'session', '=', ' ', '.', '1', '%', '"', '\t', '\u{A0}') })
    fc.assert(
      fc.property(fc.array(pair), fc.array(pair), (before, after) => {
        const others = [...before, ...after].filter((each) => !each.trimStart().startsWith('session='))
        const header = [...others, 'session=token'].join(';')
        expect(cookieValues(header, 'session')).toEqual(['token'])
      }),
    )
  })

  test.each([
    { what: 'names', header: 'session='.repeat(20_000) },
    { what: 'empty cookies', header: 'session=;'.repeat(20_000) },
    { what: 'equal cookies', header: 'session=a;'.repeat(20_000) },
    { what: 'white space', header: `${' '.repeat(200_000)}x` },
    { what: 'white space between names', header: 'session= '.repeat(20_000) },
    { what: 'white space before one value', header: `session=${' '.repeat(200_000)}a` },
    { what: 'white space behind one value', header: `session=a${' '.repeat(200_000)}b${' '.repeat(200_000)}` },
    { what: 'white space for a value', header: `session=${'\t'.repeat(1000)};`.repeat(200) },
    { what: 'white space after separators', header: `;${' '.repeat(1000)}session=`.repeat(200) },
  ])('are looked for in time that grows with the header only: many $what', ({ header }) => {
    const times = Array.from({ length: 5 }, () => {
      const startedAt = performance.now()
      cookieValues(header, 'session')
      hasCookie(header, 'session.1')
      return performance.now() - startedAt
    })
    // The least of them: the others may have waited for the machine.
    expect(Math.min(...times)).toBeLessThan(50)
  })
})

describe('whether a header has a cookie', () => {
  test.each([
    { header: 'session=a', present: true },
    { header: 'x=1; session=a', present: true },
    { header: 'session=', present: true },
    { header: 'xsession=1; x=session=; \tsession=', present: true },
    { header: '', present: false },
    { header: 'session', present: false },
    { header: 'xsession=a; session2=b; session.1=c', present: false },
    { header: 'x=session=a', present: false },
  ])('"$header": $present', ({ header, present }) => {
    expect(hasCookie(header, 'session')).toBe(present)
  })
})
