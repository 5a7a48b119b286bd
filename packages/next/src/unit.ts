import { AsyncLocalStorage } from 'node:async_hooks'
import type { CookieJar, Session, Sessions } from '@encrypted-session/core'

/** One session, open for changes until it is committed. */
export interface Unit<Data extends object> {
  readonly session: Session<Data>
  readonly commit: (status: number) => Promise<void>
}

/** Where the cookies of a unit come from and go to. Units that share a store follow one another. */
export interface Place {
  readonly store: object
  readonly jar: CookieJar
}

/**
 * Does `work` with the session of a place. Units of one store wait for each other, or the last one would undo what the others
 * wrote. One that begins inside another waits only for those that began inside it too: to wait for the outer one would be to
 * wait for itself. Of the same sessions, it has the same session and leaves the commit to the outer one.
 */
export function inUnit<Data extends object, Result>(
  sessions: Sessions<Data>,
  { store, jar }: Place,
  work: (unit: Unit<Data>) => Promise<Result>,
): Promise<Result> {
  const outer = openSession(sessions, store)
  if (outer !== undefined) return work({ session: outer, commit: async () => {} })
  const around = openUnits()
  const innermost = around.findLast((unit) => unit.store === store)
  return inTurn(innermost ?? store, async () => {
    const { handle } = sessions.attach({}, jar)
    const session = await handle.open()
    const unit = { sessions, session, store, isOpen: true }
    try {
      return await surrounding.run([...around, unit], work, { session, commit: (status) => handle.commit(status) })
    } finally {
      unit.isOpen = false
      handle.finish()
    }
  })
}

/** The session that is open around the caller, with what was changed in it so far. */
export function openSession<Data extends object>(sessions: Sessions<Data>, store: object): Session<Data> | undefined {
  const unit = openUnits().find((each) => each.sessions === sessions && each.store === store)
  // The cast goes back to the type that these very sessions were opened with.
  return unit?.session as Session<Data> | undefined
}

interface OpenUnit {
  readonly sessions: object
  readonly session: Session<object>
  readonly store: object
  /** False once it is over: what it has left running begins a unit of its own. */
  isOpen: boolean
}

/** The units around the caller, the innermost last. */
function openUnits(): readonly OpenUnit[] {
  return (surrounding.getStore() ?? []).filter(({ isOpen }) => isOpen)
}

// Both lead from a request's own objects to its units: nothing here outlives a request or is seen by another.
const surrounding = new AsyncLocalStorage<readonly OpenUnit[]>()
const turns = new WeakMap<object, Promise<unknown>>()

function inTurn<Result>(within: object, work: () => Promise<Result>): Promise<Result> {
  const before = turns.get(within) ?? Promise.resolve()
  const result = before.then(work, work)
  turns.set(within, result)
  return result
}
