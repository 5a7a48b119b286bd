/** Runs every check, also after one has failed, and prints one total. Each is a script of its own in package.json. */
import { spawnSync } from 'node:child_process'

const CHECKS = [
  'format',
  'lint',
  'types',
  'boundaries',
  'unused',
  'packages',
  'size',
  'check:docs',
  'check:demo',
  'check:quickstarts',
] as const

const failed = CHECKS.filter((check) => {
  console.log(`\n── ${check}`)
  return spawnSync('pnpm', ['run', check], { stdio: 'inherit' }).status !== 0
})
console.log(failed.length > 0 ? `\nFailed: ${failed.join(', ')}` : '')
console.log(`${CHECKS.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1
