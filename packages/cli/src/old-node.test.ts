import { expect, it } from 'vitest'
import { oldNode } from './old-node.ts'

it.each([
  ['22.12.0', true],
  ['22.13.1', true],
  ['24.0.0', true],
  ['26.0.0-nightly2026', true],
  ['22.11.0', false],
  ['20.20.2', false],
  ['18.0.0', false],
])('whether the program runs on Node %s: %s', (version, runs) => {
  expect(oldNode(version) === undefined).toBe(runs)
})
