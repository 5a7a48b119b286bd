import { type Session, SessionError } from '@encrypted-session/core'
import type { ExtendableContext } from 'koa'

/** What no context has at first, and Koa or its router puts there or asks for later. */
const OF_OTHERS: readonly string[] = [
  'respond',
  'params',
  'captures',
  'matched',
  'router',
  'routerName',
  'routerPath',
  'routeMatched',
]

/**
 * Makes the function that puts a session at `ctx[as]`. That is an accessor on `app.context`, made by the first request that
 * gets there: one on every `ctx` would take many times as long. Throws `ERR_OPTIONS_INVALID` for a name that others use.
 */
export function sessionProperty(as: string): (context: ExtendableContext, session: Session<object>) => void {
  const checkFree = (isFree: boolean): void => {
    if (isFree) return
    const remedy = "Give this session a name of its own: encryptedSession(sessions, { as: '…' })."
    throw new SessionError('ERR_OPTIONS_INVALID', `ctx.${as} is something else already. ${remedy}`)
  }
  checkFree(!OF_OTHERS.includes(as))
  // Registered, so that the same name is the same place wherever the middleware is mounted.
  const slot = Symbol.for(`encrypted-session/koa/${as}`)
  const accessor: PropertyDescriptor & ThisType<{ [slot]?: Session<object> }> = {
    get() {
      return this[slot]
    },
    set(value: unknown) {
      if (value === null && this[slot] !== undefined) this[slot].destroy()
      else throw new SessionError('ERR_SESSION_ASSIGNED', `Assign to ctx.${as}.data, or call ctx.${as}.destroy().`)
    },
  }
  return (context: ExtendableContext & { [slot]?: Session<object> }, session) => {
    const isDeclared = slot in context
    checkFree(isDeclared ? (context[slot] ?? session) === session : !(as in context))
    if (!isDeclared) {
      Object.defineProperties(context.app.context, { [slot]: { value: undefined, writable: true }, [as]: accessor })
    }
    context[slot] = session
  }
}
