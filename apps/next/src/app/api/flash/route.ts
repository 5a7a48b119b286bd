import type { FlashMessage } from '@encrypted-session/core'
import { readBody } from '@encrypted-session/demo'
import { withSession } from '@encrypted-session/next'
import { isForm, posted, seeOther } from '../../../answer.ts'
import { leaveMessage } from '../../../changes.ts'
import { sessions } from '../../../sessions.ts'

export const POST = posted(
  withSession(sessions, async (request, session) => {
    await leaveMessage(session, await readBody(request))
    return isForm(request) ? seeOther('/') : answer(session.flash.peek())
  }),
)

export const GET = withSession(sessions, (_request, { flash }) => answer(flash.take()))

function answer(messages: readonly FlashMessage[]): Response {
  return Response.json({ messages: messages.map(({ text }) => text) })
}
