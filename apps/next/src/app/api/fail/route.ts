import { failBody, readBody } from '@encrypted-session/demo'
import { withSession } from '@encrypted-session/next'
import { posted } from '../../../answer.ts'
import { sessions } from '../../../sessions.ts'

export const POST = posted(
  withSession(sessions, async (request, session) => {
    const { how, note, destroy } = failBody(await readBody(request))
    if (note !== undefined) session.data.note = note
    if (destroy) session.destroy()
    if (how === 'error') throw new Error('Failed, as asked.')
    // Next has no HTTP error without a flag that is still experimental: its handlers answer with one.
    return Response.json({ statusCode: 401, error: 'Unauthorized', message: 'Refused, as asked.' }, { status: 401 })
  }),
)
