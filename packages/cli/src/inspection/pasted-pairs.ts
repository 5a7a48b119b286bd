/** One cookie. */
export type CookiePair = readonly [name: string, value: string]

/** Whatever in a text may be a cookie: headers of a request, a command of curl, a table of a browser, a file of curl's. */
export function pastedPairs(text: string): readonly CookiePair[] {
  return [...pairsWithSign(text), ...pairsInColumns(text)]
}

/** `name=value`, between what can stand in neither. */
function pairsWithSign(text: string): readonly CookiePair[] {
  return text
    .split(/[\s;'"]+/u)
    .map((word) => word.replace(/^(?:set-)?cookie:/iu, ''))
    .flatMap((word): readonly CookiePair[] => {
      const at = word.indexOf('=')
      // Windows puts ^ before quotes, and lists have commas.
      return at < 1 ? [] : [[word.slice(0, at), withoutEnd(word.slice(at + 1))]]
    })
}

/** A word without the signs of what stood around it. A loop, since a pattern would look for the end from each of them. */
function withoutEnd(word: string): string {
  let end = word.length
  while (end > 0 && '^,)]}'.includes(word.charAt(end - 1))) end--
  return word.slice(0, end)
}

/** A name and a value beside it, with a tab between them. Only what looks like a token or a chunk: any two columns are a pair. */
function pairsInColumns(text: string): readonly CookiePair[] {
  const pairs = text.matchAll(/(?<![^\s;=])([^\s;=]+)\t(?=((?:[2-9]\.)?(?:[\w-]{6}\.)?[\w-]{16,})(?![^\s]))/gu)
  return Array.from(pairs, ([, name = '', value = '']) => [name, value] as const)
}
