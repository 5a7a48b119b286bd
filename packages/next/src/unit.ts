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
 * Does `work` with the session of a place. Units of one store and the same sessions wait for each other, or the last one
 * would undo what the others wrote. One that begins inside another has the same session and leaves the commit to it: to wait
 * for it would be to wait for itself.
 */
export function inUnit<Data extends object, Result>(
  sessions: Sessions<Data>,
  { store, jar }: Place,
  work: (unit: Unit<Data>) => Promise<Result>,
): Promise<Result> {
  const outer = surrounding.getStore()?.get(sessions)
  if (outer?.isOpen === true && outer.store === store) {
    // The cast goes back to the type that these very sessions were opened with.
    return work({ session: outer.session as Session<Data>, commit: async () => {} })
  }
  return inTurn(sessions, store, async () => {
    const { handle } = sessions.attach({}, jar)
    const session = await handle.open()
    const unit = { session, store, isOpen: true }
    const units = new Map(surrounding.getStore()).set(sessions, unit)
    try {
      return await surrounding.run(units, work, { session, commit: (status) => handle.commit(status) })
    } finally {
      unit.isOpen = false
    }
  })
}

// Both lead from a request's own objects to its units: nothing here outlives a request or is seen by another.
const surrounding = new AsyncLocalStorage<ReadonlyMap<object, OpenUnit>>()
const turns = new WeakMap<object, WeakMap<object, Promise<unknown>>>()

interface OpenUnit {
  readonly session: Session<object>
  readonly store: object
  /** False once it is over: what it has left running begins a unit of its own. */
  isOpen: boolean
}

function inTurn<Result>(sessions: object, store: object, work: () => Promise<Result>): Promise<Result> {
  const turnsOfStore = turns.get(store) ?? new WeakMap<object, Promise<unknown>>()
  turns.set(store, turnsOfStore)
  const before = turnsOfStore.get(sessions) ?? Promise.resolve()
  const result = before.then(work, work)
  turnsOfStore.set(sessions, result)
  return result
}
