/** One fence of a page. */
export interface Example {
  /** The line of the page on which its code begins. */
  readonly line: number
  readonly language: string
  readonly code: string
  /** The file that it is, where its first line is a comment that says so. */
  readonly file: string | undefined
}

/** The fences of a page in these languages, with code that a reader can copy as it stands. */
export function examplesOf(text: string, languages: readonly string[]): readonly Example[] {
  const fences = text.matchAll(new RegExp(`^\`\`\`(${languages.join('|')})\\n([\\s\\S]*?)^\`\`\`$`, 'gmu'))
  return Array.from(fences, ({ index, 1: language = '', 2: code = '' }) => ({
    line: text.slice(0, index).split('\n').length + 1,
    language,
    code,
    file: /^\/\/ (\S+\.(?:tsx?|json))\n/u.exec(code)?.[1],
  }))
}
