#!/usr/bin/env node
import { oldNode } from './old-node.ts'

const refused = oldNode(process.versions.node)
if (refused === undefined) {
  // Not before: what an older Node cannot load would be told in its own words.
  const { start } = await import('./start.ts')
  await start()
} else {
  process.stderr.write(`${refused}\n`)
  process.exitCode = 2
}
