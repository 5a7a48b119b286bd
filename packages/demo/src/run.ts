export { nodeOptions } from './node-options.ts'
export { runDemo } from './run-demo.ts'
