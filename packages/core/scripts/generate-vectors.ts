/**
 * Writes spec/vectors/accept.json and reject.json, and the worked example in spec/token.md. Every key and nonce is fixed:
 * run again, it changes nothing, and a test holds it to that. `node scripts/generate-vectors.ts [folder of the spec]`
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acceptVectors } from './vectors/accept.ts'
import type { WrittenVector } from './vectors/compose.ts'
import { workedExample } from './vectors/example.ts'
import { rejectVectors } from './vectors/reject.ts'

const spec = process.argv[2] ?? join(import.meta.dirname, '../../../spec')

mkdirSync(join(spec, 'vectors'), { recursive: true })
write('accept.json', await acceptVectors())
write('reject.json', await rejectVectors())

const document = join(spec, 'token.md')
const text = readFileSync(document, 'utf8')
const [before, after] = [text.indexOf('<!-- example -->'), text.indexOf('<!-- /example -->')]
if (before === -1 || after === -1) throw new Error('spec/token.md has lost the marks of its example')
writeFileSync(document, `${text.slice(0, before)}<!-- example -->\n\n${await workedExample()}\n${text.slice(after)}`)

function write(file: string, vectors: readonly WrittenVector[]): void {
  const names = vectors.map(({ name }) => name)
  if (new Set(names).size < names.length) throw new Error(`${file}: two vectors have one name`)
  // spec/README.md: each character stands for one octet.
  const beyond = vectors.find(({ header }) => /[^\0-\u{FF}]/u.test(header))
  if (beyond !== undefined) throw new Error(`${file}: ${beyond.name} has a character beyond U+00FF in its header`)
  writeFileSync(
    join(spec, 'vectors', file),
    `${JSON.stringify({ format: 'encrypted-session vectors 1', vectors }, undefined, 1)}\n`,
  )
}
