import { type Session, SessionError } from '@encrypted-session/core'
import type { ExtendableContext } from 'koa'

/**
 * Makes the function that puts a session at `ctx[as]`. That is an accessor on `app.context`, made by the first request that
 * gets there: one on every `ctx` would take many times as long.
 */
export function sessionProperty(as: string): (context: ExtendableContext, session: Session<object>) => void {
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
    if (isDeclared ? (context[slot] ?? session) !== session : as in context) {
      const remedy = "Give this session a name of its own: encryptedSession(sessions, { as: '…' })."
      throw new SessionError('ERR_OPTIONS_INVALID', `ctx.${as} is something else already. ${remedy}`)
    }
    if (!isDeclared) {
      Object.defineProperties(context.app.context, { [slot]: { value: undefined, writable: true }, [as]: accessor })
    }
    context[slot] = session
  }
}
