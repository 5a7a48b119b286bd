import { noteBody, readBody } from '@encrypted-session/demo'
import { withSession } from '@encrypted-session/next'
import { forTests } from '../../../for-tests.ts'
import { sessions } from '../../../sessions.ts'

export const POST = forTests(
  withSession(sessions, async (request, first, context) => {
    first.data.note = noteBody(await readBody(request)).text
    const again = withSession(sessions, (_request, second) =>
      Response.json({ same: first === second, note: second.data.note }),
    )
    return again(request, context)
  }),
)
