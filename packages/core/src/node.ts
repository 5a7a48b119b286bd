export { NodeJar, type NodeRequest, type NodeResponse } from './http/node-jar.ts'
