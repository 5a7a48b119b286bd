export { ResponseJar } from './http/response-jar.ts'
export { withSession } from './http/with-session.ts'
