import { readFileSync, writeFileSync } from 'node:fs'
import type { Operation } from './cell.ts'
import { type Framework, FRAMEWORKS, peerLabel, variantsOf } from './frameworks.ts'
import { readResult, type Result, type Results } from './results.ts'
import { SCENARIOS } from './scenarios.ts'
import type { Summary } from './statistics.ts'
import { checkCounted, checkTargets, type Target } from './targets.ts'

const README = new URL('../README.md', import.meta.url)
const BEGIN = '<!-- results: written by `pnpm bench`, do not edit -->'
const END = '<!-- end of results -->'

const CONTESTANTS = ['encrypted-session', 'node:crypto floor', '@fastify/secure-session', 'jose', 'iron-session']

/** All tables, from the results that lie in results/, of this run or an earlier one. */
export function report(): { readonly markdown: string; readonly targets: readonly Target[] } {
  const [sizes, times, requests] = [demand('sizes'), demand('times'), demand('requests')]
  const instructions = readResult('instructions')
  const requestInstructions = readResult('request-instructions')
  const targets = [
    ...checkTargets({ sizes: sizes.numbers, times: times.numbers, requests: requests.numbers }),
    ...checkCounted(instructions, requestInstructions),
  ]
  const sections = [
    origin(times),
    '### Targets',
    table(
      ['target', 'measured', ''],
      targets.map(({ promise, measured, met }) => [promise, measured, met ? 'met' : 'not met']),
    ),
    ...timeSections(times.numbers),
    '### Characters of the cookie value',
    sizeTable(sizes.numbers),
    ...FRAMEWORKS.flatMap((framework) => [
      `### CPU time of a ${framework.name} server per request, µs`,
      requestTable(framework, requests.numbers),
    ]),
    ...(instructions === undefined
      ? ['### Instructions', 'Not counted yet: see below.']
      : countedSections(instructions)),
    ...(requestInstructions === undefined ? [] : countedRequestSections(requestInstructions)),
  ]
  return { markdown: sections.join('\n\n'), targets }
}

/** Puts the tables between the marks of the README. */
export function writeReadme(markdown: string): void {
  const text = readFileSync(README, 'utf8')
  const [before] = text.split(BEGIN)
  const after = text.split(END)[1]
  if (before === undefined || after === undefined) {
    throw new Error('bench/README.md has lost the marks between which the results stand')
  }
  writeFileSync(README, `${before}${BEGIN}\n\n${markdown}\n\n${END}${after}`)
}

function demand<Name extends keyof Results>(name: Name): Result<Results[Name]> {
  const result = readResult(name)
  if (result === undefined) throw new Error(`results/${name}.json is not there`)
  return result
}

function origin({ date, machine, node, versions, counter }: Result<unknown>): string {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `${date.slice(0, 10)}, ${machine}, Node ${node}, ${peers.join(', ')}${counter === undefined ? '' : `; counted by \`${counter}\``}.`
}

function timeSections(times: Results['times']): string[] {
  const sizes = [...new Set(times.map(({ bytes }) => bytes))]
  const section = (title: string, rows: readonly [string, string, Operation][]): string[] => [
    `### ${title}`,
    table(
      ['', ...sizes.map((bytes) => `${bytes} bytes`)],
      rows.flatMap(([label, contestant, operation]) => {
        const cells = sizes.map((bytes) =>
          times.find((each) => each.bytes === bytes && each.contestant === contestant && each.operation === operation),
        )
        return [[label, ...cells.map((cell) => (cell === undefined ? '' : withRatio(cell.micros, cell.ofFloor)))]]
      }),
    ),
  ]
  return [
    ...section(
      'Data to token: CPU time in µs, median (quartiles), multiple of the floor',
      CONTESTANTS.map((name) => [name, name, 'seal']),
    ),
    ...section('Token to data: the same', [
      ['encrypted-session, open (new)', 'encrypted-session', 'open (new)'],
      ['encrypted-session, open (again)', 'encrypted-session', 'open (again)'],
      ...CONTESTANTS.slice(1).map((name): [string, string, Operation] => [name, name, 'open (new)']),
    ]),
    ...section('A whole request without a server: attach, open, touch or change, commit', [
      ['read (new)', 'encrypted-session', 'read (new)'],
      ['read (again)', 'encrypted-session', 'read (again)'],
      ['write', 'encrypted-session', 'write'],
    ]),
  ]
}

function withRatio({ median, lower, upper }: Summary, ofFloor: Summary | undefined): string {
  const digits = median < 100 ? 1 : 0
  const ratio = ofFloor === undefined || ofFloor.median === 1 ? '' : ` ${ofFloor.median.toFixed(2)} x`
  return `${median.toFixed(digits)} (${lower.toFixed(digits)}–${upper.toFixed(digits)})${ratio}`
}

function sizeTable(sizes: Results['sizes']): string {
  const bytes = [...new Set(sizes.map((each) => each.bytes))]
  return table(
    ['', ...bytes.map((each) => `${each} bytes`)],
    CONTESTANTS.map((name) => [
      name,
      ...bytes.map(
        (each) =>
          sizes
            .find((size) => size.bytes === each && size.contestant === name)
            ?.characters.toFixed(1)
            .replace('.0', '') ?? '',
      ),
    ]),
  )
}

function requestTable(framework: Framework, requests: Results['requests']): string {
  const variants = variantsOf(framework)
  return table(
    [
      '',
      ...variants.flatMap((variant) => {
        if (variant === 'bare') return ['bare']
        return [variant === framework.peer ? peerLabel(framework) : variant, 'added']
      }),
      'added, of the peer',
    ],
    SCENARIOS.map(({ path, traffic }) => {
      const found = variants.map((variant) =>
        requests.find(
          (each) =>
            each.framework === framework.name &&
            each.variant === variant &&
            each.path === path &&
            each.traffic === traffic,
        ),
      )
      const cells = found.flatMap((each) => {
        if (each === undefined) return ['']
        const micros = withRatio(each.micros, undefined)
        return each.variant === 'bare' ? [micros] : [micros, withRatio(each.added, undefined)]
      })
      const [, peer, own] = found
      const ratio = (own?.added.median ?? Number.NaN) / (peer?.added.median ?? Number.NaN)
      return [`${path}, ${traffic}`, ...cells, `${ratio.toFixed(2)} x`]
    }),
  )
}

function countedSections(result: Result<Results['instructions']>): string[] {
  const worst = Math.max(...result.numbers.map(({ disagreement }) => disagreement))
  return [
    '### User-mode instructions per operation',
    `${origin(result)} Two counts of each differed by at most ${percent(worst)}.`,
    table(
      ['', 'operation', 'bytes', 'instructions', ...(hasCycles(result.numbers) ? ['cycles'] : []), 'of the floor'],
      result.numbers.map(({ contestant, operation, bytes, instructions, cycles }) => {
        const floor = result.numbers.find(
          (each) =>
            each.contestant === 'node:crypto floor' &&
            each.bytes === bytes &&
            each.operation === operation.replace('again', 'new'),
        )
        const ratio = instructions / (floor?.instructions ?? Number.NaN)
        return [
          contestant,
          operation,
          String(bytes),
          String(instructions),
          ...(cycles === undefined ? [] : [String(cycles)]),
          `${ratio.toFixed(2)} x`,
        ]
      }),
    ),
  ]
}

function countedRequestSections(result: Result<Results['request-instructions']>): string[] {
  const worst = Math.max(...result.numbers.map(({ disagreement }) => disagreement))
  return [
    '### User-mode instructions of a server per request',
    `${origin(result)} Two rounds of each differed by at most ${percent(worst)}.`,
    table(
      ['', 'server', 'instructions', 'added', 'rounds differ by', ...(hasCycles(result.numbers) ? ['cycles'] : [])],
      result.numbers.map(({ framework, variant, path, traffic, instructions, cycles, disagreement }) => {
        const bare = result.numbers.find(
          (each) =>
            each.framework === framework && each.variant === 'bare' && each.path === path && each.traffic === traffic,
        )
        const added = instructions - (bare?.instructions ?? Number.NaN)
        return [
          `${framework} ${path}, ${traffic}`,
          variant,
          String(instructions),
          String(added),
          percent(disagreement),
          ...(cycles === undefined ? [] : [String(cycles)]),
        ]
      }),
    ),
  ]
}

function hasCycles(numbers: readonly { readonly cycles?: number | undefined }[]): boolean {
  return numbers.some(({ cycles }) => cycles !== undefined)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
