import { noteBody, readBody } from '@encrypted-session/demo'
import { withSession } from '@encrypted-session/next'
import { unauthorized } from 'next/navigation'
import { forTests } from '../../../for-tests.ts'
import { sessions } from '../../../sessions.ts'

let shared: unknown

export const POST = forTests(
  withSession(sessions, async (request, { data }) => {
    data.note = noteBody(await readBody(request)).text
    try {
      unauthorized()
    } catch (error) {
      throw (shared ??= error)
    }
  }),
)
