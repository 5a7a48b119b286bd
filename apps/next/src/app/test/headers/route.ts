import { withSession } from '@encrypted-session/next'
import { forTests } from '../../../for-tests.ts'
import { sessions } from '../../../sessions.ts'

const reading = withSession(sessions, (_request, { data }) => {
  void data.visits
  return answer()
})

const writing = withSession(sessions, (_request, { data }) => {
  data.visits += 1
  return answer()
})

export const GET = forTests(async (request, context) => {
  const session = request.nextUrl.searchParams.get('session')
  if (session === 'read') return reading(request, context)
  return session === 'write' ? writing(request, context) : answer()
})

function answer(): Response {
  return new Response('ok', {
    headers: {
      vary: 'Accept-Encoding',
      'cache-control': 'public, max-age=60',
      'cdn-cache-control': 'public, max-age=60',
      'set-cookie': 'theme=dark; Path=/',
    },
  })
}
