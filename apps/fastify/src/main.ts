import { generateKey } from '@encrypted-session/core'
import { portTaken, readEnvironment } from '@encrypted-session/demo'
import { start } from './start.ts'

const hasTemporaryKey = !process.env['SESSION_KEYS']
// For a demo only: with a key of its own, every process and every restart is a stranger to the cookies of the others.
if (hasTemporaryKey) process.env['SESSION_KEYS'] = await generateKey()

const options = { ...readEnvironment(process.env), keys: process.env['SESSION_KEYS'], hasTemporaryKey }
const app = await start(options).catch((error: unknown) => {
  const line = portTaken(error)
  if (line === undefined) throw error
  console.error(line)
  process.exit(1)
})
console.log(`listening on ${app.url}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void app.close())
}
