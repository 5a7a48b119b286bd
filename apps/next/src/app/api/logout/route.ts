import { post } from '../../../answer.ts'
import { logout } from '../../../changes.ts'

export const POST = post(logout)
