export { checkAdapterOptions } from './http/adapter-options.ts'
export { ResponseJar } from './http/response-jar.ts'
export { withSession } from './http/with-session.ts'
