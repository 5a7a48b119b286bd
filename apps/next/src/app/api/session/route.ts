import { describeSession } from '@encrypted-session/demo'
import { withSession } from '@encrypted-session/next'
import { sessions } from '../../../sessions.ts'

export const GET = withSession(sessions, (_request, session) => Response.json(describeSession(session)))
