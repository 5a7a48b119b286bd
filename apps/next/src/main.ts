import { runProgram } from '@encrypted-session/demo/run'
import { startNext } from './start-next.ts'

await runProgram(() => startNext(process.env, 'shown'))
