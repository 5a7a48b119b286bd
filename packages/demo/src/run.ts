export { nodeOptions } from './node-options.ts'
export { runDemo, runProgram } from './run-demo.ts'
