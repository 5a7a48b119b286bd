import { withSession } from '@encrypted-session/next'
import { forTests } from '../../../for-tests.ts'
import { sessions } from '../../../sessions.ts'
import { endings, isEnding } from '../endings.ts'

export const POST = forTests(
  withSession(sessions, ({ nextUrl }, session) => {
    const how = nextUrl.searchParams.get('how')
    if (!isEnding(how)) return new Response('?', { status: 400 })
    session.data.note = how
    return endings[how]()
  }),
)
