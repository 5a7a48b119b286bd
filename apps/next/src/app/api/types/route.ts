import { compareTypes } from '@encrypted-session/demo'
import { withSession } from '@encrypted-session/next'
import { post } from '../../../answer.ts'
import { storeTypes } from '../../../changes.ts'
import { sessions } from '../../../sessions.ts'

export const POST = post(storeTypes)

export const GET = withSession(sessions, (_request, { data }) => Response.json(compareTypes(data.types)))
