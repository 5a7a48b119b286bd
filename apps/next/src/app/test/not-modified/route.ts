import { withSession } from '@encrypted-session/next'
import { forTests } from '../../../for-tests.ts'
import { sessions } from '../../../sessions.ts'

export const GET = forTests(
  withSession(sessions, ({ headers }, { data }) => {
    data.visits += 1
    const etag = { etag: '"1"' }
    return headers.get('if-none-match') === '"1"'
      ? new Response(null, { status: 304, headers: etag })
      : new Response('ok', { headers: etag })
  }),
)
