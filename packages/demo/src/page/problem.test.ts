import { expect, it } from 'vitest'
import { renderProblem } from './problem.ts'

const site = { framework: 'Fastify', hasTemporaryKey: false, hasRevocation: false }

it.each([
  [{ size: 12_220, limit: 8160 }, 'It would need 12,220 characters; two cookies hold 8,160.'],
  [{ size: 70_000, limit: 65_536 }, 'It would have 70,000 bytes; 65,536 is the most.'],
])('says of %j how much it would be, and of which field', (sizes, sentence) => {
  const tooLarge = { ...sizes, fields: { note: 12_009 } }
  const page = renderProblem({ status: 413, message: 'Raw', tooLarge }, site, 'auto')

  expect(page).toContain(sentence)
  expect(page).toMatch(/<code>note<\/code>[\s\S]*12,009/u)
  expect(page).not.toContain('Raw')
})
