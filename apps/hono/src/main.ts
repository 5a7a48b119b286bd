import { runDemo } from '@encrypted-session/demo/run'
import { start } from './start.ts'

await runDemo(start)
