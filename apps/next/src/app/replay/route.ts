import { readBody, replayBody, replayed } from '@encrypted-session/demo'
import { withSession } from '@encrypted-session/next'
import { posted } from '../../answer.ts'
import { sessions } from '../../sessions.ts'

export const POST = posted(
  withSession(sessions, async (request, session) => {
    const { cookie } = replayBody(await readBody(request))
    return Response.json(await replayed(sessions, cookie, session.id))
  }),
)
