import { check } from '../base/check.ts'
import { fieldsOf, group, shape } from '../sessions/shape.ts'

const checkOptions = group({ as: shape((value) => typeof value === 'string' && value !== '', 'a name') })

/**
 * Says to JavaScript what the types of an adapter say: throws `ERR_OPTIONS_INVALID` for what is no sessions, and for options
 * that are not `{ as }`. For authors of adapters, to be called where the adapter is mounted.
 */
export function checkAdapterOptions(sessions: unknown, options?: unknown): void {
  check(typeof fieldsOf(sessions)['attach'] === 'function', 'Sessions are needed, made by createSessions({ … })')
  checkOptions(options, 'options')
}
