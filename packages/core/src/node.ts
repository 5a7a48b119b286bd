export { checkAdapterOptions } from './http/adapter-options.ts'
export { NodeJar, type NodeRequest, type NodeResponse } from './http/node-jar.ts'
export { type NodeServerResponse, withSession, type WriteResponse } from './http/with-node-session.ts'
