import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { SPEC } from './spec-vectors.node.ts'

const GENERATOR = fileURLToPath(new URL('../scripts/generate-vectors.ts', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'spec-'))
afterAll(() => {
  rmSync(temporary, { recursive: true })
})

it('the vectors and the worked example are what their generator makes: run again, it changes nothing', () => {
  cpSync(new URL('token.md', SPEC), join(temporary, 'token.md'))
  execFileSync(process.execPath, ['--no-warnings', GENERATOR, temporary])
  for (const file of ['vectors/accept.json', 'vectors/reject.json', 'token.md']) {
    expect(readFileSync(join(temporary, file), 'utf8') === readFileSync(new URL(file, SPEC), 'utf8'), file).toBe(true)
  }
})
