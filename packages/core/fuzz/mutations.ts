import type { Random } from './random.ts'

/** Makes another Cookie header out of one. `other` is a second header to take parts from. */
type Mutation = (header: string, random: Random, other: string) => string

/** One header with one to four things wrong with it. Most keep its structure, so that they reach past the first check. */
export function mutate(header: string, random: Random, other: string): string {
  let mutated = header
  for (let times = 1 + random.below(4); times > 0; times--) mutated = random.pick(MUTATIONS)(mutated, random, other)
  // Four times what Node accepts by default, so that nothing depends on its limit.
  return mutated.slice(0, 65_536)
}

// prettier-ignore
const ODD_TEXTS = [
  '\0', '\n', '\r\n', '\t', '\u{7F}', '\u{A0}', 'é', '€', '🍪', '\uD83C', '\u{141}', ' ', ';', ';;', '; ', '=', '==', ',', '.', '..', '"', '\\',
  '%3D', '%00', '__proto__', '$', '+', '/', '-', '_', '0', '9',
] as const

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  // One bit, one character, or one odd text anywhere.
  (header, random) =>
    replaced(header, random, (character) => String.fromCodePoint(character.charCodeAt(0) ^ (1 << random.below(8)))),
  (header, random) => replaced(header, random, () => random.text(1)),
  (header, random) => replaced(header, random, () => ''),
  (header, random) => replaced(header, random, (character) => character + random.pick(ODD_TEXTS)),
  (header, random) => replaced(header, random, () => random.pick(ODD_TEXTS)),
  // A cut, somewhere or at one of the ends of a token, where tag and label are.
  (header, random) => header.slice(0, random.below(header.length + 1)),
  (header, random) => header.slice(random.below(header.length + 1)),
  (header, random) => header.slice(0, Math.max(0, header.length - random.below(30))),
  (header, random) => onPair(header, random, (pair) => pair.slice(0, random.below(pair.length + 1))),
  // Cookies in another order, lost, doubled, or under each other's name.
  (header, random) => joined(shuffled(pairsOf(header), random)),
  (header, random) => onPair(header, random, () => ''),
  (header, random) =>
    onPair(header, random, (pair) => joined(Array.from({ length: 1 + random.below(200) }, () => pair))),
  (header, random) => joined(shuffled([...pairsOf(header), ...pairsOf(header)], random)),
  (header, random) =>
    onPair(
      header,
      random,
      (pair) => `${nameOf(random.pick(nonEmpty(pairsOf(header))))}${pair.slice(nameOf(pair).length)}`,
    ),
  (header, _, other) => joined([...pairsOf(header), ...pairsOf(other)]),
  (header, random, other) => joined(shuffled([...pairsOf(header), ...pairsOf(other)], random)),
  (header, random, other) =>
    header.slice(0, random.below(header.length + 1)) + other.slice(random.below(other.length + 1)),
  // Names that are nearly right.
  (header, random) =>
    onPair(header, random, (pair) => `${nameOf(pair)}.${random.below(20)}${pair.slice(nameOf(pair).length)}`),
  (header, random) => onPair(header, random, (pair) => random.pick(['x', '.', ' ', '%', '__Host-']) + pair),
  (header, random) => onPair(header, random, (pair) => pair.toUpperCase()),
  // Counts, labels and parts.
  (header, random) => onPair(header, random, (pair) => pair.replace(/=\d\./u, `=${random.below(12)}.`)),
  (header, random) => onPair(header, random, (pair) => pair.replace(/=/u, `=${random.below(10)}.${random.text(6)}.`)),
  (header, random) =>
    onPair(header, random, (pair) => pair.replace(/\.[\w-]{6}\./u, `.${random.text(random.below(9))}.`)),
  // Much of something.
  (header, random) => onPair(header, random, (pair) => pair + random.text(random.below(5000))),
  (header, random) => onPair(header, random, (pair) => `${nameOf(pair)}=${random.text(random.below(20_000))}`),
  (header, random) => onPair(header, random, (pair) => pair + random.pick(ODD_TEXTS).repeat(random.below(5000))),
  (header, random) => onPair(header, random, (pair) => random.pick(ODD_TEXTS).repeat(random.below(5000)) + pair),
  (header, random) =>
    joined([
      ...pairsOf(header),
      ...Array.from({ length: random.below(500) }, (_, index) => `session.${index}=${random.text(8)}`),
    ]),
  (header, random) =>
    joined([...Array.from({ length: random.below(500) }, () => `session=${random.text(60)}`), ...pairsOf(header)]),
]

function replaced(header: string, random: Random, change: (character: string) => string): string {
  const at = random.below(header.length)
  return header.slice(0, at) + change(header.charAt(at)) + header.slice(at + 1)
}

function onPair(header: string, random: Random, change: (pair: string) => string): string {
  const pairs = pairsOf(header)
  const at = random.below(pairs.length)
  return joined(pairs.map((pair, index) => (index === at ? change(pair) : pair)))
}

function pairsOf(header: string): string[] {
  return header.split('; ')
}

function nonEmpty(pairs: readonly string[]): [string, ...string[]] {
  const [first = '', ...rest] = pairs
  return [first, ...rest]
}

function joined(pairs: readonly string[]): string {
  return pairs.join('; ')
}

function nameOf(pair: string): string {
  return pair.split('=', 1).join('')
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, rank: random.below(2 ** 30) }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ item }) => item)
}
