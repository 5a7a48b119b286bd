import { withSession } from '@encrypted-session/next'
import { redirect } from 'next/navigation'
import { sessions } from '../../../sessions.ts'

export const GET = withSession(sessions, (_request, { data }) => {
  data.visits += 1
  redirect('/api/session')
})
