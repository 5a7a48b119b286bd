import { withSession } from '@encrypted-session/next'
import { forTests } from '../../../for-tests.ts'
import { sessions } from '../../../sessions.ts'

const shared = new Response(null, { status: 204 })

export const GET = forTests(
  withSession(sessions, (_request, { data }) => {
    data.visits += 1
    return shared
  }),
)
