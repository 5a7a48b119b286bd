export { register } from '../src/instrumentation.ts'
