import type { MaybePromise, Session, Sessions } from '@encrypted-session/core'

/** */
export async function updateSession<Data extends object, Result>(
  sessions: Sessions<Data>,
  change: (session: Session<Data>) => MaybePromise<Result>,
): Promise<Result> {
  throw new Error('not yet', { cause: [sessions, change] })
}
