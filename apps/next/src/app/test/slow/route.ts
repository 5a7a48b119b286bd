import { setTimeout } from 'node:timers/promises'
import { describeSession, readBody, slowBody } from '@encrypted-session/demo'
import { withSession } from '@encrypted-session/next'
import { forTests } from '../../../for-tests.ts'
import { sessions } from '../../../sessions.ts'

export const POST = forTests(
  withSession(sessions, async (request, session) => {
    const { ms, text } = slowBody(await readBody(request))
    void session.data.visits
    await setTimeout(ms)
    if (text !== undefined) session.data.note = text
    await session.commit()
    return Response.json(describeSession(session))
  }),
)
