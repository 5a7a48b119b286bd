import type { MaybePromise, Session, Sessions } from '@encrypted-session/core'
import { thrownAnswer } from './thrown-answer.ts'
import { touch } from './touch.ts'
import { inUnit, type Place, type Unit } from './unit.ts'

/** Opens the session of a place, lets `change` at it, and writes what that leaves. */
export function changeSession<Data extends object, Result>(
  sessions: Sessions<Data>,
  place: Place,
  change: (session: Session<Data>) => MaybePromise<Result>,
): Promise<Result> {
  return inUnit(sessions, place, async ({ session, commit }) => {
    let result: Result
    try {
      touch(session)
      result = await change(session)
    } catch (error) {
      await commitThrown(commit, error)
      throw error
    }
    await commit(200)
    return result
  })
}

/** Commits what a handler leaves that has thrown: all where that was its way to answer; of a failure, only a `destroy()`. */
export async function commitThrown(commit: Unit<object>['commit'], error: unknown): Promise<void> {
  const { status } = thrownAnswer(error)
  try {
    await commit(status)
  } catch (failure) {
    // Of two failures, the first is the cause.
    throw status < 500 ? failure : error
  }
}
